import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { cancelled } from '#app/contract/errors.ts';
import { libraryEntrySchema } from '#app/contract/library.ts';
import { engineOperations } from '#app/contract/operations.ts';
import type { Call } from '../../../main/engine/serve/handlers.ts';
import { sessionHandlers } from '../../../main/engine/serve/session.ts';
import { Library } from '../../../main/engine/session/library.ts';
import { SessionReader } from '../../../main/engine/session/reader.ts';
import { createSession } from '../../../main/engine/session/writer.ts';
import { exampleHeader, exampleStep } from '../../fixtures/sessions/example.ts';
import { temporaryFolder } from './temporary.ts';

const work = temporaryFolder();
const template = join(work, 'template.spectra');
const header = exampleHeader();
const writer = createSession({ file: template }, header);
for (let step = 0; step < 60; step++) writer.step(exampleStep(header, 0, step));
writer.runStatus(0, 'finished', null);
writer.close('finished');

const reader = new SessionReader();
afterAll(() => reader.close());
const never = new AbortController().signal;

/** A library as a program that starts finds it, and how many files its listing read. */
async function listed(folder: string) {
  const library = new Library(folder, reader);
  let read = 0;
  const entries = await library.list({ signal: never, progress: (done) => (read = done) });
  library.close();
  return { entries, read, names: entries.map(({ session }) => session).sort() };
}

let folder = '';
let folders = 0;
beforeEach(() => {
  folder = join(work, `library-${folders++}`);
  mkdirSync(folder);
  for (const name of ['a', 'b', 'c']) copyFileSync(template, join(folder, `${name}.spectra`));
});
const index = (): string => join(folder, 'index.sqlite');

describe('the index of the library', () => {
  test('saves reading files that stayed as they were', async () => {
    const first = await listed(folder);
    expect(first).toMatchObject({ read: 3, names: ['a.spectra', 'b.spectra', 'c.spectra'] });
    expect(first.entries[0]).toMatchObject({
      title: header.title,
      tags: [],
      folder: '',
      notes: '',
      status: 'finished',
    });
    const second = await listed(folder);
    expect(second.read).toBe(0);
    expect(second.entries).toEqual(first.entries);
  });

  test('reads a file that changed, and that alone', async () => {
    await listed(folder);
    const database = new DatabaseSync(join(folder, 'b.spectra'));
    database.exec(`UPDATE meta SET value = '"another title"' WHERE name = 'title'`);
    database.close();
    const { entries, read } = await listed(folder);
    expect(read).toBe(1);
    expect(entries.find(({ session }) => session === 'b.spectra')!.title).toBe('another title');
  });

  test('reads a file again that was replaced by one of the same size and time', async () => {
    await listed(folder);
    const file = join(folder, 'a.spectra');
    const { atime, mtime } = statSync(file);
    const other = join(folder, 'other');
    const bytes = readFileSync(file);
    bytes.write('Exemplum', bytes.indexOf('Example: two groups'));
    writeFileSync(other, bytes);
    rmSync(file);
    linkSync(other, file);
    rmSync(other);
    utimesSync(file, atime, mtime);
    const { entries } = await listed(folder);
    expect(entries.find(({ session }) => session === 'a.spectra')!.title).toBe('Exemplum two groups');
  });

  test('forgets a file that was removed, and knows it as new when it comes back', async () => {
    await listed(folder);
    rmSync(join(folder, 'b.spectra'));
    expect(await listed(folder)).toMatchObject({ read: 0, names: ['a.spectra', 'c.spectra'] });
    const rows = new DatabaseSync(index(), { readOnly: true });
    expect(rows.prepare('SELECT count(*) AS n FROM session').get()).toMatchObject({ n: 2 });
    rows.close();
    copyFileSync(template, join(folder, 'b.spectra'));
    expect(await listed(folder)).toMatchObject({ read: 1, names: ['a.spectra', 'b.spectra', 'c.spectra'] });
  });

  test('keeps what is wrong with a damaged file, until the file is another', async () => {
    const whole = readFileSync(template);
    writeFileSync(join(folder, 'b.spectra'), whole.subarray(0, 5000));
    const first = await listed(folder);
    expect(first.entries.find(({ session }) => session === 'b.spectra')!.damaged).toMatch(/damaged/);
    expect((await listed(folder)).read).toBe(0);
    writeFileSync(join(folder, 'b.spectra'), whole);
    const mended = await listed(folder);
    expect(mended.read).toBe(1);
    expect(mended.entries.every(({ damaged }) => damaged === null)).toBe(true);
  });

  const damages: [string, (file: string) => void][] = [
    ['removed', (file) => rmSync(file)],
    ['another kind of file', (file) => writeFileSync(file, 'not a database'.repeat(500))],
    ['cut', (file) => writeFileSync(file, readFileSync(file).subarray(0, 5000))],
    ['empty', (file) => writeFileSync(file, '')],
    ['overwritten in the middle', (file) => writeFileSync(file, readFileSync(file).fill(0x5a, 4096))],
    ['without its tables', (file) => edit(file, 'DROP TABLE session')],
    ['of another version', (file) => edit(file, 'PRAGMA user_version = 999999')],
    ['full of other things', (file) => edit(file, `UPDATE session SET entry = '{"title": 7}'`)],
  ];
  test.each(damages)('is made again when it is %s', async (_, damage) => {
    const first = await listed(folder);
    damage(index());
    const second = await listed(folder);
    expect(second.entries).toEqual(first.entries);
    expect(second.read).toBe(3);
    expect((await listed(folder)).read).toBe(0);
  });

  test('that cannot be kept leaves a listing that is right', async () => {
    mkdirSync(index());
    expect(await listed(folder)).toMatchObject({ read: 3, names: ['a.spectra', 'b.spectra', 'c.spectra'] });
    expect(await listed(folder)).toMatchObject({ read: 3 });
  });

  test('is shared by two processes that list at once', async () => {
    for (let copy = 0; copy < 300; copy++) copyFileSync(template, join(folder, `copy-${copy}.spectra`));
    const list = join(import.meta.dirname, '..', '..', 'fixtures', 'sessions', 'list-library.ts');
    const processes = [0, 1, 2].map(() =>
      spawn(process.execPath, [list, folder], { stdio: ['ignore', 'pipe', 'pipe'] }),
    );
    const said = await Promise.all(
      processes.map(async (child) => {
        let [words, errors] = ['', ''];
        child.stdout.on('data', (chunk) => (words += String(chunk)));
        child.stderr.on('data', (chunk) => (errors += String(chunk)));
        const [code] = (await once(child, 'close')) as [number];
        return { code, words: words.trim(), errors };
      }),
    );
    for (const { code, words, errors } of said)
      expect({ code, words, errors }).toMatchObject({ code: 0, words: '303' });
    expect((await listed(folder)).read).toBe(0);
    const rows = new DatabaseSync(index(), { readOnly: true });
    expect(rows.prepare('PRAGMA integrity_check').get()).toMatchObject({ integrity_check: 'ok' });
    rows.close();
  }, 60_000);

  test('keeps what was read when a listing is cancelled', async () => {
    for (let copy = 0; copy < 100; copy++) linkSync(template, join(folder, `copy-${copy}.spectra`));
    const stop = new AbortController();
    const library = new Library(folder, reader);
    const list = library.list({ signal: stop.signal, progress: () => stop.abort() });
    await expect(list).rejects.toThrow(cancelled('Reading the sessions').message);
    library.close();
    const { read, names } = await listed(folder);
    expect(names).toHaveLength(103);
    expect(read).toBe(53);
  });
});

function edit(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

describe('arranging the library', () => {
  const library = temporaryFolder();
  const sessions = join(library, 'sessions');
  mkdirSync(sessions);
  for (const name of ['one', 'two']) copyFileSync(template, join(sessions, `${name}.spectra`));
  writeFileSync(join(sessions, 'broken.spectra'), 'x');
  const area = sessionHandlers({ library, emit: () => undefined });
  afterAll(() => area.close());
  const { handlers } = area;
  const call: Call = { id: 1, signal: never, progress: () => undefined };
  const arrange = async (input: unknown) => {
    const { input: schema, answer } = engineOperations['session.arrange'];
    return v.parse(answer, await handlers['session.arrange'](v.parse(schema, input), call));
  };

  test('puts tags on and takes them off, in the file itself', async () => {
    const both = ['one.spectra', 'two.spectra'];
    const { entries } = await arrange({ sessions: both, add: ['pilot', ' site A '], folder: ' thesis / first//' });
    expect(entries.map(({ tags, folder: at }) => [tags, at])).toEqual([
      [['pilot', 'site A'], 'thesis/first'],
      [['pilot', 'site A'], 'thesis/first'],
    ]);
    await arrange({ sessions: ['one.spectra'], add: ['pilot', 'final'], remove: ['site A', 'never there'] });
    copyFileSync(join(sessions, 'one.spectra'), join(sessions, 'copy.spectra'));
    const list = v.parse(v.array(libraryEntrySchema), await handlers['session.list']({}, call));
    expect(list.find(({ session }) => session === 'copy.spectra')).toMatchObject({
      tags: ['pilot', 'final'],
      folder: 'thesis/first',
    });
  });

  test('tells a window what changed since it asked', async () => {
    const changes = async (since: number | null) => {
      const { answer } = engineOperations['session.changes'];
      const told = v.parse(answer, await handlers['session.changes']({ since }, call));
      return { ...told, entries: told.entries.map(({ session }) => session).sort() };
    };
    const first = await changes(null);
    expect(first).toMatchObject({
      whole: true,
      entries: ['broken.spectra', 'copy.spectra', 'one.spectra', 'two.spectra'],
    });
    const second = await changes(first.revision);
    expect(second).toMatchObject({ whole: false, entries: [], gone: [] });
    rmSync(join(sessions, 'copy.spectra'));
    await arrange({ sessions: ['two.spectra'], add: ['new'] });
    const third = await changes(second.revision);
    expect(third).toMatchObject({ whole: false, entries: ['two.spectra'], gone: ['copy.spectra'] });
    expect((await changes(second.revision)).whole).toBe(true);
    await arrange({ sessions: ['two.spectra'], remove: ['new'] });
  });

  test('says which cannot be written to, and does the others', async () => {
    const { entries, refused } = await arrange({
      sessions: ['broken.spectra', 'gone.spectra', 'two.spectra'],
      add: ['x'],
    });
    expect(entries.map(({ session }) => session)).toEqual(['two.spectra']);
    expect(refused.map(({ session }) => session)).toEqual(['broken.spectra', 'gone.spectra']);
    expect(refused[1]!.reason).toMatch(/moved or deleted/);
  });

  test('refuses more tags than can be read', async () => {
    const add = Array.from({ length: 30 }, (_, at) => `tag ${at}`);
    const { refused } = await arrange({ sessions: ['two.spectra'], add });
    expect(refused[0]!.reason).toMatch(/two.spectra would have 33 tags/);
  });

  test('draws a session in a few numbers, and null for one that cannot be read', async () => {
    const asked = { sessions: ['one.spectra', 'broken.spectra', 'gone.spectra'] };
    const [one, broken, gone] = v.parse(
      engineOperations['session.pictures'].answer,
      await handlers['session.pictures'](asked, call),
    );
    expect([broken, gone]).toEqual([null, null]);
    expect(one!.layer).toBe('dense_1');
    expect(one!.ranks.map(({ name }) => name)).toEqual(header.study.groups.groups.map(({ name }) => name));
    expect(one!.loss.length).toBeGreaterThan(20);
    expect(one!.loss.length).toBeLessThanOrEqual(48);
    expect(one!.loss[0]!).toBeGreaterThan(one!.loss.at(-1)!);
    expect(await handlers['session.pictures'](asked, call)).toEqual([one, null, null]);
  });

  test('brings back from the trash, beside a session that took the name', async () => {
    await handlers['session.delete']({ session: 'one.spectra' }, call);
    const trash = v.parse(engineOperations['session.trash'].answer, await handlers['session.trash']({}, call));
    expect(trash).toMatchObject([{ session: 'one.spectra', title: header.title }]);
    copyFileSync(template, join(sessions, 'one.spectra'));
    expect(await handlers['session.restore']({ sessions: ['one.spectra'] }, call)).toEqual({
      sessions: ['one (2).spectra'],
    });
    const list = await handlers['session.list']({}, call);
    expect(list.find(({ session }) => session === 'one (2).spectra')).toMatchObject({ tags: ['pilot', 'final'] });
    expect(await handlers['session.trash']({}, call)).toEqual([]);
  });

  test('empties the trash of what was chosen, or of all, and says how much it was', async () => {
    for (const session of ['one.spectra', 'one (2).spectra', 'broken.spectra']) {
      await handlers['session.delete']({ session }, call);
    }
    const one = await handlers['session.empty-trash']({ sessions: ['broken.spectra'] }, call);
    expect(one).toEqual({ sessions: 1, bytes: 1 });
    for (const session of ['../sessions/two.spectra', 'gone.spectra', 'index.sqlite']) {
      await expect(async () => handlers['session.empty-trash']({ sessions: [session] }, call)).rejects.toThrow(
        /no session/,
      );
      await expect(async () => handlers['session.restore']({ sessions: [session] }, call)).rejects.toThrow(
        /no session/,
      );
    }
    const rest = await handlers['session.empty-trash']({ sessions: null }, call);
    expect(rest.sessions).toBe(2);
    expect(rest.bytes).toBeGreaterThan(statSync(template).size);
    expect(await handlers['session.trash']({}, call)).toEqual([]);
    expect(existsSync(join(sessions, 'two.spectra'))).toBe(true);
  });
});
