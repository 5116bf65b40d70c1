/** Which files lie in a folder and below it. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { cancelled, inputError } from '#app/contract/errors.ts';
import { sentence } from '#app/text/sentence.ts';
import { t } from '#app/text/text.ts';

/** A folder with more files was surely not meant. */
const mostFiles = 500_000;

/**
 * @param left names of folders that are not looked into, beside hidden ones
 * @param most files that there may be
 * @returns paths relative to the folder, with forward slashes, in the order of their names
 * @throws SpectroscopeError (kind 'input' or 'cancelled')
 */
export async function listFiles(
  folder: string,
  left: readonly string[],
  signal: AbortSignal,
  most = mostFiles,
): Promise<string[]> {
  const found: string[] = [];
  // Links to folders are followed, each folder once, so that a link to a folder above does not lead round for ever.
  const seen = new Set<string>();
  const walk = async (relative: string): Promise<void> => {
    if (signal.aborted) throw cancelled(t('The import'));
    const place = await realpath(join(folder, relative)).catch(() => join(folder, relative));
    if (seen.has(place)) return;
    seen.add(place);
    for (const entry of await entries(join(folder, relative))) {
      if (entry.name.startsWith('.') || left.includes(entry.name)) continue;
      const path = relative === '' ? entry.name : `${relative}/${entry.name}`;
      if (entry.isDirectory() || (entry.isSymbolicLink() && (await isFolder(join(folder, path))))) await walk(path);
      else found.push(path);
    }
    if (found.length > most) {
      throw inputError(
        'folder-too-large',
        sentence('{folder}: holds more than {mostFiles} files. Choose the folder of one study.', {
          folder: basename(folder),
          mostFiles: most,
        }),
        {
          file: basename(folder),
        },
      );
    }
  };
  await walk('');
  return found;
}

/** Where a link leads nowhere, it is a file that cannot be read, and is reported as one. */
async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() === true;
}

async function entries(folder: string) {
  try {
    const listed = await readdir(folder, { withFileTypes: true });
    return listed.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw inputError(
      'folder-not-readable',
      sentence('{folder}: the folder could not be read ({reason}).', { folder: basename(folder), reason }),
      {
        file: basename(folder),
        cause,
      },
    );
  }
}

export function isScan(path: string): boolean {
  return /\.(nii|nii\.gz|img|img\.gz|mgh|mgz|mgh\.gz)$/i.test(path);
}
