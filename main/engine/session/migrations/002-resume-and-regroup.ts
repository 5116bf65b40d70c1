import type { Migration } from './registry.ts';

/** What a run can be resumed from, what it said of its validation subjects, its repeat; what a session can be regrouped by. */
export const resumeAndRegroup: Migration = {
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

    CREATE TABLE gram (
      run INTEGER NOT NULL,
      step INTEGER NOT NULL,
      layer INTEGER NOT NULL,
      grams BLOB NOT NULL,
      PRIMARY KEY (run, step, layer)
    );

    CREATE TABLE sample_norm (
      run INTEGER NOT NULL,
      step INTEGER NOT NULL,
      layer INTEGER NOT NULL,
      norms BLOB NOT NULL,
      PRIMARY KEY (run, step, layer)
    ) WITHOUT ROWID;

    CREATE TABLE prediction (
      run INTEGER NOT NULL,
      subject INTEGER NOT NULL,
      loss REAL NOT NULL,
      outputs BLOB NOT NULL,
      PRIMARY KEY (run, subject)
    ) WITHOUT ROWID;
  `,
};
