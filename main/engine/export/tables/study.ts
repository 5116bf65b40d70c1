import { loadBody } from '../../session/header.ts';
import type { SessionStore } from '../../session/store.ts';
import { columns, type ExportCell, type ExportTable } from './table.ts';

/** One row per subject of the study: its group and class in this session, why it took no part, and its values. */
export function studyTable(store: SessionStore, done: () => void): ExportTable {
  const { study, subjects, classes } = loadBody(store.database);
  const partOf = new Map(subjects.map((subject) => [subject.id, subject]));
  function* rows(): Iterable<readonly ExportCell[]> {
    for (const { id, excluded, scan, values } of study.subjects) {
      const part = partOf.get(id);
      yield [
        ...[id, part === undefined ? null : (store.sets[part.group] ?? null)],
        ...[part === undefined ? null : (classes[part.target] ?? null), excluded, scan?.path ?? null],
        ...study.columns.map(({ name }) => values[name] ?? null),
      ];
      done();
    }
  }
  const isNumeric = (name: string): boolean => study.subjects.every(({ values }) => typeof values[name] !== 'string');
  return {
    columns: [
      ...columns('text', 'subject', 'group', 'class', 'excluded', 'scan'),
      ...study.columns.flatMap(({ name }) => columns(isNumeric(name) ? 'real64' : 'text', name)),
    ],
    rows: rows(),
    records: study.subjects.length,
  };
}
