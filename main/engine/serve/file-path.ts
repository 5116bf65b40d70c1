import { resolve } from 'node:path';
import { inputError } from '#app/contract/errors.ts';
import type { FileReference } from '#app/contract/file-reference.ts';
import { t } from '#app/text/text.ts';

/**
 * The absolute path of a file that a request names.
 * @throws SpectroscopeError (input) 'unknown-file' for a token, which the shell should have swapped for its path
 */
export function pathOf(file: FileReference): string {
  if ('path' in file) return resolve(file.path);
  throw inputError('unknown-file', t('The file is not known any more: choose it again.'));
}
