import type { Migration } from './registry.ts';

/** docs/session-format.md explains every table and the layout of every blob. */
export const first: Migration = {
  version: 1,
  sql: `
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

    CREATE TABLE run (
      run INTEGER PRIMARY KEY,
      fold INTEGER NOT NULL,
      seed INTEGER NOT NULL,
      status TEXT NOT NULL,
      steps INTEGER NOT NULL,
      captured INTEGER NOT NULL,
      steps_per_epoch INTEGER NOT NULL,
      training_subjects INTEGER NOT NULL,
      validation_subjects INTEGER NOT NULL,
      training_groups TEXT NOT NULL,
      metrics TEXT NOT NULL
    );

    CREATE TABLE layer (
      layer INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      description TEXT NOT NULL,
      layout TEXT NOT NULL
    );

    CREATE TABLE step (
      run INTEGER NOT NULL,
      step INTEGER NOT NULL,
      epoch INTEGER NOT NULL,
      captured INTEGER NOT NULL,
      scalars BLOB NOT NULL,
      group_sizes BLOB NOT NULL,
      subjects BLOB NOT NULL,
      PRIMARY KEY (run, step)
    ) WITHOUT ROWID;

    CREATE TABLE spectra (
      run INTEGER NOT NULL,
      layer INTEGER NOT NULL,
      step INTEGER NOT NULL,
      spectra BLOB NOT NULL,
      PRIMARY KEY (run, layer, step)
    );

    CREATE TABLE summary (
      run INTEGER NOT NULL,
      step INTEGER NOT NULL,
      layer INTEGER NOT NULL,
      summaries BLOB NOT NULL,
      PRIMARY KEY (run, step, layer)
    ) WITHOUT ROWID;

    CREATE TABLE overview (
      run INTEGER NOT NULL,
      part TEXT NOT NULL,
      layer INTEGER NOT NULL,
      level INTEGER NOT NULL,
      block INTEGER NOT NULL,
      statistics BLOB NOT NULL,
      PRIMARY KEY (run, part, layer, level, block)
    );

    CREATE TABLE epoch (
      run INTEGER NOT NULL,
      epoch INTEGER NOT NULL,
      step INTEGER NOT NULL,
      training TEXT NOT NULL,
      validation TEXT NOT NULL,
      PRIMARY KEY (run, epoch)
    ) WITHOUT ROWID;

    CREATE TABLE checkpoint (
      run INTEGER NOT NULL,
      variable TEXT NOT NULL,
      epoch INTEGER NOT NULL,
      step INTEGER NOT NULL,
      shape TEXT NOT NULL,
      weights BLOB NOT NULL,
      PRIMARY KEY (run, variable)
    );

    CREATE TABLE annotation (
      annotation INTEGER PRIMARY KEY,
      created TEXT NOT NULL,
      run INTEGER,
      first_step INTEGER,
      last_step INTEGER,
      text TEXT NOT NULL
    );
  `,
};
