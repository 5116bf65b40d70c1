/** What the labels and the features together give away: problems that change with every edit. */
import { repeatsId } from '#app/data/columns.ts';
import { sentence } from '#app/text/sentence.ts';
import { giveawayCodes, giveawayProblems, ofFeature } from './giveaway-problems.ts';
import { someOf } from './labelling.ts';
import { membersOf, targetLabelling } from './membership.ts';
import { told } from './problem-words.ts';
import { cellsOf } from './cells.ts';
import type { Cell, Problem, Study } from './study.ts';

const codes = new Set<string>([...giveawayCodes, 'feature-names-subject', 'feature-mostly-missing']);
/** With fewer subjects a feature parts the classes by chance. */
const fewestForSeparation = 10;
const fewestInClass = 3;

/** The study with its problems of labels and features brought up to date; those found at import stay. */
export function withLabellingProblems(study: Study): Study {
  return { ...study, problems: [...study.problems.filter(({ code }) => !codes.has(code)), ...featureProblems(study)] };
}

function featureProblems(study: Study): Problem[] {
  const features = study.columns.filter(({ role }) => role === 'feature');
  const classOf = membersOf(study, targetLabelling(study));
  const taking = study.subjects.map(({ excluded }, row) => excluded === null && classOf[row] !== null);
  const problems: Problem[] = [];
  const mostlyMissing: string[] = [];
  const rows = [...taking.keys()].filter((row) => taking[row]);
  const ids = rows.map((row) => study.subjects[row]?.id ?? '');
  const classes = classNumbers(rows.map((row) => classOf[row] ?? null));
  const cells = cellsOf(study.subjects);
  for (const feature of features) {
    const column: Taken = { cells: cells(feature.name), rows };
    if (repeatsIds(column, ids)) {
      const message = sentence(
        "Feature '{name}' repeats the ids of the subjects: a network would read the answer off it. Take it out of the features unless that is meant.",
        { name: feature.name },
      );
      problems.push(ofFeature('feature-names-subject', feature.name, message));
    } else if (separates(column, classes)) {
      const message = sentence(
        "Feature '{name}' alone tells every class apart without error: a network would read the answer off it. Take it out of the features unless that is meant.",
        { name: feature.name },
      );
      problems.push(ofFeature('feature-tells-class', feature.name, message));
    }
    if (isMostlyMissing(column)) mostlyMissing.push(feature.name);
  }
  const spokenOf = new Set(problems.map(({ field }) => field));
  problems.push(
    ...giveawayProblems(
      study,
      features.filter(({ name }) => !spokenOf.has(name)),
      classOf,
      cells,
    ),
  );
  if (mostlyMissing.length > 0) {
    problems.push({
      code: 'feature-mostly-missing',
      severity: 'warning',
      file: null,
      subject: null,
      field: mostlyMissing[0] ?? null,
      ...told({
        message: sentence(
          '{count} features are missing for more than half of the subjects: {names}. Take them out of the features unless that is meant.',
          { count: mostlyMissing.length, names: someOf(mostlyMissing, 6) },
        ),
      }),
    });
  }
  return problems;
}

/** Ids hold few numbers: a feature that is not among them for the first subjects need not be looked at whole. */
const firstLook = 8;

/** A column, and the rows that take part. */
interface Taken {
  cells: readonly Cell[];
  rows: readonly number[];
}

function repeatsIds({ cells, rows }: Taken, ids: readonly string[]): boolean {
  const of = (some: readonly number[]): Cell[] => some.map((row) => cells[row] ?? null);
  const first = of(rows.slice(0, firstLook));
  const known = first.filter((cell) => cell !== null).length;
  // Judged by itself only where it is long enough to be.
  if (known > 2 && new Set(first).size > first.length / 2 && !repeatsId(first, ids)) return false;
  return repeatsId(of(rows), ids);
}

function isMostlyMissing({ cells, rows }: Taken): boolean {
  const half = rows.length / 2;
  let [missing, known] = [0, 0];
  for (const row of rows) {
    if ((cells[row] ?? null) === null) missing++;
    else known++;
    if (known >= half || missing > half) break;
  }
  return missing > half;
}

/** The number of each subject's class, from 0 in the order in which they come. */
function classNumbers(names: readonly (string | null)[]): { of: number[]; count: number } {
  const numbers = new Map<string | null, number>();
  const of = names.map((name) => {
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    return number;
  });
  return { of, count: numbers.size };
}

/** Subjects between two looks at whether the classes overlap already: with ten thousand, most features are left soon. */
const betweenLooks = 64;

/** Whether the classes occupy intervals of the values that do not touch. */
function separates({ cells, rows }: Taken, classes: { of: number[]; count: number }): boolean {
  const ranges = Array.from({ length: classes.count }, () => ({ low: Infinity, high: -Infinity, count: 0 }));
  let count = 0;
  for (const [at, row] of rows.entries()) {
    if (at % betweenLooks === 0 && overlap(ranges)) return false;
    const cell = cells[row];
    const range = ranges[classes.of[at] ?? 0];
    if (typeof cell !== 'number' || range === undefined) continue;
    range.low = Math.min(range.low, cell);
    range.high = Math.max(range.high, cell);
    range.count++;
    count++;
  }
  const used = ranges.filter((range) => range.count > 0);
  if (used.length < 2 || count < fewestForSeparation || count < rows.length / 2) return false;
  return used.every((range) => range.count >= fewestInClass) && !overlap(used);
}

/** A range that has values only grows: who overlaps once always does. */
function overlap(ranges: readonly { low: number; high: number }[]): boolean {
  const sorted = ranges.filter(({ high }) => high > -Infinity).sort((a, b) => a.low - b.low);
  return sorted.some((range, i) => i > 0 && range.low <= (sorted[i - 1]?.high ?? -Infinity));
}
