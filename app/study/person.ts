/** Whose rows the subjects of a study are: those of one person are no replicates of each other. */
import type { Study, Subject } from './study.ts';

/** @returns what names the person of a subject; null where each row is another person's */
export function personIn({ columns }: Pick<Study, 'columns'>): ((subject: Subject) => string) | null {
  const column = columns.find(({ meaning }) => meaning === 'person')?.name;
  return column === undefined ? null : ({ id, values }) => String(values[column] ?? id);
}
