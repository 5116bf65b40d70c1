/** How a session file of an older version becomes one of today. A new version is one file here and one line below. */
import type { DatabaseSync } from 'node:sqlite';
import { first } from './001-first.ts';
import { resumeAndRegroup } from './002-resume-and-regroup.ts';
import { replay } from './003-replay.ts';
import { tests } from './004-tests.ts';
import { looks } from './005-looks.ts';
import { preparationArrays } from './006-preparation-arrays.ts';

export interface Migration {
  /** `user_version` after it. */
  version: number;
  sql: string;
}

/** In order of version, without a gap. */
const migrations: readonly Migration[] = [first, resumeAndRegroup, replay, tests, looks, preparationArrays];

export const currentVersion = migrations.length;

/** Brings a database to the newest version, each migration in a transaction of its own. */
export function migrate(database: DatabaseSync, known: readonly Migration[] = migrations): void {
  const version = userVersion(database);
  for (const migration of known) {
    if (migration.version <= version) continue;
    database.exec('BEGIN IMMEDIATE');
    try {
      database.exec(migration.sql);
      database.exec(`PRAGMA user_version = ${migration.version}`);
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  }
}

export function userVersion(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
}
