/** A file that is being written, with an answer in words when it cannot be. */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { inputError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';

const pieceLength = 1 << 18;

export class OutputFile {
  /** Its final name, for messages. */
  readonly name: string;
  private readonly handle: number;
  private text = '';
  private end = 0;

  /** @throws SpectroscopeError (input) 'export-failed', as every method */
  constructor(path: string, name: string) {
    this.name = basename(name);
    this.handle = writing(this.name, () => openSync(path, 'w'));
  }

  /** Bytes so far, without text that waits. */
  get bytes(): number {
    return this.end;
  }

  appendText(text: string): void {
    this.text += text;
    if (this.text.length >= pieceLength) this.flush();
  }

  append(bytes: Uint8Array): void {
    this.writeAt(bytes, this.end);
  }

  writeAt(bytes: Uint8Array, position: number): void {
    let written = 0;
    while (written < bytes.length) {
      written += writing(this.name, () => writeSync(this.handle, bytes, written, null, position + written));
    }
    this.end = Math.max(this.end, position + bytes.length);
  }

  /** Everything is on disk when it returns. */
  finish(): void {
    this.flush();
    writing(this.name, () => fsyncSync(this.handle));
  }

  close(): void {
    closeSync(this.handle);
  }

  private flush(): void {
    const bytes = Buffer.from(this.text, 'utf8');
    this.text = '';
    this.append(bytes);
  }
}

/** Runs `work`; what the file system refuses becomes 'export-failed'. */
export function writing<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw exportFailed(name, cause);
  }
}

export function exportFailed(name: string, cause: unknown): Error {
  const { code } = cause as NodeJS.ErrnoException;
  const reason = code === 'ENOSPC' ? t('the disk is full') : t('its folder does not exist or may not be written to');
  return inputError('export-failed', t('{name} cannot be written: {reason}. Choose another place.', { name, reason }), {
    file: name,
    cause,
  });
}
