/** Division of rows into training and validation parts: by person, stratified, the same for the same seed. */
import { settingError } from '#app/contract/errors.ts';
import type { RunTask } from '#app/run/configuration.ts';
import { groupedBy } from '#app/data/grouped-by.ts';
import { SeededRandom } from '#app/run/random.ts';
import { t } from '#app/text/text.ts';

/** A row of what is trained on. Rows of one person (visits, runs), and rows with the same id, never part. */
export interface SplitSubject {
  readonly id: string;
  /** Absent: each id is another person. */
  readonly person?: string;
  readonly group: number;
  readonly target: number;
}

/** Indices into the rows, ascending. */
export interface Fold {
  training: number[];
  validation: number[];
}

/** Part of the subjects of each class that a single split holds out. */
const heldOut = 1 / 5;

/**
 * @param subjects rows that take part
 * @param folds 1: one split with a fifth of each class held out; k >= 2: k folds, each person validated once
 * @param seed the same seed gives the same split, whatever the order of the rows
 * @param task what is learned: without classes, groups take their place, and for a regression fifths of the target that
 *   of the groups
 * @returns per class, the sizes of the validation parts differ by at most one person; groups are spread alike. People whose
 *   rows are of several classes (before and after a treatment) are spread as a class of their own
 * @throws SpectroscopeError (kind 'setting') when a part of a fold would have nobody of some class
 */
export function stratifiedFolds(
  subjects: readonly SplitSubject[],
  folds: number,
  seed: number,
  task: RunTask['kind'] = 'classification',
): Fold[] {
  const rowsOf = rowsByPerson(subjects);
  const people = [...rowsOf.keys()];
  const isClassified = task === 'classification';
  const strata = isClassified ? subjects : strataWithoutClasses(subjects, task);
  const placeOf = new Map(people.map((person) => [person, placeIn(strata, rowsOf.get(person) ?? [])]));
  const stratumOf = (person: string) => placeOf.get(person)?.stratum ?? '';
  const groupOf = (person: string) => placeOf.get(person)?.group ?? 0;
  if (isClassified)
    checkClasses(
      people.map((person) => placeOf.get(person)?.targets ?? []),
      folds,
    );
  else checkSubjects(people.length, folds);

  // Sorted before the shuffle, so that the order of the table does not matter; by group after it, so that each
  // stretch that is dealt out is spread over the folds.
  const shuffled = new SeededRandom(seed)
    .shuffle(people.sort(compare))
    .sort((a, b) => compareStrata(placeOf.get(a), placeOf.get(b)) || groupOf(a) - groupOf(b));
  const validation = folds === 1 ? [holdOut(shuffled, stratumOf, isClassified ? 1 : 0)] : deal(shuffled, folds);
  const split = validation.map((held) => {
    const rowsHeld = new Set(held.flatMap((person) => rowsOf.get(person) ?? []));
    const rows = subjects.map((_, row) => row);
    return { training: rows.filter((row) => !rowsHeld.has(row)), validation: rows.filter((row) => rowsHeld.has(row)) };
  });
  if (isClassified) checkParts(subjects, split, folds);
  return split;
}

interface Place {
  /** Classes of the person's rows, ascending. */
  targets: readonly number[];
  stratum: string;
  group: number;
}

function placeIn(strata: readonly SplitSubject[], rows: readonly number[]): Place {
  const targets = [...new Set(rows.map((row) => strata[row]?.target ?? 0))].sort((a, b) => a - b);
  const groups = rows.map((row) => strata[row]?.group ?? 0);
  return { targets, stratum: targets.join(' '), group: Math.min(...groups) };
}

/** By the lowest class, then by the next: who has rows of two classes stands between those of either. */
function compareStrata(a: Place | undefined, b: Place | undefined): number {
  const [one, other] = [a?.targets ?? [], b?.targets ?? []];
  for (let at = 0; at < Math.max(one.length, other.length); at++) {
    const order = (one[at] ?? -1) - (other[at] ?? -1);
    if (order !== 0) return order;
  }
  return 0;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** People who share an id, or rows that share a person, are one. */
function rowsByPerson(subjects: readonly SplitSubject[]): Map<string, number[]> {
  const personOfId = new Map<string, string>();
  for (const { id, person } of subjects) if (person !== undefined && !personOfId.has(id)) personOfId.set(id, person);
  return groupedRows(subjects.map(({ id, person }) => personOfId.get(id) ?? person ?? id));
}

function groupedRows(keys: readonly string[]): Map<string, number[]> {
  return groupedBy(keys.keys(), (row) => keys[row] ?? '');
}

/** Round robin over subjects that are sorted by class and group: any stretch is spread evenly. */
function deal(sorted: readonly string[], folds: number): string[][] {
  return Array.from({ length: folds }, (_, fold) => sorted.filter((_id, position) => position % folds === fold));
}

/** A fifth of each class, and at least `least` subjects of it, evenly spaced so that its groups are represented alike. */
function holdOut(sorted: readonly string[], stratumOf: (person: string) => string, least: number): string[] {
  const held = [...new Set(sorted.map(stratumOf))].flatMap((stratum) => {
    const members = sorted.filter((person) => stratumOf(person) === stratum);
    const count = Math.max(least, Math.round(members.length * heldOut));
    return members.filter(
      (_, i) => Math.floor(((i + 1) * count) / members.length) > Math.floor((i * count) / members.length),
    );
  });
  // Groups so small that a fifth of none is a subject.
  return held.length > 0 ? held : sorted.slice(0, 1);
}

/** Parts of the range of a number that a split spreads over its folds. */
const targetParts = 5;

/**
 * Number of the equally large part of the ascending targets that each target is in, from 0; equal targets are in the same.
 * Nothing is fitted with it: it balances the folds and the batches.
 */
export function targetQuantiles(targets: readonly number[]): number[] {
  const ascending = targets.toSorted((a, b) => a - b);
  const place = new Map<number, number>();
  ascending.forEach((target, at) => {
    if (!place.has(target)) place.set(target, Math.floor((at * targetParts) / ascending.length));
  });
  return targets.map((target) => place.get(target) ?? 0);
}

/** Groups in the place of classes, and parts of the target in the place of groups. */
function strataWithoutClasses(subjects: readonly SplitSubject[], task: RunTask['kind']): SplitSubject[] {
  const parts = task === 'regression' ? targetQuantiles(subjects.map(({ target }) => target)) : [];
  return subjects.map((subject, row) => ({ ...subject, target: subject.group, group: parts[row] ?? 0 }));
}

function checkSubjects(subjects: number, folds: number): void {
  const needed = Math.max(2, folds);
  if (subjects >= needed) return;
  throw settingError(
    'too-few-subjects',
    folds === 1
      ? t(
          '{count} subjects take part: with one split some part would be empty. Use fewer folds or label more subjects.',
          { count: subjects },
        )
      : t(
          '{count} subjects take part: with {folds} folds some part would be empty. Use fewer folds or label more subjects.',
          { count: subjects, folds },
        ),
    { field: 'folds', expected: `at least ${needed} subjects` },
  );
}

/** @param targets classes of each person */
function checkClasses(targets: readonly (readonly number[])[], folds: number): void {
  const sizes = new Map<number, number>();
  for (const target of targets.flat()) sizes.set(target, (sizes.get(target) ?? 0) + 1);
  if (sizes.size < 2) {
    throw settingError(
      'too-few-classes',
      sizes.size === 0
        ? t(
            'The target has no class among the subjects that take part; a network needs at least two. Choose another target.',
          )
        : t(
            'The target has one class among the subjects that take part; a network needs at least two. Choose another target.',
          ),
      { field: 'target', expected: 'at least 2 classes' },
    );
  }
  const smallest = Math.min(...sizes.values());
  const needed = Math.max(2, folds);
  if (smallest < needed) {
    const numbers = { count: smallest, folds };
    throw settingError(
      'class-too-small',
      folds > 2 && smallest >= 2
        ? t(
            'The smallest class has {smallest} subjects: with {folds} folds some part would have none of it. Use {smallest} folds or fewer, or label more subjects.',
            { smallest, folds },
          )
        : folds === 1
          ? t(
              'The smallest class has {count} subjects: with one split some part would have none of it. Please label more subjects.',
              numbers,
            )
          : t(
              'The smallest class has {count} subjects: with {folds} folds some part would have none of it. Please label more subjects.',
              numbers,
            ),
      { field: 'folds', expected: `at least ${needed} subjects in each class` },
    );
  }
}

/** Only people with rows of several classes can leave a part without one. */
function checkParts(subjects: readonly SplitSubject[], split: readonly Fold[], folds: number): void {
  const classes = new Set(subjects.map(({ target }) => target)).size;
  const has = (rows: readonly number[]) => new Set(rows.map((row) => subjects[row]?.target)).size === classes;
  if (split.every(({ training, validation }) => has(training) && has(validation))) return;
  throw settingError(
    'class-too-small',
    folds === 1
      ? t(
          'With one split some part would have no row of some class, since the rows of a person stay together. Use fewer folds or label more subjects.',
        )
      : t(
          'With {folds} folds some part would have no row of some class, since the rows of a person stay together. Use fewer folds or label more subjects.',
          { folds },
        ),
    { field: 'folds', expected: 'more people in each class than folds' },
  );
}
