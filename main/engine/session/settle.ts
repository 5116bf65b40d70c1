/** Puts in order what a writer that died, or that closed while the file was being read, left behind. */
import { closeSync, openSync, readSync } from 'node:fs';
import { SpectroscopeError } from '#app/contract/errors.ts';
import { closeToSingleFile, openDatabase, translating } from './database.ts';
import { loadCard, setMeta } from './header.ts';

/**
 * Makes a session that nobody writes one file again, and lets it say that it was interrupted where its writer died.
 * A session that is being written, or that may not be written to, stays as it is: it can be read all the same.
 *
 * @param written whether this process is writing it
 */
export function settle(file: string, written: boolean): void {
  if (written || !keepsLog(file)) return;
  try {
    translating(file, () => {
      const database = openDatabase(file, 'write');
      try {
        const card = loadCard(database, false);
        if (card.writer !== null) return;
        if (card.status === 'interrupted') {
          setMeta(database, 'status', 'interrupted');
          setMeta(database, 'writer', null);
          database.exec(`UPDATE run SET status = 'interrupted' WHERE status IN ('running', 'paused')`);
        }
        database.exec('PRAGMA busy_timeout = 0');
        closeToSingleFile(database);
      } finally {
        if (database.isOpen) database.close();
      }
    });
  } catch (error) {
    // Damaged, of another program, read-only or in use: reading it says so, or goes well.
    if (!(error instanceof SpectroscopeError) || error.kind !== 'input') throw error;
  }
}

const formatOffset = 18;
const writeAheadLog = 2;

/** Whether SQLite's header says that the file goes with a write-ahead log. */
function keepsLog(file: string): boolean {
  const format = Buffer.alloc(1);
  try {
    const handle = openSync(file, 'r');
    try {
      return readSync(handle, format, 0, 1, formatOffset) === 1 && format[0] === writeAheadLog;
    } finally {
      closeSync(handle);
    }
  } catch {
    // Reading it will say why it cannot be opened.
    return false;
  }
}
