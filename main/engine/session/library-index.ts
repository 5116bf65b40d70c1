/**
 * What the list of sessions shows of each file, kept beside them, so that ten thousand files are not opened to be listed.
 * It can be removed at any time, and is made again when it is damaged or of another version; where it cannot be kept at
 * all (read-only folder, full disk), listing is slow, not wrong.
 */
import { existsSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import {
  libraryEntrySchema,
  sessionPictureSchema,
  type LibraryEntry,
  type SessionPicture,
} from '#app/contract/library.ts';
import { spokenLanguage } from '#app/text/text.ts';
import { currentVersion } from './migrations/registry.ts';

/** Changes whenever the same file would be described otherwise. A new version of the session file is one such change. */
const version = 1_000 * 2 + currentVersion;

/** What is known of one file. */
export interface Indexed {
  /** Name of the file in its folder. */
  name: string;
  /** Changes whenever the file does. */
  stamp: string;
  entry: LibraryEntry;
}

export class LibraryIndex {
  private readonly file: string;
  private database: DatabaseSync | null = null;

  constructor(file: string) {
    this.file = file;
  }

  /** All that is known, by the file's name. */
  entries(): Map<string, Indexed> {
    return this.attempt((database) => {
      const known = new Map<string, Indexed>();
      for (const row of database.prepare('SELECT name, stamp, entry, language FROM session').iterate()) {
        const name = String(row['name']);
        const entry = parsed(libraryEntrySchema, row['entry']);
        // Why a file cannot be opened is told in the language that was spoken when it was looked at.
        if (entry === null || (entry.damaged !== null && row['language'] !== spokenLanguage())) continue;
        known.set(name, { name, stamp: String(row['stamp']), entry });
      }
      return known;
    }, new Map<string, Indexed>());
  }

  keep(known: readonly Indexed[]): void {
    this.change((database) => {
      const insert = database.prepare(
        'INSERT OR REPLACE INTO session (name, stamp, entry, language) VALUES (?, ?, ?, ?)',
      );
      for (const { name, stamp, entry } of known) insert.run(name, stamp, JSON.stringify(entry), spokenLanguage());
    });
  }

  forget(names: readonly string[]): void {
    this.change((database) => {
      const remove = ['session', 'picture'].map((table) => database.prepare(`DELETE FROM ${table} WHERE name = ?`));
      for (const name of names) for (const statement of remove) statement.run(name);
    });
  }

  picture(name: string, stamp: string): SessionPicture | null {
    return this.attempt((database) => {
      const row = database.prepare('SELECT picture FROM picture WHERE name = ? AND stamp = ?').get(name, stamp);
      return row === undefined ? null : parsed(sessionPictureSchema, row['picture']);
    }, null);
  }

  keepPicture(name: string, stamp: string, picture: SessionPicture): void {
    this.change((database) => {
      database
        .prepare('INSERT OR REPLACE INTO picture (name, stamp, picture) VALUES (?, ?, ?)')
        .run(name, stamp, JSON.stringify(picture));
    });
  }

  close(): void {
    if (this.database?.isOpen === true) this.database.close();
    this.database = null;
  }

  private change(work: (database: DatabaseSync) => void): void {
    this.attempt((database) => {
      database.exec('BEGIN IMMEDIATE');
      try {
        work(database);
        database.exec('COMMIT');
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    }, undefined);
  }

  /** Does it; with a new index once more where this one is damaged; without any where none can be had. */
  private attempt<T>(work: (database: DatabaseSync) => T, otherwise: T): T {
    for (const again of [true, false]) {
      try {
        // Removed by hand or by another process: what is written to the old file would be lost with it.
        if (this.database !== null && !existsSync(this.file)) this.close();
        return work((this.database ??= open(this.file)));
      } catch (error) {
        this.close();
        if (!again || !isDamage(error)) return otherwise;
        for (const suffix of ['', '-journal']) rmSync(this.file + suffix, { force: true });
      }
    }
    return otherwise;
  }
}

/** Of SQLite: a table that is missing, a damaged page, another kind of file. */
const damageCodes = [1, 11, 26];

function isDamage(error: unknown): boolean {
  return damageCodes.includes(Number((error as { errcode?: unknown }).errcode) & 0xff);
}

function open(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  try {
    // A rollback journal, since a library may lie on a network folder; not synchronised, since all of it can be made again.
    database.exec('PRAGMA busy_timeout = 5000; PRAGMA synchronous = OFF');
    if (versionOf(database) !== version) {
      database.exec('BEGIN IMMEDIATE');
      // Another process may have just done it.
      if (versionOf(database) !== version) {
        database.exec(`
          DROP TABLE IF EXISTS session;
          DROP TABLE IF EXISTS picture;
          CREATE TABLE session (name TEXT PRIMARY KEY, stamp TEXT NOT NULL, entry TEXT NOT NULL, language TEXT NOT NULL);
          CREATE TABLE picture (name TEXT PRIMARY KEY, stamp TEXT NOT NULL, picture TEXT NOT NULL);
          PRAGMA user_version = ${version};
        `);
      }
      database.exec('COMMIT');
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
}

function parsed<T>(schema: v.GenericSchema<unknown, T>, text: unknown): T | null {
  try {
    const result = v.safeParse(schema, JSON.parse(String(text)));
    return result.success ? result.output : null;
  } catch {
    return null;
  }
}
