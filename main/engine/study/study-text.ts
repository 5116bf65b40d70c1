/**
 * A study as text that two versions of can be compared line by line: keys in one order; a subject, a column, a problem, a
 * step of undo on a line of its own.
 */
import type { SavedHistory } from '#app/study/history.ts';
import type { Study, Subject } from '#app/study/study.ts';

/** Lines that are written at once. */
const linesAtOnce = 500;
/** Values are most of a large table, and next to no edit changes them: they are kept as the bytes that are written. */
const valueBytes = new WeakMap<Subject['values'], Uint8Array>();
/** By the first of their subjects. */
const blocks = new WeakMap<Subject, { subjects: readonly Subject[]; bytes: Uint8Array }>();

/** These bytes are the values' JSON: they are written as they are. */
export function rememberValues(values: Subject['values'], bytes: Uint8Array): void {
  valueBytes.set(values, bytes);
}

/** @returns the text in pieces, since that of a large study does not fit well into one string */
export function* studyText(study: Study, history: SavedHistory): Generator<string | Uint8Array> {
  const { subjects, columns, problems, tables, ...rest } = study;
  const { groups, target, ...head } = rest;
  yield '{\n';
  for (const [name, value] of Object.entries(head)) yield `  ${JSON.stringify(name)}: ${pretty(value)},\n`;
  yield* lines('tables', tables, 2);
  yield* lines('columns', columns, 2);
  yield `  "groups": ${pretty(groups)},\n  "target": ${pretty(target)},\n`;
  yield* subjectLines(subjects);
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

/** As `lines`, in bytes: subjects that did not change since the last time are not written out anew. */
function* subjectLines(subjects: readonly Subject[]): Generator<string | Uint8Array> {
  yield '  "subjects": [';
  for (let start = 0; start < subjects.length; start += linesAtOnce) {
    yield start === 0 ? '\n    ' : betweenSubjects;
    yield blockOf(subjects.slice(start, start + linesAtOnce));
  }
  yield subjects.length === 0 ? '],\n' : '}\n  ],\n';
}

/** Values come last in a line: what closes it stands here. */
const betweenSubjects = '},\n    ';

function blockOf(subjects: readonly Subject[]): Uint8Array {
  const [first] = subjects;
  const known = first === undefined ? undefined : blocks.get(first);
  const isSame = known?.subjects.length === subjects.length && subjects.every((each, i) => each === known.subjects[i]);
  if (known !== undefined && isSame) return known.bytes;
  const parts = subjects.flatMap(({ values, ...rest }, i) => [
    Buffer.from(`${i === 0 ? '' : betweenSubjects}${JSON.stringify(rest).slice(0, -1)},"values":`),
    valueBytes.get(values) ?? Buffer.from(JSON.stringify(values)),
  ]);
  const bytes = Buffer.concat(parts);
  let end = 0;
  subjects.forEach(({ values }, i) => {
    const [head, own] = [parts[2 * i]?.length ?? 0, parts[2 * i + 1]?.length ?? 0];
    // A view: the values are in memory once.
    valueBytes.set(values, bytes.subarray(end + head, end + head + own));
    end += head + own;
  });
  if (first !== undefined) blocks.set(first, { subjects, bytes });
  return bytes;
}
