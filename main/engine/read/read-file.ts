/** Reading files a person named: whole, or some bytes; what cannot be read is said in words. */
import { readlinkSync, type Stats } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { inputError, SpectroscopeError } from '#app/contract/errors.ts';
import { sentence } from '#app/text/sentence.ts';

/** @throws SpectroscopeError (kind 'input') when the file is missing, empty, a folder or may not be read */
export async function readBytes(path: string, from: number, bytes: number): Promise<Buffer<ArrayBuffer>> {
  await fileSize(path);
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, Math.max(0, from));
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** @throws SpectroscopeError (kind 'input') as `readBytes` */
export async function readWhole(path: string): Promise<Buffer<ArrayBuffer>> {
  await fileSize(path);
  try {
    return await readFile(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Bytes of a file that has some. */
export async function fileSize(path: string): Promise<number> {
  try {
    return sizeOf(basename(path), await stat(path));
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Both ends of a file, which is opened once for them. */
export interface FileEnds {
  bytes: number;
  start: Buffer<ArrayBuffer>;
  end: Buffer<ArrayBuffer>;
}

/** @throws SpectroscopeError (kind 'input') as `readBytes` */
export async function readEnds(path: string, startBytes: number, endBytes: number): Promise<FileEnds> {
  try {
    const file = await open(path);
    try {
      const bytes = sizeOf(basename(path), await file.stat());
      const read = async (from: number, length: number): Promise<Buffer<ArrayBuffer>> => {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from);
        return buffer.subarray(0, bytesRead);
      };
      const start = await read(0, Math.min(startBytes, bytes));
      const from = Math.max(0, bytes - endBytes);
      const end = bytes <= start.length ? start.subarray(from) : await read(from, bytes - from);
      return { bytes, start, end };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

function sizeOf(name: string, found: Stats): number {
  if (found.isDirectory()) {
    throw inputError(
      'file-is-folder',
      sentence('{name}: is a folder (expected a file). Name the file in it.', { name }),
      {
        file: name,
        found: sentence('a folder'),
        expected: sentence('a file'),
      },
    );
  }
  if (found.size === 0) {
    throw inputError(
      'file-empty',
      sentence('{name}: the file is empty. Copy it again or exclude the subject.', { name }),
      {
        file: name,
        found: sentence('0 bytes'),
        expected: sentence('content'),
      },
    );
  }
  return found.size;
}

/** What the file system said, in words. */
export function unreadable(path: string, cause: unknown): SpectroscopeError {
  if (cause instanceof SpectroscopeError) return cause;
  const name = basename(path);
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const annexed = code === 'ENOENT' && linkTarget(path).includes('.git/annex/objects/');
  if (annexed) {
    return inputError(
      'file-not-downloaded',
      sentence(
        '{name}: not downloaded: a link of git-annex whose content is not there. Fetch it first (datalad get, git annex get).',
        { name },
      ),
      {
        file: name,
        found: sentence('a git-annex link without its content'),
        expected: sentence('the content of the file'),
        cause,
      },
    );
  }
  if (code === 'ENOENT' || code === 'ELOOP') {
    return inputError(
      'file-missing',
      sentence(
        '{name}: the file is not there, or is a link to one that is not. Copy it again or exclude the subject.',
        {
          name,
        },
      ),
      { file: name, found: sentence('no file'), expected: sentence('a file'), cause },
    );
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return inputError(
      'file-not-readable',
      sentence('{name}: the file may not be read by this user. Change its permissions.', { name }),
      {
        file: name,
        found: sentence('no permission to read'),
        expected: sentence('a file that this user may read'),
        cause,
      },
    );
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return inputError(
    'file-not-readable',
    sentence('{name}: the file could not be read ({reason}). Copy it again or exclude the subject.', { name, reason }),
    { file: name, found: reason, expected: sentence('a file that can be read'), cause },
  );
}

/** Where a link leads; '' where the path is none. */
function linkTarget(path: string): string {
  try {
    return readlinkSync(path).replaceAll('\\', '/');
  } catch {
    return '';
  }
}
