/**
 * A study as text that two versions of can be compared line by line: keys in one order; a subject, a column, a problem, a
 * step of undo on a line of its own.
 */
import type { SavedHistory } from '#app/study/history.ts';
import type { Study, Subject } from '#app/study/study.ts';

/** Lines that are written at once. */
const linesAtOnce = 500;
/** Values are most of a large table, and next to no edit changes them. */
const valueTexts = new WeakMap<Subject['values'], string>();

/** @returns the text in pieces, since that of a large study does not fit well into one string */
export function* studyText(study: Study, history: SavedHistory): Generator<string> {
  const { subjects, columns, problems, tables, ...rest } = study;
  const { groups, target, ...head } = rest;
  yield '{\n';
  for (const [name, value] of Object.entries(head)) yield `  ${JSON.stringify(name)}: ${pretty(value)},\n`;
  yield* lines('tables', tables, 2);
  yield* lines('columns', columns, 2);
  yield `  "groups": ${pretty(groups)},\n  "target": ${pretty(target)},\n`;
  yield* lines('subjects', subjects, 2, subjectText);
  yield* lines('problems', problems, 2);
  yield '  "history": {\n';
  yield* lines('past', history.past, 4);
  yield* lines('future', history.future, 4, JSON.stringify, '');
  yield '  }\n}\n';
}

function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', '\n  ');
}

function* lines<T>(
  name: string,
  entries: readonly T[],
  indent: number,
  text: (entry: T) => string = JSON.stringify,
  after = ',',
): Generator<string> {
  const space = ' '.repeat(indent);
  if (entries.length === 0) {
    yield `${space}"${name}": []${after}\n`;
    return;
  }
  yield `${space}"${name}": [\n`;
  for (let start = 0; start < entries.length; start += linesAtOnce) {
    const some = entries.slice(start, start + linesAtOnce).map((entry) => `${space}  ${text(entry)}`);
    yield some.join(',\n') + (start + linesAtOnce < entries.length ? ',\n' : '\n');
  }
  yield `${space}]${after}\n`;
}

function subjectText({ values, ...rest }: Subject): string {
  const known = valueTexts.get(values) ?? JSON.stringify(values);
  valueTexts.set(values, known);
  return `${JSON.stringify(rest).slice(0, -1)},"values":${known}}`;
}
