/** Differences between members, and of groups over all members, from values on a grid. */
import type { CompareAnswer, MetricDifference, PooledDifference, SessionDifference } from '#app/contract/compare.ts';
import type { SummaryName } from '#app/contract/session.ts';
import { comparisonOf } from '#app/inference/statistics.ts';
import { falseDiscoveryAdjusted } from '#app/inference/multiple-tests.ts';
import { t } from '#app/text/text.ts';
import { randomEffects } from './random-effects.ts';
import { ofOne, ofTwo, varianceOfMean, type PairEffect, type Replicates } from './replicates.ts';

/** Runs of one member, with what ties them to the runs of others. */
export interface MemberRuns extends Omit<Replicates, 'values'> {
  /** Positions of its runs in the values. */
  runs: readonly number[];
}

export interface GridValues {
  positions: number;
  layers: readonly string[];
  /** Groups, then 'all'. */
  sets: readonly string[];
  /** [runs x positions x layers x sets] */
  values: Float32Array;
  /** Whether the differences look at a position [positions]. */
  looked: readonly boolean[];
}

/** A set of samples, or the difference of two. */
interface Contrast {
  group: string;
  versus: string | null;
  first: number;
  second: number | null;
}

/** Ranks are compared by their difference, sizes by the logarithm of their ratio. */
function scaled(summary: SummaryName, value: number): number {
  if (comparisonOf(summary) !== 'log-ratio') return value;
  return value > 0 ? Math.log(value) : Number.NaN;
}

export function unitOf(summary: SummaryName): string {
  return comparisonOf(summary) === 'log-ratio' ? t('ln of the ratio') : t('difference');
}

/** Mean over the positions that are looked at and where the run has the sets; NaN without any. */
export function meanOfRun(grid: GridValues, summary: SummaryName, run: number, layer: number, of: Contrast): number {
  const { positions, layers, sets, values, looked } = grid;
  let [sum, count] = [0, 0];
  for (let position = 0; position < positions; position++) {
    if (looked[position] !== true) continue;
    const at = ((run * positions + position) * layers.length + layer) * sets.length;
    const first = scaled(summary, values[at + of.first] ?? Number.NaN);
    const value = of.second === null ? first : first - scaled(summary, values[at + of.second] ?? Number.NaN);
    if (!Number.isFinite(value)) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? Number.NaN : sum / count;
}

function contrastsOf(sets: readonly string[]): Contrast[] {
  const alone = sets.map((group, first) => ({ group, versus: null, first, second: null }));
  const groups = sets.slice(0, -1);
  const pairs = groups.flatMap((group, first) =>
    groups.slice(first + 1).map((versus, i) => ({ group, versus, first, second: first + 1 + i })),
  );
  return [...alone, ...pairs];
}

function pairsOf(count: number): [number, number][] {
  return Array.from({ length: count }, (_, i) =>
    Array.from({ length: count - i - 1 }, (_other, j): [number, number] => [i, i + 1 + j]),
  ).flat();
}

/**
 * @param areReplicates whether members differ in their seed alone, so that all their runs are runs of one thing
 */
export function effectsOf(
  grid: GridValues,
  summary: SummaryName,
  members: readonly MemberRuns[],
  areReplicates: boolean,
): Pick<CompareAnswer, 'differences' | 'pooled'> {
  const differences: Omit<SessionDifference, 'pCorrected'>[] = [];
  const pooled: PooledDifference[] = [];
  grid.layers.forEach((layer, index) => {
    for (const contrast of contrastsOf(grid.sets)) {
      const { group, versus } = contrast;
      const replicates = members.map((member): Replicates => ({
        ...member,
        values: member.runs.map((run) => meanOfRun(grid, summary, run, index, contrast)),
      }));
      for (const [i, j] of pairsOf(members.length)) {
        const effect = ofTwo(replicates[i] as Replicates, replicates[j] as Replicates);
        if (effect !== null) differences.push({ layer, group, versus, members: [i, j], ...effect });
      }
      if (versus !== null) pooled.push({ layer, group, versus, ...overMembers(replicates, areReplicates) });
    }
  });
  return { differences: corrected(differences), pooled };
}

function overMembers(
  members: readonly Replicates[],
  areReplicates: boolean,
): Pick<PooledDifference, 'each' | 'randomEffects' | 'replicates'> {
  const each = members.map(ofOne);
  const estimates = members.map((member, i) => ({
    effect: each[i]?.effect ?? Number.NaN,
    variance: varianceOfMean(member),
  }));
  const values = members.flatMap((member) => member.values).filter((value) => Number.isFinite(value));
  const share = members.reduce((sum, { validationShare }) => sum + validationShare, 0) / Math.max(1, members.length);
  const together = areReplicates ? ofOne({ values, validatedOn: [], validationShare: share }) : null;
  return {
    each,
    randomEffects: randomEffects(estimates),
    replicates: together === null ? null : { runs: values.length, ...together },
  };
}

function corrected<T extends { p: number | null }>(rows: readonly T[]): (T & { pCorrected: number | null })[] {
  const tested = rows.filter(({ p }) => p !== null);
  const adjusted = new Map(falseDiscoveryAdjusted(tested.map(({ p }) => p ?? 1)).map((p, i) => [tested[i], p]));
  return rows.map((row) => ({ ...row, pCorrected: adjusted.get(row) ?? null }));
}

/**
 * Metrics of the validation subjects, run by run.
 * @param metrics of each member: name -> value of each of its runs, NaN where it has none
 */
export function metricDifferences(
  members: readonly MemberRuns[],
  metrics: readonly Readonly<Record<string, readonly number[]>>[],
): MetricDifference[] {
  const names = Object.keys(metrics[0] ?? {}).filter((name) => metrics.every((each) => each[name] !== undefined));
  return corrected(
    names.flatMap((metric) =>
      pairsOf(members.length).flatMap(([i, j]) => {
        const [a, b] = [i, j].map((at): Replicates => ({
          ...(members[at] as MemberRuns),
          values: metrics[at]?.[metric] ?? [],
        })) as [Replicates, Replicates];
        const effect: PairEffect | null = ofTwo(a, b);
        return effect === null ? [] : [{ metric, members: [i, j] as [number, number], ...effect }];
      }),
    ),
  );
}
