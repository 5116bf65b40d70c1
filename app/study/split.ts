/** Division of subjects into training and validation parts: by subject, stratified, the same for the same seed. */
import { settingError } from '#app/contract/errors.ts';
import type { RunTask } from '#app/run/configuration.ts';
import { SeededRandom } from '#app/run/random.ts';

/** A row of what is trained on. Rows with the same id are one subject and never part. */
export interface SplitSubject {
  readonly id: string;
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
 * @param folds 1: one split with a fifth of each class held out; k >= 2: k folds, each subject validated once
 * @param seed the same seed gives the same split, whatever the order of the rows
 * @param task what is learned: without classes, groups take their place, and for a regression fifths of the target that
 *   of the groups
 * @returns per class, the sizes of the validation parts differ by at most one subject; groups are spread alike
 * @throws SpectroscopeError (kind 'setting') when a part of a fold would have no subject of some class
 */
export function stratifiedFolds(
  subjects: readonly SplitSubject[],
  folds: number,
  seed: number,
  task: RunTask['kind'] = 'classification',
): Fold[] {
  const rowsOf = rowsBySubject(subjects);
  const people = [...rowsOf.keys()];
  const isClassified = task === 'classification';
  const strata = isClassified ? subjects : strataWithoutClasses(subjects, task);
  const targetOf = (id: string) => first(strata, rowsOf, id).target;
  const groupOf = (id: string) => first(strata, rowsOf, id).group;
  if (isClassified) checkClasses(people.map(targetOf), folds);
  else checkSubjects(people.length, folds);

  // Sorted before the shuffle, so that the order of the table does not matter; by group after it, so that each
  // stretch that is dealt out is spread over the folds.
  const shuffled = new SeededRandom(seed)
    .shuffle(people.sort(compare))
    .sort((a, b) => targetOf(a) - targetOf(b) || groupOf(a) - groupOf(b));
  const validation = folds === 1 ? [holdOut(shuffled, targetOf, isClassified ? 1 : 0)] : deal(shuffled, folds);
  return validation.map((ids) => {
    const held = new Set(ids.flatMap((id) => rowsOf.get(id) ?? []));
    const rows = subjects.map((_, row) => row);
    return { training: rows.filter((row) => !held.has(row)), validation: rows.filter((row) => held.has(row)) };
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function rowsBySubject(subjects: readonly SplitSubject[]): Map<string, number[]> {
  const rows = new Map<string, number[]>();
  subjects.forEach(({ id }, row) => {
    const known = rows.get(id);
    if (known === undefined) rows.set(id, [row]);
    else known.push(row);
  });
  return rows;
}

function first(subjects: readonly SplitSubject[], rowsOf: Map<string, number[]>, id: string): SplitSubject {
  return subjects[rowsOf.get(id)?.[0] ?? 0] as SplitSubject;
}

/** Round robin over subjects that are sorted by class and group: any stretch is spread evenly. */
function deal(sorted: readonly string[], folds: number): string[][] {
  return Array.from({ length: folds }, (_, fold) => sorted.filter((_id, position) => position % folds === fold));
}

/** A fifth of each class, and at least `least` subjects of it, evenly spaced so that its groups are represented alike. */
function holdOut(sorted: readonly string[], targetOf: (id: string) => number, least: number): string[] {
  const held = [...new Set(sorted.map(targetOf))].flatMap((target) => {
    const members = sorted.filter((id) => targetOf(id) === target);
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
  return subjects.map(({ id, group }, row) => ({ id, target: group, group: parts[row] ?? 0 }));
}

function checkSubjects(subjects: number, folds: number): void {
  const needed = Math.max(2, folds);
  if (subjects >= needed) return;
  throw settingError(
    'too-few-subjects',
    `${subjects} ${subjects === 1 ? 'subject takes' : 'subjects take'} part: with ${folds === 1 ? 'one split' : `${folds} folds`} some part would be empty. Use fewer folds or label more subjects.`,
    { field: 'folds', expected: `at least ${needed} subjects` },
  );
}

function checkClasses(targets: readonly number[], folds: number): void {
  const sizes = new Map<number, number>();
  for (const target of targets) sizes.set(target, (sizes.get(target) ?? 0) + 1);
  if (sizes.size < 2) {
    throw settingError(
      'too-few-classes',
      `The target has ${sizes.size === 0 ? 'no class' : 'one class'} among the subjects that take part; a network needs at least two. Choose another target.`,
      { field: 'target', expected: 'at least 2 classes' },
    );
  }
  const smallest = Math.min(...sizes.values());
  const needed = Math.max(2, folds);
  if (smallest < needed) {
    const cure = folds > 2 && smallest >= 2 ? `Use ${smallest} folds or fewer, or` : 'Please';
    throw settingError(
      'class-too-small',
      `The smallest class has ${smallest} ${smallest === 1 ? 'subject' : 'subjects'}: with ${folds === 1 ? 'one split' : `${folds} folds`} some part would have none of it. ${cure} label more subjects.`,
      { field: 'folds', expected: `at least ${needed} subjects in each class` },
    );
  }
}
