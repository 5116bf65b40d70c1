/** Writing a session in the place of another one. */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { inputError, settingError, SpectroscopeError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';
import { logSuffixes, openDatabase, removeSession, requireAbsent } from './database.ts';
import { loadCard } from './header.ts';
import { isWriting } from './writer.ts';

/**
 * A session that is damaged, or whose writer died, may be overwritten.
 *
 * @throws SpectroscopeError 'session-folder' (input) when its folder is missing; 'session-exists' (input) when there is a file that may not be overwritten; 'session-running'
 *   (setting) when it is being written, by whichever process; 'not-a-session' (input) when it is something else, which
 *   nobody meant to lose
 */
export function requireFree(file: string, overwrite: boolean): void {
  requireFolder(file);
  if (!overwrite) return requireAbsent(file);
  if (existsSync(file)) requireNotWritten(file, file);
}

function requireFolder(file: string): void {
  const folder = dirname(file);
  if (existsSync(folder)) return;
  const name = basename(file);
  throw inputError(
    'session-folder',
    t('{name} cannot be written: there is no folder {folder}. Make it, or choose another place.', { name, folder }),
    { file: name },
  );
}

/** A session that is written beside the file whose place it takes once it is whole. */
export interface Replacement {
  /** Where it is written. */
  readonly file: string;
  /**
   * Makes room for it. Call it right before its file is created.
   * @throws SpectroscopeError as `requireFree`, also while another replacement of the same file is being written
   */
  begin(): void;
  /**
   * Puts it in its place, when nobody writes it any more.
   * @throws SpectroscopeError as `requireFree`, when its place was taken meanwhile: the replacement is removed
   */
  finish(): void;
}

/** @throws SpectroscopeError as `requireFree` */
export function replacementOf(file: string, overwrite: boolean): Replacement {
  const partial = `${file}.partial`;
  requireFree(file, overwrite);
  return {
    file: partial,
    begin: () => {
      requireFree(file, overwrite);
      if (existsSync(partial)) requireNotWritten(partial, file);
      removeSession(partial);
    },
    finish: () => {
      try {
        requireFree(file, overwrite);
      } catch (error) {
        removeSession(partial);
        throw error;
      }
      // A log of the old file beside the new one would be taken for the new one's.
      for (const suffix of logSuffixes) rmSync(file + suffix, { force: true });
      renameSync(partial, file);
    },
  };
}

/** @param of what a person calls it */
function requireNotWritten(file: string, of: string): void {
  if (!isBeingWritten(file)) return;
  const name = basename(of);
  throw settingError(
    'session-running',
    t('{name} is being written: choose another name, or wait until its training has ended.', { name }),
    { file: name },
  );
}

function isBeingWritten(file: string): boolean {
  try {
    const database = openDatabase(file, 'read');
    try {
      return loadCard(database, isWriting(file)).writer !== null;
    } finally {
      database.close();
    }
  } catch (error) {
    if (error instanceof SpectroscopeError && error.kind === 'input' && error.code !== 'not-a-session') return false;
    throw error;
  }
}
