/** What a calibration of the tests found, in the session file that it was kept in: an entry of `meta`. */
import * as v from 'valibot';
import { keptCalibrationSchema, type KeptCalibration } from '#app/report/calibration-result.ts';
import { openDatabase, translating } from './database.ts';
import { setMeta } from './header.ts';

const entry = 'calibration';

/** In place of one that was kept before. @throws SpectroscopeError (input) 'session-folder' where it may not be written to */
export function keepCalibration(file: string, calibration: KeptCalibration): void {
  translating(file, () => {
    const database = openDatabase(file, 'write');
    try {
      setMeta(database, entry, calibration);
    } finally {
      database.close();
    }
  });
}

/** @returns null where none was kept */
export function keptCalibration(file: string): KeptCalibration | null {
  return translating(file, () => {
    const database = openDatabase(file, 'read');
    try {
      const row = database.prepare('SELECT value FROM meta WHERE name = ?').get(entry);
      return row === undefined ? null : v.parse(keptCalibrationSchema, JSON.parse(String(row['value'])) as unknown);
    } finally {
      database.close();
    }
  });
}
