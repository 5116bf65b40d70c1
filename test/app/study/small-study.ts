/** A table study of nine subjects for tests of labelling. */
import type { Cell, Column, Study } from '#app/study/study.ts';

export function column(name: string, change: Partial<Column> = {}): Column {
  return { name, type: 'number', role: 'covariate', meaning: null, levels: {}, description: '', ...change };
}

export function smallStudy(change: Partial<Study> = {}): Study {
  const rows: [string, Cell, Cell, Cell, Cell, Cell][] = [
    ['s1', 0, 'F', 21, 1.5, 's1'],
    ['s2', 1, 'M', 34, 2.5, 's2'],
    ['s3', 1, 'f', 45, null, 's3'],
    ['s4', 0, 'M', 28, 0.5, 's4'],
    ['s5', null, 'M', 61, 3.5, 's5'],
    ['s6', 1, 'F', null, 1, 's6'],
    ['s7', 2, 'F', 33, 7, 's7'],
    ['s8', 0, 'M', 52, 2, 's8'],
    ['s9', 1, 'F', 47, 4, 's9'],
  ];
  return {
    format: 'spectroscope-study',
    version: 1,
    id: 'study-1',
    name: 'Small',
    description: '',
    attribution: '',
    kind: 'table',
    root: '/data',
    tables: [],
    columns: [
      column('id', { type: 'text', role: 'id' }),
      column('dx', { meaning: 'group', levels: { '0': 'control', '1.0': 'patient' } }),
      column('sex', { type: 'category', meaning: 'sex' }),
      column('age', { meaning: 'age' }),
      column('thickness', { role: 'feature' }),
    ],
    subjects: rows.map(([id, dx, sex, age, thickness]) => ({
      id,
      scan: null,
      values: { id, dx, sex, age, thickness },
      excluded: id === 's9' ? 'Moved during the scan.' : null,
    })),
    groups: { column: null, groups: [], assigned: {} },
    target: null,
    problems: [],
    ...change,
  };
}
