/** Paths of files as a study stores them. */
import { stat } from 'node:fs/promises';
import { basename, dirname, sep } from 'node:path';
import { inputError } from '#app/contract/errors.ts';
import { sentence } from '#app/text/sentence.ts';

/** The innermost folder that holds all of these files. */
export function commonFolder(paths: readonly string[]): string {
  const [first = sep, ...others] = paths.map(dirname);
  let common = first;
  while (
    !others.every((folder) => folder === common || folder.startsWith(common.endsWith(sep) ? common : common + sep))
  ) {
    const parent = dirname(common);
    if (parent === common) break;
    common = parent;
  }
  return common;
}

/** A path as it is stored: with '/' on every platform. */
export function slashes(path: string): string {
  return path.split(sep).join('/');
}

/** @throws SpectroscopeError (kind 'input') when nothing is there, or it may not be read */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw inputError(
      'not-found',
      sentence('{path}: there is no such file or folder, or it may not be read.', { path: basename(path) }),
      {
        file: basename(path),
        cause,
      },
    );
  }
}
