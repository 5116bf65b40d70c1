import type { Migration } from './registry.ts';

/** What looks at a training in hand found (app/contract/early-signs.ts). */
export const looks: Migration = {
  version: 5,
  sql: `
    CREATE TABLE look (
      look INTEGER PRIMARY KEY,
      steps INTEGER NOT NULL,
      found TEXT NOT NULL
    );
  `,
};
