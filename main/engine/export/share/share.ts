/**
 * A copy of a session without identifiers. It is a new file into which named entries and tables are written one by one:
 * nothing of the original's bytes is carried over, free pages and deleted rows among them.
 */
import { randomInt, randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { inputError } from '#app/contract/errors.ts';
import type { ShareAnswer, ShareOptions } from '#app/contract/share.ts';
import { t } from '#app/text/text.ts';
import { createDatabase, translating } from '../../session/database.ts';
import { loadBody, loadCard, setMeta, type SessionBody } from '../../session/header.ts';
import type { SessionStore } from '../../session/store.ts';
import { describeContents, sharedContents, type SharedContents } from './contents.ts';
import { revealed } from './reveals.ts';
import { copiedTables, describeTables, rowsOf, type CopiedTable } from './stored-tables.ts';

export interface ShareRequest {
  options: ShareOptions;
  /** Where to write; null: nothing is written. Whoever asks gives it its final name, and its size. */
  file: string | null;
}

const rowsPerProgress = 256;

/**
 * @throws SpectroscopeError (setting) 'no-column', 'identifying-column'; (input) 'session-running', 'still-identifying',
 *   'disk-full'
 */
export function shareSession(
  store: SessionStore,
  { options, file }: ShareRequest,
  progress: (done: number, total: number) => void,
): ShareAnswer {
  const card = loadCard(store.database, true);
  const body = loadBody(store.database);
  if (card.status === 'running' || card.status === 'paused') {
    const name = basename(store.file);
    throw inputError('session-running', t('{name} is being written: share it when its training has ended.', { name }), {
      file: name,
    });
  }
  const contents = sharedContents(card, body, options, { id: randomUUID(), draw: randomInt });
  const tables = copiedTables(store, options, contents.placeOf);
  const said = describeContents(body, contents, options);
  const stored = describeTables(store, tables);
  const filled = tables.map(({ name }) => name).filter((name) => rowsOf(store, name) > 0);
  if (file !== null) translating(file, () => writeCopy(store, file, { contents, tables, original: body, progress }));
  return {
    ...said,
    contains: [...said.contains, ...stored.contains],
    dropped: [...said.dropped, ...stored.dropped],
    reveals: revealed(contents.body, options, filled),
    bytes: null,
  };
}

interface CopyRequest {
  contents: SharedContents;
  tables: readonly CopiedTable[];
  original: SessionBody;
  progress: (done: number, total: number) => void;
}

function writeCopy(store: SessionStore, file: string, { contents, tables, original, progress }: CopyRequest): void {
  const copy = createDatabase(file);
  try {
    // The file is nobody's before it has its final name: a log would hold everything twice.
    copy.exec('PRAGMA journal_mode = OFF; BEGIN');
    for (const [name, value] of Object.entries({ ...contents.card, ...contents.body })) setMeta(copy, name, value);
    const total = tables.reduce((sum, { name }) => sum + rowsOf(store, name), 0);
    let done = 0;
    for (const table of tables) {
      copyTable(store, copy, table, () => {
        done += 1;
        if (done % rowsPerProgress === 0) progress(done, total);
      });
    }
    copy.exec('COMMIT');
    refuseIdentifying(copy, original);
    copy.exec('PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE');
    progress(total, total);
  } finally {
    copy.close();
  }
}

function copyTable(store: SessionStore, copy: DatabaseSync, { name, row }: CopiedTable, done: () => void): void {
  let insert: ReturnType<DatabaseSync['prepare']> | null = null;
  for (const stored of store.database.prepare(`SELECT * FROM "${name}"`).iterate()) {
    const shared = row(stored);
    const columns = Object.keys(shared).map((column) => `"${column}"`);
    insert ??= copy.prepare(
      `INSERT INTO "${name}" (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    );
    insert.run(...Object.values(shared));
    done();
  }
}

/** Shorter ids, '7' or 'm12', stand in any text by chance. */
const shortestId = 4;

/**
 * An id can stand where a person wrote it: in the name of a group, of a class, of a column.
 * @throws SpectroscopeError (input) 'still-identifying'
 */
function refuseIdentifying(copy: DatabaseSync, { study }: SessionBody): void {
  const ids = study.subjects.map(({ id }) => id).filter(({ length }) => length >= shortestId);
  const stored = [
    ...copy.prepare('SELECT name AS place, value AS text FROM meta').all(),
    ...copy.prepare("SELECT 'layer ' || name AS place, description AS text FROM layer").all(),
    ...copy.prepare("SELECT 'run ' || run AS place, preparation AS text FROM run WHERE preparation IS NOT NULL").all(),
  ];
  const places = stored
    .filter(({ text }) => holdsOne(textsOf(JSON.parse(String(text))), ids))
    .map(({ place }) => place);
  if (places.length === 0) return;
  const named = places.map(String).join(', ');
  throw inputError(
    'still-identifying',
    t(
      'An id of a subject would stay in the copy, in: {named}. Rename the group, the class or the column that bears it.',
      { named },
    ),
    { field: named, expected: t('names that are not ids') },
  );
}

const word = /[\p{L}\p{N}_.-]+/gu;

function holdsOne(texts: readonly string[], ids: readonly string[]): boolean {
  const words = new Set(texts.flatMap((text) => text.match(word) ?? []));
  return ids.some((id) => words.has(id) || (/[^\p{L}\p{N}_.-]/u.test(id) && texts.some((text) => text.includes(id))));
}

/** Every text of a value of JSON, names of fields among them. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, each]) => [name, ...textsOf(each)]);
}
