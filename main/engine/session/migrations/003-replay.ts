import type { Migration } from './registry.ts';

/** Weights of a run at several of its steps, to look at those steps again under other groups. */
export const replay: Migration = {
  version: 3,
  sql: `
    CREATE TABLE replay (
      run INTEGER NOT NULL,
      step INTEGER NOT NULL,
      random TEXT NOT NULL,
      PRIMARY KEY (run, step)
    ) WITHOUT ROWID;

    CREATE TABLE replay_weights (
      run INTEGER NOT NULL,
      step INTEGER NOT NULL,
      variable TEXT NOT NULL,
      weights BLOB NOT NULL,
      PRIMARY KEY (run, step, variable)
    );
  `,
};
