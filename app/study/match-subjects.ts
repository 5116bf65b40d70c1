/** A subset of the subjects in which the groups resemble each other: sets of one subject from each group. */
import { settingError } from '#app/contract/errors.ts';
import { SeededRandom } from '#app/run/random.ts';
import { logisticLogits } from '#app/statistics/logistic-regression.ts';
import { isMeasured } from './cross-table.ts';
import { notMatchedOn, notMatchedWithout } from './exclusion.ts';
import { requireColumn } from './labelling.ts';
import { membersOf } from './membership.ts';
import type { Cell, MatchSettings, Study, Subject } from './study.ts';

export interface Matching {
  /** Ids of the matched: one of each group, in the order of the groups that have subjects. */
  sets: string[][];
  /** Who is in a group, but in no set. */
  unmatched: { id: string; reason: string }[];
}

interface Candidate {
  subject: Subject;
  /** Log odds of being in this group rather than in the smallest one; 0 without a propensity score. */
  logit: number;
}

/**
 * Greedy nearest neighbours without replacement (Austin 2011): the subjects of the smallest group, in the order of the
 * seed, each take the nearest one of every other group that nobody has taken yet.
 * @throws SpectroscopeError (kind 'setting') with nothing to match on, fewer than two groups, or when nobody matches
 */
export function matchSubjects(study: Study, settings: MatchSettings): Matching {
  const columns = [...new Set([...settings.exact.map(({ column }) => column), ...settings.propensity])];
  if (columns.length === 0) {
    throw settingError('match-on-nothing', 'Choose at least one column to match on, such as age or sex.', {
      field: 'match',
    });
  }
  for (const column of columns) requireColumn(study, column);
  const groups = groupsToMatch(study);
  const isComplete = ({ values }: Subject) => columns.every((column) => (values[column] ?? null) !== null);
  const complete = groups.map((subjects) => subjects.filter(isComplete));
  const sets = matchedSets(study, complete, settings);
  if (sets.length === 0) {
    throw settingError(
      'nobody-matches',
      `No subject of the smallest group has a match on ${columns.join(', ')}. Allow more tolerance or a wider caliper, or match on fewer columns.`,
      { field: 'match' },
    );
  }
  const matched = new Set(sets.flat());
  const left = groups.flat().filter(({ id }) => !matched.has(id));
  return {
    sets,
    unmatched: left.map((subject) => ({
      id: subject.id,
      reason: isComplete(subject)
        ? notMatchedOn(columns)
        : notMatchedWithout(columns.filter((column) => (subject.values[column] ?? null) === null)),
    })),
  };
}

/** Those who take part, by group; groups without anybody are left out. */
function groupsToMatch(study: Study): Subject[][] {
  const members = membersOf(study, study.groups);
  const groups = study.groups.groups.map(({ name }) =>
    study.subjects.filter(({ excluded }, row) => excluded === null && members[row] === name),
  );
  const used = groups.filter((subjects) => subjects.length > 0);
  if (used.length >= 2) return used;
  throw settingError('match-one-group', 'Matching needs at least two groups with subjects. Make groups first.', {
    field: 'groups',
    expected: 'at least two groups with subjects',
  });
}

function matchedSets(study: Study, groups: readonly (readonly Subject[])[], settings: MatchSettings): string[][] {
  const sizes = groups.map(({ length }) => length);
  const smallest = sizes.indexOf(Math.min(...sizes));
  const anchors = groups[smallest] ?? [];
  const scored = groups.map((subjects, at) =>
    at === smallest ? null : scoredAgainst(study, anchors, subjects, settings.propensity),
  );
  const order = new SeededRandom(settings.seed).shuffle([...anchors.keys()]);
  const distance = numberDistance(study, anchors, settings);
  const taken = new Set<string>();
  const sets = order.flatMap((anchor): string[][] => {
    const subject = anchors[anchor] as Subject;
    const set = scored.map((group) => {
      if (group === null) return subject.id;
      const own = { subject, logit: group.anchors[anchor] ?? 0 };
      return nearest(own, group, taken, distance, settings.caliper);
    });
    if (!set.every((id) => id !== null)) return [];
    for (const id of set) taken.add(id);
    return [set];
  });
  return sets;
}

interface ScoredGroup {
  /** In the order of their log odds. */
  candidates: Candidate[];
  /** Log odds of each anchor. */
  anchors: number[];
  /** Standard deviation of the log odds of both groups; 0 without a score. */
  spread: number;
}

function nearest(
  own: Candidate,
  group: ScoredGroup,
  taken: ReadonlySet<string>,
  distance: (a: Subject, b: Subject) => number,
  caliper: number,
): string | null {
  let best: { id: string; distance: number } | null = null;
  for (const { candidate, apart } of outwards(own.logit, group)) {
    // The score decides where there is one: further out nobody is nearer.
    if (apart > caliper || (best !== null && group.spread > 0 && apart > best.distance)) break;
    const { subject } = candidate;
    if (taken.has(subject.id)) continue;
    const far = distance(own.subject, subject);
    if (far === Infinity) continue;
    // The numbers decide between equal scores.
    const total = apart + (group.spread === 0 ? far : far * 1e-6);
    if (best === null || total < best.distance) best = { id: subject.id, distance: total };
  }
  return best?.id ?? null;
}

/** Candidates from the nearest score on, with their distance in standard deviations; without a score, all at 0. */
function* outwards(
  logit: number,
  { candidates, spread }: ScoredGroup,
): Generator<{ candidate: Candidate; apart: number }> {
  const apartOf = (candidate: Candidate | undefined) =>
    candidate === undefined ? Infinity : spread === 0 ? 0 : Math.abs(candidate.logit - logit) / spread;
  let above = firstAtLeast(candidates, logit);
  let below = above - 1;
  while (below >= 0 || above < candidates.length) {
    const [down, up] = [apartOf(candidates[below]), apartOf(candidates[above])];
    const candidate = candidates[up <= down ? above++ : below--];
    if (candidate !== undefined) yield { candidate, apart: Math.min(down, up) };
  }
}

/** Place of the first candidate whose log odds are not below, by bisection. */
function firstAtLeast(candidates: readonly Candidate[], logit: number): number {
  let [low, high] = [0, candidates.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((candidates[middle]?.logit ?? 0) < logit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function scoredAgainst(
  study: Study,
  anchors: readonly Subject[],
  subjects: readonly Subject[],
  columns: readonly string[],
): ScoredGroup {
  const all = [...anchors, ...subjects];
  if (columns.length === 0) {
    return { candidates: subjects.map((subject) => ({ subject, logit: 0 })), anchors: anchors.map(() => 0), spread: 0 };
  }
  const logits = logisticLogits(
    covariates(study, all, columns),
    all.map((_, i) => i >= anchors.length),
  );
  const centre = logits.reduce((sum, logit) => sum + logit, 0) / logits.length;
  const spread = Math.sqrt(logits.reduce((sum, logit) => sum + (logit - centre) ** 2, 0) / Math.max(1, all.length - 1));
  return {
    candidates: subjects
      .map((subject, i) => ({ subject, logit: logits[anchors.length + i] ?? 0 }))
      .sort((a, b) => a.logit - b.logit),
    anchors: logits.slice(0, anchors.length),
    spread,
  };
}

/** Numbers as they are, each level of a category but the first as an indicator [subjects x k]. */
function covariates(study: Study, subjects: readonly Subject[], columns: readonly string[]): number[][] {
  const encoders = columns.flatMap((name): ((subject: Subject) => number)[] => {
    const cellOf = ({ values }: Subject) => values[name] ?? null;
    if (isMeasured(requireColumn(study, name))) return [(subject) => Number(cellOf(subject))];
    const levels = [...new Set(subjects.map((subject) => text(cellOf(subject))))].sort();
    return levels.slice(1).map((level) => (subject) => (text(cellOf(subject)) === level ? 1 : 0));
  });
  return subjects.map((subject) => encoders.map((encode) => encode(subject)));
}

/**
 * Sum over the columns that shall agree of how far two subjects are apart, in tolerances of each; Infinity where one does
 * not agree.
 */
function numberDistance(
  study: Study,
  anchors: readonly Subject[],
  { exact }: MatchSettings,
): (a: Subject, b: Subject) => number {
  const columns = exact.map(({ column, tolerance }) => ({
    column,
    tolerance,
    isNumber:
      isMeasured(requireColumn(study, column)) && anchors.some(({ values }) => typeof values[column] === 'number'),
  }));
  return (a, b) => {
    let total = 0;
    for (const { column, tolerance, isNumber } of columns) {
      const [first, second] = [a.values[column] ?? null, b.values[column] ?? null];
      if (isNumber && typeof first === 'number' && typeof second === 'number') {
        const apart = Math.abs(first - second);
        if (apart > tolerance) return Infinity;
        total += tolerance === 0 ? 0 : apart / tolerance;
      } else if (text(first) !== text(second)) return Infinity;
    }
    return total;
  };
}

/** Spellings that differ only in capitals are one value, as they are one group. */
function text(cell: Cell): string {
  return String(cell).trim().toLowerCase();
}
