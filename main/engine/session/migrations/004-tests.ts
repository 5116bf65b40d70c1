import type { Migration } from './registry.ts';

/** Results of tests that a person asked to keep. Numbers are not given twice: a report may name one. */
export const tests: Migration = {
  version: 4,
  sql: `
    CREATE TABLE test (
      test INTEGER PRIMARY KEY AUTOINCREMENT,
      created TEXT NOT NULL,
      program TEXT NOT NULL,
      sessions TEXT NOT NULL,
      options TEXT NOT NULL,
      answer TEXT NOT NULL
    );
  `,
};
