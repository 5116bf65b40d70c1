import type { Migration } from './registry.ts';

/** What a run can be resumed from, what it said of its validation subjects, and its repeat. */
export const resume: Migration = {
  version: 2,
  sql: `
    ALTER TABLE run ADD COLUMN repeat INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE run ADD COLUMN best_epoch INTEGER;
    ALTER TABLE run ADD COLUMN preparation TEXT;

    CREATE TABLE progress (
      run INTEGER PRIMARY KEY,
      step INTEGER NOT NULL,
      epoch INTEGER NOT NULL,
      state TEXT NOT NULL
    );

    CREATE TABLE progress_array (
      run INTEGER NOT NULL,
      name TEXT NOT NULL,
      numbers BLOB NOT NULL,
      PRIMARY KEY (run, name)
    );

    CREATE TABLE prediction (
      run INTEGER NOT NULL,
      subject INTEGER NOT NULL,
      loss REAL NOT NULL,
      outputs BLOB NOT NULL,
      PRIMARY KEY (run, subject)
    ) WITHOUT ROWID;
  `,
};
