/** Writes what is asked of a session to a file or a folder, a piece at a time. Runs on a reading thread. */
import { exportTableNames, type ExportAnswer, type ExportFormat, type ExportWhat } from '#app/contract/export.ts';
import type { SessionStore } from '../session/store.ts';
import { exporters } from './registry.ts';

export interface ExportRequest {
  what: ExportWhat;
  format: ExportFormat;
  /** Where to write; whoever asks gives it its final name when all is written. */
  file: string;
  /** Its final name, for messages. */
  name: string;
}

const recordsPerProgress = 64;

/**
 * The session as it is when it begins, also of one that is being written.
 *
 * @throws SpectroscopeError (input) 'export-failed' when it cannot be written, 'not-in-format'
 */
export async function exportSession(
  store: SessionStore,
  { what, format, file, name }: ExportRequest,
  progress: (done: number, total: number) => void,
): Promise<ExportAnswer> {
  const parts = new Set(what === 'everything' ? exportTableNames : [what]);
  let records = 0;
  let total = 0;
  store.database.exec('BEGIN');
  try {
    const answer = await exporters[format]({
      ...{ store, what, parts, path: file, name },
      expect: (count) => (total += count),
      done: () => {
        records += 1;
        if (records % recordsPerProgress === 0) progress(records, total);
      },
    });
    progress(total, total);
    return answer;
  } finally {
    store.database.exec('COMMIT');
  }
}
