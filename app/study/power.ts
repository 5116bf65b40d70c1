/** What the sizes of the groups let a permutation test resolve, in words. */
import { relabellingsLog10, sizeToReach, smallestP } from '#app/statistics/permutations.ts';
import { t } from '#app/text/text.ts';
import type { Flow } from './flow.ts';
import type { Study } from './study.ts';

export interface PowerHint {
  /** The two smallest groups that are compared. */
  groups: readonly [GroupSize, GroupSize];
  /** Logarithm to the base 10 of the ways to divide their subjects. */
  relabellingsLog10: number;
  smallestP: number;
  /** Whether no comparison of these groups can be significant. */
  isHopeless: boolean;
  sentence: string;
}

export interface GroupSize {
  name: string;
  subjects: number;
}

const significant = 0.05;
const fine = 0.001;

/** @returns null with fewer than two groups that have subjects */
export function powerHint(study: Study, flow: Flow): PowerHint | null {
  const sizes = study.groups.groups
    .map(({ name }, at): GroupSize => ({ name, subjects: flow.analysed.filter(({ group }) => group === at).length }))
    .filter(({ subjects }) => subjects > 0)
    .sort((a, b) => a.subjects - b.subjects);
  const [smallest, next] = sizes;
  if (smallest === undefined || next === undefined) return null;
  const pair = [smallest.subjects, next.subjects] as const;
  const p = smallestP(pair);
  const log = relabellingsLog10(pair);
  return {
    groups: [smallest, next],
    relabellingsLog10: log,
    smallestP: p,
    isHopeless: p > significant,
    sentence: sentenceOf(smallest, next, p, log),
  };
}

function sentenceOf(smallest: GroupSize, next: GroupSize, p: number, log: number): string {
  const ways =
    log < 6
      ? Math.round(10 ** log).toLocaleString('en')
      : t('about {power}', { power: `10${superscript(Math.round(log))}` });
  const comparison = {
    ...{ one: smallest.name, n: smallest.subjects, other: next.name, m: next.subjects, ways },
    ...{ p: short(p), significant, fine, tests: Math.floor(significant / p) },
  };
  if (p > significant) {
    return t(
      'The smallest comparison, {one} (n = {n}) against {other} (n = {m}), can be relabelled in only {ways} ways: no permutation test can reach p below {p}, so nothing can be significant at {significant}. Each group needs at least {needed} subjects.',
      { ...comparison, needed: sizeToReach(significant) },
    );
  }
  if (p > fine) {
    return t(
      'The smallest comparison, {one} (n = {n}) against {other} (n = {m}), can be relabelled in {ways} ways: a permutation test can reach p = {p} at best. Corrected for more than {tests} tests, of layers or steps, nothing can be significant. With {needed} subjects in each group p can reach {fine}.',
      { ...comparison, needed: sizeToReach(fine) },
    );
  }
  return t(
    'The smallest comparison, {one} (n = {n}) against {other} (n = {m}), can be relabelled in {ways} ways: p is limited by how many permutations are tried, not by the number of subjects.',
    comparison,
  );
}

function superscript(exponent: number): string {
  return String(exponent).replace(/\d/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'.charAt(Number(digit)));
}

function short(p: number): string {
  return String(Number(p.toPrecision(2)));
}
