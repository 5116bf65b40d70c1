import { describe, expect, test } from 'vitest';
import { featureTable } from '#app/data/feature-table.ts';
import { usualPreparation } from '#app/run/preparation.ts';
import { participantsOf } from '#app/data/participants.ts';
import { previewPreparation } from '#app/data/preview.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import type { Cell, Column, Labelling, Scan, Study, Subject } from '#app/study/study.ts';

function byColumn(column: string, names: string[]): Labelling {
  return {
    column,
    groups: names.map((name, colour) => ({ name, colour, rule: { kind: 'value', column, values: [name] } })),
    assigned: {},
  };
}

function column(name: string, change: Partial<Column> = {}): Column {
  return { name, type: 'number', role: 'feature', meaning: null, levels: {}, description: '', ...change };
}

function subject(id: string, values: Record<string, Cell>, change: Partial<Subject> = {}): Subject {
  return { id, scan: null, values, excluded: null, ...change };
}

function study(change: Partial<Study>): Study {
  return {
    format: 'spectroscope-study',
    version: 1,
    id: 's',
    name: 'Study',
    description: '',
    attribution: '',
    kind: 'table',
    root: '',
    tables: [],
    columns: [],
    subjects: [],
    groups: byColumn('group', ['patient', 'control']),
    target: null,
    problems: [],
    ...change,
  };
}

const configuration = {
  task: { kind: 'classification' },
  preparation: { ...usualPreparation, targetSpacingMm: 6 },
} as RunConfiguration;

describe('participants', () => {
  const subjects = [
    subject('a', { group: 'control', outcome: 'good' }),
    subject('b', { group: 'patient', outcome: 'bad' }, { excluded: 'moved' }),
    subject('c', { group: 'patient', outcome: 'good' }),
    subject('d', { group: 'other', outcome: 'good' }),
    subject('e', { group: 'patient', outcome: null }),
    subject('f', { group: 'patient', outcome: 'bad' }),
  ];

  test('are not excluded and have both a group and a class', () => {
    const found = participantsOf(study({ subjects, target: byColumn('outcome', ['good', 'bad']) }));
    expect(found.labels).toEqual([
      { id: 'a', group: 1, target: 0 },
      { id: 'c', group: 0, target: 0 },
      { id: 'f', group: 0, target: 1 },
    ]);
    expect(found.groups).toEqual([
      { name: 'patient', colour: 0 },
      { name: 'control', colour: 1 },
    ]);
    expect(found.classes).toEqual(['good', 'bad']);
    expect(found.targetIsGroups).toBe(false);
  });

  test('learn the groups when no target is chosen', () => {
    const found = participantsOf(study({ subjects }));
    expect(found.labels.map(({ id }) => id)).toEqual(['a', 'c', 'e', 'f']);
    expect(found.targetIsGroups).toBe(true);
  });

  test('a group or class that is left without subjects is left out', () => {
    const three = byColumn('group', ['sibling', 'patient', 'control']);
    expect(participantsOf(study({ subjects, groups: three })).classes).toEqual(['patient', 'control']);
  });

  test('one class is refused in words', () => {
    const one = study({ subjects: subjects.slice(0, 1) });
    expect(() => participantsOf(one)).toThrow(
      'All subjects that take part are in one class (control); a network needs at least two to tell apart. Label more subjects or choose another target.',
    );
  });

  test('of a regression have a group and a number, in its own units', () => {
    const measured = [
      subject('a', { group: 'control', age: 31 }),
      subject('b', { group: 'patient', age: null }),
      subject('c', { group: null, age: 40 }),
      subject('d', { group: 'patient', age: 52.5 }),
    ];
    const of = study({ subjects: measured, columns: [column('age'), column('group', { type: 'category' })] });
    const found = participantsOf(of, { kind: 'regression', column: 'age', loss: 'mse' });
    expect(found.labels).toEqual([
      { id: 'a', group: 1, target: 31 },
      { id: 'd', group: 0, target: 52.5 },
    ]);
    expect(found.classes).toEqual([]);
    const predict = (name: string) => participantsOf(of, { kind: 'regression', column: name, loss: 'mse' });
    expect(() => predict('group')).toThrow('group is not a column of numbers');
    expect(() => predict('iq')).toThrow('The study has no column iq');
    const features = featureTable(
      study({ subjects: measured, columns: [column('age'), column('iq')] }),
      [subject('a', { age: 1, iq: 90 }), subject('d', { age: 2, iq: 95 })],
      'age',
    );
    expect(features.features).toEqual(['iq']);
  });

  test('of a reconstruction need a group and no class', () => {
    const found = participantsOf(study({ subjects: subjects.slice(0, 1) }), { kind: 'reconstruction', loss: 'mse' });
    expect(found.labels).toEqual([{ id: 'a', group: 0, target: 0 }]);
  });

  test('nobody is refused in words', () => {
    expect(() => participantsOf(study({}))).toThrow('No subject takes part: none is both included and labelled.');
  });
});

describe('feature table', () => {
  const subjects = [
    subject('a', { age: 30, sex: 'F', score: 1.5, same: 2, empty: null, note: 'x' }),
    subject('b', { age: null, sex: 'M', score: 2.5, same: 2, empty: null, note: 'y' }),
    subject('c', { age: 50, sex: null, score: 3.5, same: null, empty: null, note: 'z' }),
  ];

  test('takes numbers as they are, levels of a category as columns, and keeps missing values missing', () => {
    const columns = [
      column('age'),
      column('sex', { type: 'category', levels: { F: 'female' } }),
      column('score', { role: 'covariate' }),
    ];
    const table = featureTable(study({ columns }), subjects);
    expect(table.features).toEqual(['age', 'sex=female', 'sex=M']);
    expect([...table.values]).toEqual([30, 1, 0, NaN, 0, 1, 50, NaN, NaN]);
    expect(table.warnings).toEqual([]);
  });

  test('leaves out what says nothing, and tells', () => {
    const table = featureTable(study({ columns: [column('score'), column('same'), column('empty')] }), subjects);
    expect(table.features).toEqual(['score']);
    expect(table.warnings).toEqual([
      'same: all subjects that take part have the same value; the feature was left out.',
      'empty: no subject that takes part has a value; the feature was left out.',
    ]);
  });

  test('text is refused', () => {
    const columns = [column('note', { type: 'text' })];
    expect(() => featureTable(study({ columns }), subjects)).toThrow('note: it holds text, and only numbers');
  });

  test('a text among numbers is named with its subject', () => {
    const columns = [column('age')];
    const odd = [...subjects, subject('d', { age: '>90' })];
    expect(() => featureTable(study({ columns }), odd)).toThrow("age: subject d has '>90'");
  });

  test('a category with very many levels is refused', () => {
    const many = Array.from({ length: 40 }, (_, n) => subject(`s${n}`, { site: `site ${n}` }));
    const columns = [column('site', { type: 'category' })];
    expect(() => featureTable(study({ columns }), many)).toThrow('site: it has 40 different values');
  });

  test('no feature at all is refused', () => {
    expect(() => featureTable(study({ columns: [column('same')] }), subjects)).toThrow(
      'No feature is left to train on (1 left out: missing or constant). Choose feature columns on the Data page.',
    );
  });
});

describe('preview', () => {
  function scan(change: Partial<Scan> = {}): Scan {
    return {
      path: 'a.nii.gz',
      bytes: 1,
      sha256: '',
      shape: [181, 217, 181],
      spacingMm: [1, 1, 1],
      orientation: 'LPI',
      dataType: 'float32',
      ...change,
    };
  }
  const subjects = ['control', 'patient', 'control', 'patient'].map((group, n) =>
    subject(`s${n}`, { group }, { scan: scan() }),
  );
  const volumes = study({ kind: 'volumes', subjects });

  test('tells the grid and the memory without opening a scan', () => {
    const { inputShape, memoryBytes, warnings } = previewPreparation(volumes, configuration);
    expect(inputShape).toEqual([30, 36, 30, 1]);
    expect(memoryBytes).toBe(2 * 4 * 30 * 36 * 30 * 4 + 4 * 181 * 217 * 181 * 12);
    expect(warnings).toEqual([
      'Edges where every scan is zero are cut off when the scans are read, so the grid may be smaller.',
    ]);
  });

  test('counts scans on another grid than most', () => {
    const mixed = { ...volumes, subjects: subjects.with(0, { ...subjects[0]!, scan: scan({ shape: [91, 109, 91] }) }) };
    expect(previewPreparation(mixed, configuration).warnings[1]).toBe(
      '1 of 4 scans lie on another grid than most; they will be interpolated onto it.',
    );
  });

  test('a spacing finer than the scans is refused', () => {
    const fine = { ...configuration, preparation: { ...usualPreparation, targetSpacingMm: 0.5 } };
    expect(() => previewPreparation(volumes, fine)).toThrow(
      "A target spacing of 0.5 mm is finer than the scans' own voxels (1 mm). Choose 1 mm or more, or leave the scans as they are.",
    );
  });

  test('a table has as many inputs as features', () => {
    const table = study({
      columns: [column('x'), column('y')],
      subjects: [subject('a', { group: 'control', x: 1, y: 2 }), subject('b', { group: 'patient', x: 2, y: 5 })],
    });
    expect(previewPreparation(table, configuration)).toMatchObject({ inputShape: [2], features: ['x', 'y'] });
  });

  test('subjects without a scan take no part', () => {
    const without = { ...volumes, subjects: [...subjects, subject('s9', { group: 'patient' })] };
    expect(previewPreparation(without, configuration).participants.subjects).toHaveLength(4);
  });
});
