/** Opening a session file, for writing and for reading, with an answer in words for every way that can fail. */
import { closeSync, existsSync, openSync, readSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { inputError, SpectroscopeError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';
import { currentVersion, migrate, userVersion } from './migrations/registry.ts';

/** 'SPEC' in ASCII, in SQLite's `application_id`. */
export const applicationId = 0x53504543;

/** Bytes per page: a row of spectra is 2 to 36 kB, and a larger page strings fewer together. */
const pageBytes = 8192;

// eslint-disable-next-line spectroscope/bare-text -- the first bytes of such a file
const sqliteHeader = 'SQLite format 3\0';
const headerBytes = 100;
const applicationIdOffset = 68;
const userVersionOffset = 60;

/**
 * A new session file, empty of rows.
 *
 * synchronous = NORMAL: a commit reaches the operating system, so that the death of the process loses nothing, and the
 * file system is waited for at checkpoints only, so that a power cut leaves a valid file short of its last seconds.
 *
 * @throws SpectroscopeError 'session-exists', 'session-folder'
 */
export function createDatabase(file: string): DatabaseSync {
  requireAbsent(file);
  return translating(file, () => {
    const database = new DatabaseSync(file);
    try {
      database.exec(`
        PRAGMA page_size = ${pageBytes};
        PRAGMA application_id = ${applicationId};
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        PRAGMA busy_timeout = 5000;
      `);
      migrate(database);
      return database;
    } catch (error) {
      // A disk that is full already: the file is empty.
      database.close();
      removeSession(file);
      throw error;
    }
  });
}

/** @throws SpectroscopeError (input) 'session-exists' */
export function requireAbsent(file: string): void {
  if (!existsSync(file)) return;
  throw inputError('session-exists', t('{file} exists already: choose another name.', { file: basename(file) }), {
    file: basename(file),
  });
}

/**
 * Opens a stored session, also one that another process writes. A file of an older version is brought up to date first.
 *
 * @throws SpectroscopeError (input) 'session-missing', 'session-empty', 'not-a-session', 'session-newer', 'session-damaged'
 */
export function openDatabase(file: string, mode: 'read' | 'write'): DatabaseSync {
  checkHeader(file);
  return translating(file, () => {
    const database = new DatabaseSync(file, { readOnly: mode === 'read' });
    try {
      database.exec('PRAGMA busy_timeout = 5000');
      refuseForeign(
        file,
        Number(database.prepare('PRAGMA application_id').get()?.['application_id']),
        userVersion(database),
      );
      if (userVersion(database) < currentVersion) {
        if (mode === 'write') migrate(database);
        else {
          openDatabase(file, 'write').close();
          database.close();
          return new DatabaseSync(file, { readOnly: true });
        }
      }
      return database;
    } catch (error) {
      if (database.isOpen) database.close();
      throw error;
    }
  });
}

/** SQLite's logs stand beside a session that is written, or whose writer died: they are part of it. */
export const logSuffixes = ['-wal', '-shm'] as const;

export function removeSession(file: string): void {
  for (const suffix of ['', ...logSuffixes]) rmSync(file + suffix, { force: true });
}

/** Ends the write-ahead log: afterwards the session is one file. */
export function closeToSingleFile(database: DatabaseSync): void {
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.exec('PRAGMA journal_mode = DELETE');
  database.close();
}

/** Runs `work` on a session file; what SQLite throws becomes an error that a person can act on. */
export function translating<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw translated(file, error);
  }
}

/** The same for work that takes its time. */
export async function translatingLater<T>(file: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw translated(file, error);
  }
}

const resultCodes = { cannotOpen: 14, readOnly: 8, full: 13, corrupt: 11, notDatabase: 26, busy: 5, inputOutput: 10 };
/** Extended codes of an input/output error that a full disk causes: growing the file or its shared index. */
const fullDiskCodes = [4874, 6154];

/** How a file is called while it is written, before it takes its name. */
const aside = /(\.[\da-f]{8})?\.partial$/;

function translated(file: string, error: unknown): unknown {
  if (error instanceof SpectroscopeError) return error;
  // Of a file that is written aside a person knows the name that it is to have.
  const name = basename(file).replace(aside, '');
  const extended = Number((error as { errcode?: unknown }).errcode);
  if (error instanceof RangeError) return damaged(name, error);
  if (Number.isNaN(extended)) return error;
  if (fullDiskCodes.includes(extended)) return diskFull(name, aside.test(file), error);
  switch (extended & 0xff) {
    case resultCodes.full:
      return diskFull(name, aside.test(file), error);
    case resultCodes.corrupt:
    case resultCodes.notDatabase:
      return damaged(name, error);
    case 1:
      // A table or a column that every session has is missing.
      return damaged(name, error);
    case resultCodes.cannotOpen:
    case resultCodes.readOnly:
      return inputError(
        'session-folder',
        t('{name} cannot be opened: check that its folder exists and that you may read and write there.', { name }),
        { file: name, cause: error },
      );
    case resultCodes.busy:
      return inputError(
        'session-busy',
        t('{name} is in use by another program: close it there and try again.', { name }),
        {
          file: name,
          cause: error,
        },
      );
    case resultCodes.inputOutput:
      return inputError(
        'session-unreadable',
        t('{name} cannot be read or written: the disk or the network folder that it is on reports an error.', { name }),
        { file: name, cause: error },
      );
    default:
      return error;
  }
}

/** @param isAside what is written aside is taken away when it fails */
function diskFull(name: string, isAside: boolean, cause: unknown): SpectroscopeError {
  const sentence = isAside
    ? t('The disk is full: {name} could not grow, and nothing of it is kept. Free some space and try again.', { name })
    : t(
        'The disk is full: {name} could not grow. All steps before this one are stored; free some space and train again.',
        { name },
      );
  return inputError('disk-full', sentence, { file: name, cause });
}

function damaged(name: string, cause: unknown): SpectroscopeError {
  return inputError('session-damaged', t('{name} is damaged and cannot be read: use another copy of it.', { name }), {
    file: name,
    expected: t('an intact session file'),
    cause,
  });
}

/** Reads the first bytes before SQLite does: an empty file would be opened as an empty database. */
function checkHeader(file: string): void {
  const name = basename(file);
  const header = Buffer.alloc(headerBytes);
  let length: number;
  try {
    const handle = openSync(file, 'r');
    try {
      length = readSync(handle, header, 0, headerBytes, 0);
    } finally {
      closeSync(handle);
    }
  } catch (cause) {
    throw inputError(
      'session-missing',
      t('{name} cannot be opened: it does not exist or you may not read it.', { name }),
      {
        file: name,
        cause,
      },
    );
  }
  if (length === 0) {
    throw inputError(
      'session-empty',
      t('{name} is empty: nothing was written to it, or a copy failed. Copy it again.', { name }),
      {
        file: name,
      },
    );
  }
  if (length < headerBytes || header.toString('latin1', 0, 16) !== sqliteHeader) throw notASession(name);
  // Before its first checkpoint a file keeps its numbers in the write-ahead log: SQLite is asked below.
  if (!existsSync(`${file}-wal`)) {
    refuseForeign(file, header.readUInt32BE(applicationIdOffset), header.readUInt32BE(userVersionOffset));
  }
}

function refuseForeign(file: string, application: number, version: number): void {
  const name = basename(file);
  if (application !== applicationId) throw notASession(name);
  if (version > currentVersion) {
    throw inputError(
      'session-newer',
      t(
        '{name} was written by a newer Spectroscope (format {version}; this one reads up to {currentVersion}): update the program.',
        { name, version, currentVersion },
      ),
      { file: name, field: 'user_version', expected: t('at most {currentVersion}', { currentVersion }) },
    );
  }
}

function notASession(name: string): SpectroscopeError {
  return inputError('not-a-session', t('{name} is not a session of Spectroscope: choose a .spectra file.', { name }), {
    file: name,
    expected: t('a .spectra file'),
  });
}
