/** A small study as the engine answers it. */
import type { StudyView } from '#app/contract/operations.ts';
import { membersOf, targetLabelling } from '#app/study/membership.ts';
import type { Column, Labelling, Study, Subject } from '#app/study/study.ts';

export function column(name: string, change: Partial<Column> = {}): Column {
  return { name, type: 'category', role: 'covariate', meaning: null, levels: {}, description: '', ...change };
}

export function subject(id: string, values: Subject['values'], excluded: string | null = null): Subject {
  return { id, scan: null, values, excluded };
}

export function byColumn(name: string, values: readonly string[]): Labelling {
  return {
    column: name,
    assigned: {},
    groups: values.map((value, colour) => ({
      name: value,
      colour,
      rule: { kind: 'value', column: name, values: [value] },
    })),
  };
}

/** Twelve patients, twelve controls, one patient excluded, one subject without a diagnosis. */
export function exampleStudy(change: Partial<Study> = {}): Study {
  const subjects = Array.from({ length: 24 }, (_, at) =>
    subject(`sub-${at + 1}`, {
      diagnosis: at < 12 ? 'patient' : 'control',
      sex: at % 2 === 0 ? '1' : '2',
      age: 20 + at,
      score: at / 2,
    }),
  );
  subjects.push(subject('sub-25', { diagnosis: 'patient', sex: '1', age: 40, score: 3 }, 'Motion'));
  subjects.push(subject('sub-26', { diagnosis: null, sex: '2', age: null, score: null }));
  return {
    format: 'spectroscope-study',
    version: 1,
    id: 'example',
    name: 'Example',
    description: '',
    attribution: '',
    kind: 'table',
    root: '.',
    tables: [],
    columns: [
      column('diagnosis', { meaning: 'group' }),
      column('sex', { meaning: 'sex', levels: { '1': 'male', '2': 'female' } }),
      column('age', { type: 'number', meaning: 'age' }),
      column('score', { type: 'number', role: 'feature' }),
    ],
    subjects,
    groups: byColumn('diagnosis', ['patient', 'control']),
    target: null,
    problems: [],
    ...change,
  };
}

export function viewOf(study: Study): StudyView {
  return {
    study,
    groupOf: membersOf(study, study.groups),
    targetOf: membersOf(study, targetLabelling(study)),
    canUndo: false,
    canRedo: false,
    saved: 'example.json',
  };
}
