/** Writes one table of a session to a file, a piece at a time. Runs on a reading thread. */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { inputError } from '#app/contract/errors.ts';
import type { SessionStore } from '../session/store.ts';
import { exportFormats, type ExportFormat } from './registry.ts';
import { exportTables, type ExportWhat } from './tables.ts';

export interface ExportRequest {
  what: ExportWhat;
  format: ExportFormat;
  /** Where to write; whoever asks gives it its final name when all is written. */
  file: string;
  /** Its final name, for messages. */
  name: string;
}

const pieceLength = 1 << 18;
const recordsPerProgress = 64;

/**
 * @returns rows written, without the head
 * @throws SpectroscopeError (input) 'export-failed' when the file cannot be written
 */
export function exportSession(
  store: SessionStore,
  { what, format, file, name }: ExportRequest,
  progress: (done: number, total: number) => void,
): { rows: number } {
  const output = writing(name, () => openSync(file, 'w'));
  try {
    let records = 0;
    const table = exportTables[what](store, () => {
      records += 1;
      if (records % recordsPerProgress === 0) progress(records, table.records);
    });
    let pieces = 0;
    let text = '';
    for (const piece of exportFormats[format](table)) {
      pieces += 1;
      text += piece;
      if (text.length < pieceLength) continue;
      writeWhole(name, output, text);
      text = '';
    }
    writeWhole(name, output, text);
    writing(name, () => fsyncSync(output));
    progress(table.records, table.records);
    return { rows: pieces - 1 };
  } finally {
    closeSync(output);
  }
}

function writeWhole(name: string, output: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  let written = 0;
  while (written < bytes.length) written += writing(name, () => writeSync(output, bytes, written));
}

function writing<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === 'ENOSPC' ? 'the disk is full' : 'its folder does not exist or may not be written to';
    throw inputError('export-failed', `${basename(name)} cannot be written: ${reason}. Choose another place.`, {
      file: basename(name),
      cause,
    });
  }
}
