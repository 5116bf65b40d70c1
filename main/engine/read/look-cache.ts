/**
 * What was found when a scan was looked at, kept by the hash of its content: a second import does not inflate it again.
 * A cache that cannot be used (full disk, no permission, damaged) costs time, not the import.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import type { Thumbnail } from '#app/data/thumbnail.ts';
import { problemSchema, saidSchema, scanStatisticsSchema } from '#app/study/study.ts';

/** Changes whenever the same file would be looked at with another result. */
const version = 3;
/** With its picture a scan takes some 12 kB. */
const mostScans = 50_000;

const triple = v.tuple([v.number(), v.number(), v.number()]);
const foundSchema = v.object({
  header: v.object({
    shape: triple,
    spacingMm: triple,
    orientation: v.string(),
    dataType: v.string(),
    affine: v.array(v.number()),
    problems: v.array(v.omit(problemSchema, ['file', 'subject'])),
  }),
  statistics: scanStatisticsSchema,
});
const refusedSchema = v.object({
  refused: v.object({
    code: v.string(),
    message: v.string(),
    field: v.optional(v.string()),
    found: v.optional(v.string()),
    expected: v.optional(v.string()),
    said: v.optional(saidSchema),
  }),
});
const resultSchema = v.union([foundSchema, refusedSchema]);
/** What a scan turned out to be: what was found, or why it is refused. */
export type LookResult = v.InferOutput<typeof resultSchema>;

const stampSizes = v.array(v.tuple([v.number(), v.number()]));

export class LookCache {
  private readonly database: DatabaseSync | null;

  /** @param folder made if absent */
  constructor(folder: string) {
    this.database = open(folder);
  }

  /** @param key of `keyOf`: the content, and the name that its problems speak of */
  result(key: string): LookResult | null {
    const row = this.read('SELECT result FROM looks WHERE key = ?', key);
    const text = row?.['result'];
    if (typeof text !== 'string') return null;
    const parsed = v.safeParse(resultSchema, parse(text));
    return parsed.success ? parsed.output : null;
  }

  keepResult(key: string, result: LookResult): void {
    this.write(
      'INSERT OR REPLACE INTO looks (key, used, result) VALUES (?, ?, ?)',
      key,
      Date.now(),
      JSON.stringify(result),
    );
  }

  /** @param sha256 of the scan's file */
  thumbnail(sha256: string): Thumbnail | null {
    const row = this.read('SELECT sizes, pixels FROM thumbnails WHERE sha256 = ?', sha256);
    const [text, pixels] = [row?.['sizes'], row?.['pixels']];
    if (typeof text !== 'string' || !(pixels instanceof Uint8Array)) return null;
    const sizes = v.safeParse(stampSizes, parse(text));
    if (!sizes.success || sizes.output.reduce((sum, [width, height]) => sum + width * height, 0) !== pixels.length) {
      return null;
    }
    let from = 0;
    const [sagittal, coronal, axial] = sizes.output.map(([width, height]) => ({
      width,
      height,
      pixels: new Uint8Array(pixels.subarray(from, (from += width * height))),
    }));
    return sagittal && coronal && axial ? { sagittal, coronal, axial } : null;
  }

  keepThumbnail(sha256: string, { sagittal, coronal, axial }: Thumbnail): void {
    const stamps = [sagittal, coronal, axial];
    const sizes = JSON.stringify(stamps.map(({ width, height }) => [width, height]));
    const pixels = Buffer.concat(stamps.map((stamp) => stamp.pixels));
    this.write(
      'INSERT OR REPLACE INTO thumbnails (sha256, used, sizes, pixels) VALUES (?, ?, ?, ?)',
      sha256,
      Date.now(),
      sizes,
      pixels,
    );
  }

  /** Forgets the oldest beyond what the cache may hold, and lets go of the file. */
  close(): void {
    for (const [table, key] of [
      ['looks', 'key'],
      ['thumbnails', 'sha256'],
    ]) {
      this.write(
        `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} ORDER BY used DESC LIMIT -1 OFFSET ${mostScans})`,
      );
    }
    if (this.database?.isOpen === true) this.database.close();
  }

  private read(statement: string, key: string): Record<string, unknown> | null {
    try {
      return this.database?.prepare(statement).get(key) ?? null;
    } catch {
      return null;
    }
  }

  private write(statement: string, ...values: (string | number | Uint8Array)[]): void {
    try {
      this.database?.prepare(statement).run(...values);
    } catch {
      // Not kept: the scan is looked at again next time.
    }
  }
}

function open(folder: string): DatabaseSync | null {
  const file = join(folder, `looks-${version}.sqlite`);
  try {
    mkdirSync(folder, { recursive: true });
    return prepare(file);
  } catch {
    try {
      // Damaged: everything in it can be made again.
      rmSync(file, { force: true });
      return prepare(file);
    } catch {
      return null;
    }
  }
}

function prepare(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  database.exec(`
    PRAGMA busy_timeout = 5000;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = OFF;
    CREATE TABLE IF NOT EXISTS looks (key TEXT PRIMARY KEY, used INTEGER NOT NULL, result TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS thumbnails
      (sha256 TEXT PRIMARY KEY, used INTEGER NOT NULL, sizes TEXT NOT NULL, pixels BLOB NOT NULL);
  `);
  return database;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
