/** A made table of subjects and features, as large as studies get, for the benches of the study. */
import { SeededRandom } from '#app/run/random.ts';
import type { Column, Study } from '#app/study/study.ts';
import { exampleHeader } from '../fixtures/sessions/example.ts';

/** @param size subjects and numeric features; two groups by a column of their own. The same values for the same size. */
export function madeStudy(root: string, { subjects, features }: { subjects: number; features: number }): Study {
  const random = new SeededRandom(1);
  const names = Array.from({ length: features }, (_, i) => `feature_${i}`);
  const column: Column = { name: '', type: 'number', role: 'feature', meaning: null, levels: {}, description: '' };
  return {
    ...exampleHeader().study,
    root,
    kind: 'table',
    columns: [
      ...names.map((name) => ({ ...column, name })),
      { ...column, name: 'group', type: 'category', role: 'covariate' },
    ],
    subjects: Array.from({ length: subjects }, (_, row) => ({
      id: `s${(row * 7919) % subjects}`,
      scan: null,
      excluded: null,
      values: {
        ...Object.fromEntries(names.map((name) => [name, Number(random.normal().toFixed(6))])),
        group: random.next() < 0.5 ? 'c' : 'p',
      },
    })),
    groups: {
      column: 'group',
      groups: ['c', 'p'].map((name, colour) => ({
        name,
        colour,
        rule: { kind: 'value', column: 'group', values: [name] },
      })),
      assigned: {},
    },
    target: null,
    problems: [],
  };
}
