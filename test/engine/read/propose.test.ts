import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { noChoices, type ImportChoices } from '#app/data/import-choices.ts';
import { proposeImport } from '../../../main/engine/read/propose.ts';
import { npzBytes } from '../../fixtures/export/npz-bytes.ts';
import { excluded, importPaths, makeTree, quietCall, said } from './tree.ts';

const choose = (choices: Partial<ImportChoices>): ImportChoices => ({ ...noChoices, ...choices });
const propose = (paths: string[], choices: ImportChoices = noChoices) =>
  proposeImport({ paths, table: null, idColumn: null, fileColumn: null, choices }, quietCall());

const ids = ['sub-0051456', 'sub-0051457', 'sub-0051458', 'sub-0051459'];
const cohort = `participant_id,group,age\n${ids.map((id, i) => `${id},${i % 2 ? 'case' : 'control'},${30 + i}`).join('\n')}\n`;

describe('a table whose ids are written otherwise', () => {
  const root = makeTree({
    'cohort.csv': cohort,
    'zeros.csv': 'id,score\n51456,1.5\n51457,2.5\n51458,3.5\n99,4.5\n',
    'sites.csv': 'id,score\nCaltech_0051456,1.5\nCaltech_0051457,2.5\nNYU_0051457,3.5\nsub-0051459,4.5\n',
  });
  const with_ = (name: string) => [join(root, 'cohort.csv'), join(root, name)];

  it('is proposed with how many ids match in which form, with examples, and what stays unmatched', async () => {
    const { tables } = await propose(with_('zeros.csv'));
    expect(tables[1]).toMatchObject({
      file: 'zeros.csv',
      use: 'joined',
      idColumn: 'id',
      match: {
        ids: 4,
        limit: 'zeros',
        forms: [{ form: 'zeros', ids: 3, applied: true, examples: [{ id: '51456', subject: 'sub-0051456' }, {}, {}] }],
        unknown: { count: 1, examples: ['99'] },
        subjectsWithout: { count: 1, examples: ['sub-0051459'] },
      },
    });
  });

  it('is not matched by the number alone unless that is chosen, and never where a number is that of two', async () => {
    const proposal = await propose(with_('sites.csv'));
    expect(proposal.tables[1]?.match?.forms).toMatchObject([
      { form: 'as-written', ids: 1, applied: true },
      { form: 'number', ids: 1, applied: false, examples: [{ id: 'Caltech_0051456', subject: 'sub-0051456' }] },
    ]);
    expect(proposal.confirm).toEqual([
      'sites.csv: 1 of 4 ids would match by the number alone (Caltech_0051456 for sub-0051456); 3 stay unmatched (Caltech_0051456, Caltech_0051457, NYU_0051457).',
    ]);
    const unasked = await importPaths(with_('sites.csv'));
    expect(unasked.subjects.map(({ values }) => values['score'])).toEqual([null, null, null, 4.5]);
    expect(said(unasked).join('\n')).toContain(
      '1 would fit by the number alone (Caltech_0051456 for sub-0051456): choose that at import',
    );
    const chosen = await importPaths(with_('sites.csv'), { choices: choose({ match: { 'sites.csv': 'number' } }) });
    expect(chosen.subjects.map(({ values }) => values['score'])).toEqual([1.5, null, null, 4.5]);
    expect(said(chosen).join('\n')).toContain(
      '2 ids fit several subjects, or several ids one subject: Caltech_0051457, NYU_0051457.',
    );
  });

  it('can be left out, and ids can be asked to agree as they are written', async () => {
    const left = await propose(with_('zeros.csv'), choose({ leave: ['zeros.csv'] }));
    expect(left.tables.map(({ file, use }) => [file, use])).toEqual([
      ['cohort.csv', 'subjects'],
      ['zeros.csv', 'left out'],
    ]);
    const strict = await importPaths(with_('zeros.csv'), { choices: choose({ match: { '*': 'as-written' } }) });
    expect(said(strict).join('\n')).toContain('none of its ids is a subject of the study; the table is left out.');
  });
});

describe('several rows of one subject', () => {
  const root = makeTree({
    't.csv': 'id,visit,group,x\na,1,case,0.5\na,2,control,0.25\nb,1,control,1.5\nc,1,case,2.5\nc,1,case,3.5\n',
  });
  const path = [join(root, 't.csv')];

  it('are one row unless all are chosen, and it is said where they disagree', async () => {
    const study = await importPaths(path);
    expect(Object.keys(excluded(study))).toEqual(['a (line 3)', 'c (line 6)']);
    expect(said(study)).toContain(
      "a has 2 rows, which say different things of 'group': case, control. Correct the table, unless the subject changed.",
    );
    expect((await propose(path)).several).toEqual({ people: 2, rows: 'one' });
  });

  it('are rows of one person where all are chosen, called by their visit', async () => {
    const study = await importPaths(path, { choices: choose({ rows: 'all' }) });
    expect(study.subjects.map(({ id, values }) => [id, values['person'], values['id']])).toEqual([
      ['a_visit-1', 'a', 'a_visit-1'],
      ['a_visit-2', 'a', 'a_visit-2'],
      ['b', 'b', 'b'],
      ['c_visit-1', 'c', 'c_visit-1'],
      ['c (line 6)', 'c', 'c (line 6)'],
    ]);
    expect(study.columns.find(({ meaning }) => meaning === 'person')?.name).toBe('person');
    expect(excluded(study)).toEqual({});
  });

  it('are known as one person where the visit is in the id, or a column names the person', async () => {
    const rows = Array.from({ length: 8 }, (_, i) => `sub-${i >> 1}_ses-${(i & 1) + 1},${i},${(i * 7) % 5}.5`);
    const inId = await importPaths([join(makeTree({ 't.csv': `id,n,x\n${rows.join('\n')}\n` }), 't.csv')]);
    expect(inId.subjects.map(({ values }) => values['person'])).toEqual(
      [0, 0, 1, 1, 2, 2, 3, 3].map((person) => `sub-${person}`),
    );
    const named = Array.from({ length: 8 }, (_, i) => `scan${i},P${i >> 1},${(i * 7) % 5}.5`);
    const study = await importPaths([
      join(makeTree({ 't.csv': `image_id,subject_id,x\n${named.join('\n')}\n` }), 't.csv'),
    ]);
    expect(study.columns.find(({ meaning }) => meaning === 'person')?.name).toBe('subject_id');
    expect(study.subjects.map(({ id }) => id)).toEqual(named.map((row) => row.split(',')[0]));
  });
});

describe('one subject under two ids', () => {
  it('is named', async () => {
    const rows = Array.from(
      { length: 20 },
      (_, i) => `s${i},${i % 2 ? 'case' : 'control'},${((i * 37) % 19) / 7},${((i * 11) % 17) / 3}`,
    );
    const root = makeTree({
      't.csv': `id,group,x,y\n${rows.join('\n')}\nother,${rows[4]?.split(',').slice(1).join(',') ?? ''}\n`,
    });
    expect(said(await importPaths([join(root, 't.csv')]))).toContain(
      's4, other agree in all columns but the id: the same subject under two ids? Exclude the copies, or a subject is in training and validation at once.',
    );
  });
});

describe('what tells who somebody is', () => {
  const root = makeTree({
    't.csv':
      'id,Last name,date of birth,age,x\na,Smith,1930-01-02,91,0.5\nb,Jones,1980-02-03,44,0.25\nc,Brown,1975-05-06,49,0.75\n',
  });
  const path = [join(root, 't.csv')];

  it('is proposed to be dropped, and warned of where it stays', async () => {
    const proposal = await propose(path, choose({ drop: ['Last name'] }));
    expect(proposal.identifying).toEqual([
      { column: 'Last name', what: 'names of people', canDrop: true },
      { column: 'date of birth', what: 'dates of birth', canDrop: true },
    ]);
    expect(proposal.agesOver89).toBe(1);
    const study = await importPaths(path);
    expect(study.problems.filter(({ code }) => code === 'column-identifies').map(({ field }) => field)).toEqual([
      'Last name',
      'date of birth',
    ]);
    expect(study.problems.find(({ code }) => code === 'age-over-89')?.message).toMatch(/^1 subject is older than 90/);
  });

  it('is nowhere in the study once it is dropped, and ages are capped where that is chosen', async () => {
    const study = await importPaths(path, { choices: choose({ drop: ['Last name', 'date of birth'], capAges: true }) });
    expect(JSON.stringify(study)).not.toMatch(/Smith|Jones|1930|Last name|date of birth/);
    expect(study.subjects.map(({ values }) => values['age'])).toEqual([90, 44, 49]);
    expect(study.problems.map(({ code }) => code)).not.toContain('age-over-89');
  });

  it('cannot be dropped where it is not there, or names the subjects', async () => {
    await expect(importPaths(path, { choices: choose({ drop: ['e-mail'] }) })).rejects.toMatchObject({
      kind: 'setting',
      code: 'drop-unknown',
    });
    await expect(importPaths(path, { choices: choose({ drop: ['id'] }) })).rejects.toMatchObject({
      code: 'drop-needed',
      message: expect.stringContaining("Column 'id' names the subjects and cannot be dropped") as string,
    });
  });
});

describe('one file of the series of all', () => {
  const values = Array.from({ length: 4 * 8 * 3 }, (_, i) => (i * 7) % 11);
  const stack = npzBytes('data', [4, 8, 3], values);

  it('is proposed with how many subjects it holds, and whose they are', async () => {
    const root = makeTree({ 'participants.csv': 'subject,group\na,x\nb,y\nc,x\nd,y\n', 'all.npz': stack });
    const proposal = await propose([root]);
    expect(proposal).toMatchObject({
      kind: 'series',
      rows: 4,
      oneFile: { file: 'all.npz', subjects: 4, rows: 8, columns: 3, by: 'order', used: 4 },
    });
    expect(proposal.confirm.join()).toContain("in the order of the table's rows");
    expect(await propose([makeTree({ 'all.npz': stack })])).toMatchObject({
      rows: 4,
      oneFile: { by: 'itself', used: 4 },
    });
  });

  it('is told from that of one subject', async () => {
    const root = makeTree({ 'one.npz': npzBytes('data', [8, 3], values.slice(0, 24)) });
    expect(await propose([root])).toMatchObject({ rows: 1, oneFile: null });
  });
});

describe('a BIDS tree with events of tasks', () => {
  const events = (rows: number) => `onset\tduration\ttrial_type\n${'0\t1\tgo\n'.repeat(rows)}`;
  const tables = {
    'participants.tsv': 'participant_id\tgroup\nsub-01\ta\nsub-02\tb\n',
    'sub-01/func/sub-01_task-nback_run-1_events.tsv': events(3),
    'sub-01/func/sub-01_task-nback_run-2_events.tsv': events(3),
    'sub-02/func/sub-02_task-nback_run-1_events.tsv': events(3),
    'sub-02/func/sub-02_task-rest_events.tsv': events(2),
  };
  const tasks = [
    { task: 'nback', files: 3, pattern: '*_task-nback_*events.tsv' },
    { task: 'rest', files: 1, pattern: '*_task-rest_*events.tsv' },
  ];

  it('offers each task, and the pattern that is offered makes series of it', async () => {
    const root = makeTree(tables);
    const offered = await propose([root]);
    expect(offered).toMatchObject({ kind: 'table', events: tasks });
    expect(offered.confirm).toEqual([
      'Tables of events (nback, rest) are left out unless those of a task are chosen as series.',
    ]);
    const chosen = await proposeImport(
      {
        paths: [root],
        table: null,
        idColumn: null,
        fileColumn: null,
        series: { files: tasks[0]?.pattern ?? '', orientation: null, kind: null },
      },
      quietCall(),
    );
    expect(chosen).toMatchObject({ kind: 'series', rows: 2, events: tasks, scans: { found: 3, used: 2 } });
    expect(chosen.confirm.join(' ')).not.toContain('Tables of events');
  });

  it('offers them beside images too, without asking to look at it', async () => {
    const offered = await propose([
      makeTree({ ...tables, 'sub-01/anat/sub-01_T1w.nii': 'x', 'sub-02/anat/sub-02_T1w.nii': 'y' }),
    ]);
    expect(offered).toMatchObject({ kind: 'volumes', events: tasks });
    expect(offered.confirm.join(' ')).not.toContain('Tables of events');
  });
});
