/** What tells the classes apart without any network: the ids of the subjects, one feature alone, or where it is missing. */
import type { Cell } from '#app/study/study.ts';
import { sentence, type Sentence } from '#app/text/sentence.ts';

/** Above this area under the ROC curve one column gives the answer away. */
export const tellingAuc = 0.99;
/** Rows of a first look, and the area below which it is the last: tables have thousands of columns that tell nothing. */
const firstLook = { rows: 128, auc: 0.9 };
/** With fewer subjects, or fewer of a class, a column parts the classes by chance. */
const fewestSubjects = 10;
const fewestOfClass = 3;

/**
 * How well numbers alone order one class against another: the largest area under the ROC curve over all classes against the
 * rest and both directions, by the rank sum with ties counted half (Hanley and McNeil 1982).
 * @param classes of the same rows; rows without a number are left out
 * @returns 0.5 to 1; null where there are too few numbers to say
 */
export function aucOf(cells: readonly Cell[], classes: readonly string[]): number | null {
  const rows = [...cells.keys()].filter((row) => typeof cells[row] === 'number');
  if (rows.length < fewestSubjects || rows.length < cells.length / 2) return null;
  const sizes = countOf(rows.map((row) => classes[row] ?? ''));
  const large = [...sizes].filter(([, size]) => size >= fewestOfClass);
  if (large.length < 2 || large.length < sizes.size) return null;
  const ranks = midRanks(rows.map((row) => cells[row] as number));
  const aucs = large.map(([name, size]) => {
    const sum = rows.reduce((total, row, at) => (classes[row] === name ? total + (ranks[at] ?? 0) : total), 0);
    const area = (sum - (size * (size + 1)) / 2) / (size * (rows.length - size));
    return Math.max(area, 1 - area);
  });
  return Math.max(...aucs);
}

/**
 * @param cellAt of a row; only as many rows are looked at as it takes to know
 * @returns the area under the ROC curve where it gives the class away, otherwise null
 */
export function tellingAucOf(cellAt: (row: number) => Cell, classes: readonly string[]): number | null {
  const step = Math.ceil(classes.length / firstLook.rows);
  if (step > 1) {
    const some = Array.from({ length: Math.ceil(classes.length / step) }, (_, at) => at * step);
    const first = aucOf(
      some.map(cellAt),
      some.map((row) => classes[row] ?? ''),
    );
    if (first !== null && first < firstLook.auc) return null;
  }
  const auc = aucOf([...classes.keys()].map(cellAt), classes);
  return auc !== null && auc > tellingAuc ? auc : null;
}

/** As `tellingAucOf`, of whether the cell is missing: only patients were asked. */
export function tellingAbsence(cellAt: (row: number) => Cell, classes: readonly string[]): number | null {
  return tellingAucOf((row) => (cellAt(row) === null ? 1 : 0), classes);
}

/** Ranks from 1, equal values share the mean of theirs. */
function midRanks(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Array<number>(values.length).fill(0);
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end + 1 < order.length && values[order[end + 1] ?? 0] === values[order[start] ?? 0]) end++;
    for (let at = start; at <= end; at++) ranks[order[at] ?? 0] = (start + end) / 2 + 1;
    start = end + 1;
  }
  return ranks;
}

function countOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/**
 * What of the ids tells the class: letters that each class has for itself, or ranges of numbers that do not mix.
 * @returns words for it, as 'PX… is case, HC… is control' or '10159 to 11156 is CONTROL'; null where nothing does
 */
export function idsTellClass(ids: readonly string[], classes: readonly string[]): Sentence[] | null {
  const sizes = [...countOf(classes).values()];
  if (ids.length < fewestSubjects || sizes.length < 2 || sizes.some((size) => size < fewestOfClass)) return null;
  return lettersTell(ids, classes) ?? numbersTell(ids, classes);
}

/** The letters before the last number: 'sub-PX' of 'sub-PX003'. */
function lettersTell(ids: readonly string[], classes: readonly string[]): Sentence[] | null {
  const prefixes = ids.map((id) => id.replace(/\d+\D*$/, ''));
  const classesOf = new Map<string, Map<string, number>>();
  prefixes.forEach((prefix, row) => {
    const counts = classesOf.get(prefix) ?? new Map<string, number>();
    const name = classes[row] ?? '';
    classesOf.set(prefix, counts.set(name, (counts.get(name) ?? 0) + 1));
  });
  // As many prefixes as subjects are names, and tell nothing of those to come.
  if (classesOf.size < 2 || classesOf.size > ids.length / fewestOfClass) return null;
  const right = [...classesOf.values()].reduce((sum, counts) => sum + Math.max(...counts.values()), 0);
  const largest = Math.max(...countOf(classes).values());
  if (right < ids.length * tellingAuc || largest >= ids.length * tellingAuc) return null;
  const words = [...classesOf].map(([prefix, counts]) => {
    const [name = ''] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
    return prefix === ''
      ? sentence('a number alone is {name}', { name })
      : sentence('{prefix}… is {name}', { prefix, name });
  });
  return words.slice(0, 4);
}

function numbersTell(ids: readonly string[], classes: readonly string[]): Sentence[] | null {
  const numbers = ids.map((id) => {
    const digits = /(\d+)\D*$/.exec(id)?.[1];
    return digits === undefined ? null : Number(digits);
  });
  if (numbers.some((number) => number === null)) return null;
  const ranges = [...countOf(classes).keys()]
    .map((name) => ({
      name,
      own: numbers
        .filter((_, row) => classes[row] === name)
        .map(Number)
        .sort((a, b) => a - b),
    }))
    .sort((a, b) => (a.own[0] ?? 0) - (b.own[0] ?? 0));
  // A few that were given a number of the others do not hide the rule.
  const parted = ranges.slice(1).every(({ own }, at) => {
    const before = ranges[at]?.own ?? [];
    const both = [...before, ...own];
    const names = [...before.map(() => 'a'), ...own.map(() => 'b')];
    return (aucOf(both, names) ?? 0) > tellingAuc;
  });
  if (!parted) return null;
  return ranges
    .slice(0, 4)
    .map(({ name, own }) =>
      sentence('{first} to {last} is {name}', { first: own[0] ?? '', last: own.at(-1) ?? '', name }),
    );
}
