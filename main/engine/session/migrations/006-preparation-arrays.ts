import type { Migration } from './registry.ts';

/** Typed arrays of what was fitted of a run's inputs (main/engine/session/stored-preparation.ts). */
export const preparationArrays: Migration = {
  version: 6,
  sql: `
    CREATE TABLE preparation_array (
      run INTEGER NOT NULL,
      name TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      numbers BLOB NOT NULL,
      PRIMARY KEY (run, name)
    );
  `,
};
