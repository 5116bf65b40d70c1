/** A copy to share tells nothing of who took part, and everything of how the networks learned. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { usualShareOptions, type ShareAnswer, type ShareOptions } from '#app/contract/share.ts';
import { shareSession } from '../../../main/engine/export/share/share.ts';
import { float32Of, int32Of } from '../../../main/engine/session/blob.ts';
import { setMeta, loadBody, loadCard } from '../../../main/engine/session/header.ts';
import { openDatabase } from '../../../main/engine/session/database.ts';
import { SessionStore } from '../../../main/engine/session/store.ts';
import { sessionView } from '../../../main/engine/session/view.ts';
import { idOf, tellingGroups, tellingTexts, writeTellingSession } from '../../fixtures/export/telling-session.ts';
import { temporaryFolder } from '../session/temporary.ts';

const folder = temporaryFolder();
const session = join(folder, 'telling.spectra');
let store: SessionStore;
beforeAll(() => {
  writeTellingSession(session);
  store = new SessionStore(session);
});
afterAll(() => store.close());

let copies = 0;
function share(options: Partial<ShareOptions> = {}, of = store): { file: string; answer: ShareAnswer } {
  const file = join(folder, `copy-${(copies += 1)}.spectra`);
  return { file, answer: shareSession(of, { options: { ...usualShareOptions, ...options }, file }, () => undefined) };
}

/** Runs `look` on an open copy. */
function opened<T>(file: string, look: (copy: SessionStore) => T): T {
  const copy = new SessionStore(file);
  try {
    return look(copy);
  } finally {
    copy.close();
  }
}

const withWords = (of: readonly { what: string; detail: string }[]): string =>
  of.map(({ what, detail }) => `${what}: ${detail}`).join('\n');

describe('the bytes of a copy', () => {
  const subjects = 20;

  test('hold no id, path, file name, hash, note, remark or dropped value of the original, which holds them all', () => {
    const { file } = share();
    const [original, copy] = [readFileSync(session), readFileSync(file)];
    for (const text of tellingTexts(subjects)) {
      const found = [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')].some((bytes) => copy.includes(bytes));
      expect(found, text).toBe(false);
    }
    // Paths of folders are dropped already when a session is written.
    const inOriginal = tellingTexts(subjects).filter((text) => original.includes(Buffer.from(text, 'utf8')));
    expect(inOriginal.length).toBeGreaterThan(6 * subjects);
    expect(existsSync(`${file}-wal`)).toBe(false);
  });

  test('hold the values of a column that is kept, and no other; an age above 90 as 90', () => {
    const { file, answer } = share({ columns: ['sex', 'age'] });
    const copy = readFileSync(file);
    for (const text of tellingTexts(subjects)) expect(copy.includes(Buffer.from(text, 'utf8')), text).toBe(false);
    const { study } = opened(file, ({ database }) => loadBody(database));
    expect(study.columns.map(({ name, description }) => [name, description])).toEqual([
      ['sex', ''],
      ['age', ''],
    ]);
    const ages = study.subjects.map(({ values }) => Number(values['age'])).toSorted((a, b) => a - b);
    expect(ages).toEqual(Array.from({ length: 20 }, (_, i) => Math.min(90, 60 + 2 * i)));
    expect(answer.columns).toEqual(['sex', 'age']);
    expect(answer.reveals.join(' ')).toMatch(/15 of 19 subjects are the only ones/);
  });
});

describe('what a copy keeps', () => {
  test('is who was in which group, in another order each time, with batches and predictions that follow', () => {
    const original = loadBody(store.database);
    const orders = [share(), share()].map(({ file }) =>
      opened(file, (copy) => {
        const body = loadBody(copy.database);
        expect(body.subjects.length).toBe(original.subjects.length);
        expect(body.subjects.every(({ id }) => /^S\d\d$/.test(id))).toBe(true);
        // Norms were written as 0.25 more than the number of the subject: they name it.
        const placeOf = new Map<number, number>();
        const rows = copy.database.prepare(
          'SELECT subjects, norms, grams FROM step JOIN sample_norm USING (run, step) JOIN gram USING (run, step, layer)',
        );
        for (const row of rows.iterate()) {
          const norms = float32Of(row['norms']);
          int32Of(row['subjects']).forEach((place, sample) => {
            const number = (norms[sample] ?? 0) - 0.25;
            expect(placeOf.get(number) ?? place).toBe(place);
            placeOf.set(number, place);
          });
        }
        expect(placeOf.size).toBe(19);
        for (const [number, place] of placeOf) {
          const { group, target } = original.subjects[number]!;
          expect(body.subjects[place]).toMatchObject({ group, target });
          expect(body.study.groups.assigned[body.subjects[place]!.id]).toBe(tellingGroups[group]);
        }
        const predicted = copy.database.prepare('SELECT subject, loss FROM prediction WHERE run = 0').all();
        expect(predicted.map(({ subject, loss }) => [subject, loss]).toSorted()).toEqual(
          [3, 5, 11].map((number) => [placeOf.get(number), number]).toSorted(),
        );
        return [...placeOf].toSorted(([a], [b]) => a - b).map(([, place]) => place);
      }),
    );
    expect(orders[0]).not.toEqual(orders[1]);
  });

  test('is every spectrum, summary and overview, bit for bit, and a view that a window can show', () => {
    const { file } = share();
    opened(file, (copy) => {
      for (const table of ['spectra', 'summary', 'overview', 'layer', 'epoch', 'gram']) {
        const rows = `SELECT * FROM ${table}`;
        expect(copy.database.prepare(rows).all(), table).toEqual(store.database.prepare(rows).all());
      }
      const view = sessionView(copy.database, { session: 'copy', file, written: false });
      expect(view).toMatchObject({ title: 'Shared session', study: 'Shared study', notes: '', status: 'finished' });
      expect(view.created).toMatch(/^\d{4}-\d\d-01T00:00:00\.000Z$/);
      expect(view.studyGroups).toEqual(loadCard(store.database, false).groups);
      expect(Object.keys(view.provenance).toSorted()).toEqual(['device', 'node', 'shared']);
      expect(view.configuration.preparation.mask).toBe('not shared');
      expect(view.configuration.seed).toBe(7);
    });
  });

  test('is asked for: weights with their preparation, names, predictions, products', () => {
    const rows = (file: string, table: string): unknown =>
      opened(file, ({ database }) => database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']);
    const { file: usual } = share();
    expect(['checkpoint', 'replay', 'progress', 'annotation'].map((table) => rows(usual, table))).toEqual([0, 0, 0, 0]);
    const asked = share({ weights: true, names: true, predictions: false, grams: false });
    expect(rows(asked.file, 'checkpoint')).toBe(2);
    expect(['replay_weights', 'prediction', 'gram', 'sample_norm'].map((table) => rows(asked.file, table))).toEqual([
      ...[0, 0, 0, 0],
    ]);
    opened(asked.file, ({ database }) => {
      expect(loadCard(database, false).title).toBe('Titel mit Namen');
      expect(loadBody(database).study.name).toBe('Clinic of Karlsbad');
      expect(database.prepare('SELECT preparation FROM run').get()?.['preparation']).toContain('Ettlingen');
    });
    expect(asked.answer.reveals.join('\n')).toMatch(/membership inference/);
    expect(share().answer.reveals.join('\n')).not.toMatch(/membership inference/);
  });
});

describe('before a copy is written', () => {
  test('it is told what it contains and what is left out, and nothing is written', () => {
    const answer = shareSession(
      store,
      { options: { ...usualShareOptions, columns: ['sex'] }, file: null },
      () => undefined,
    );
    expect(withWords(answer.contains)).toContain('Subjects: 19 that took part');
    expect(withWords(answer.contains)).toContain('Groups: patient (8), control (11)');
    expect(withWords(answer.contains)).toContain('Table values: sex');
    const dropped = withWords(answer.dropped);
    for (const words of [
      'Identifiers: 20 ids',
      'Table columns: id, memory, remark, place, age',
      'Files: 21 names',
      'Notes: 20 characters',
      'Reasons for exclusion: of 1 subject',
      'Remarks on steps: 1 row',
      'Weights of the networks: 2 rows',
      'Table of_a_later_version: 1 row',
      'host, path, day and time',
    ]) {
      expect(dropped).toContain(words);
    }
    expect(JSON.stringify(answer)).not.toContain('KLINIK');
    expect(answer.available).toEqual(['memory', 'remark', 'place', 'age', 'sex']);
    expect(answer.subjects.length).toBe(5);
    expect(answer.subjects[0]).toMatchObject({ code: 'S01', values: [expect.any(Number)] });
  });

  test('columns of ids, of files and of what names people are refused, and those that are not there', () => {
    const codeOf = (column: string): unknown => {
      try {
        return share({ columns: [column] });
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(codeOf('id')).toBe('identifying-column');
    expect(codeOf('shoe')).toBe('no-column');
  });

  test('an id in the name of a group refuses the copy, and says where it stands', () => {
    const other = join(folder, 'named.spectra');
    writeTellingSession(other, 2);
    const database = openDatabase(other, 'write');
    setMeta(database, 'classes', ['patient', `like ${idOf(4)}`]);
    database.close();
    const named = new SessionStore(other);
    try {
      expect(() => share({}, named)).toThrow(/An id of a subject would stay in the copy, in: classes/);
    } finally {
      named.close();
    }
  });
});
