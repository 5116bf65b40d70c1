/** Tests and their results in words that a clinician reads. */
import { comparisonOf, type TestStatistic } from '#app/inference/statistics.ts';
import type { TestAnswer, TestMethod, TestRow } from '#app/inference/test-options.ts';
import { pCell, pText } from '#app/statistics/p-value.ts';
import { t } from '#app/text/text.ts';
import { formatCount, formatNumber } from '../format.ts';
import { quantityWords, summaryTitles, summaryWords } from '../words.ts';

/** A corrected p up to this is called a difference. */
export const level = 0.05;

export const statisticTitles: Readonly<Record<TestStatistic, string>> = {
  ...summaryTitles,
  'values-for-90-percent': t('Values for 90 %'),
  slope: t('Slope'),
  'spectrum-distance': t('Distance'),
  alignment: t('Alignment'),
};

/** Within a sentence. */
export const statisticWords: Readonly<Record<TestStatistic, string>> = {
  ...summaryWords,
  'values-for-90-percent': t('values for 90 %'),
  slope: t('slope'),
  'spectrum-distance': t('distance'),
  alignment: t('alignment'),
};

export const statisticTexts: Readonly<Record<TestStatistic, string>> = {
  'effective-rank': t('In how many directions a group drives the layer: exp of the entropy of its singular values.'),
  'stable-rank': t('Sum of squares of the singular values over the largest square.'),
  'participation-ratio': t('Squared sum of squares over the sum of fourth powers.'),
  'numerical-rank': t('Singular values above the resolution floor.'),
  'values-for-90-percent': t('How many singular values hold 90 % of the energy.'),
  energy: t('How strongly a group drives the layer: sum of squares, for its number of samples. Compared as a ratio.'),
  'nuclear-norm': t('Sum of the singular values. Compared as a ratio.'),
  largest: t('The largest singular value. Compared as a ratio.'),
  slope: t('How fast singular values fall with their index, on log axes.'),
  'spectrum-distance': t('How far the two size-normalised spectra are apart, as a whole.'),
  alignment: t('Whether the two groups pull the layer the same way: the cosine between their gradients.'),
};

export const methodTitles: Readonly<Record<TestMethod, string>> = {
  permutation: t('Mean over all steps'),
  'max-statistic': t('Largest deviation'),
  'cluster-mass': t('Clusters of steps'),
  runs: t('Over folds and repeats'),
  'per-iteration': t('Per iteration'),
};

/** In a column. */
export const methodWords: Readonly<Record<TestMethod, string>> = {
  permutation: t('mean'),
  'max-statistic': t('largest'),
  'cluster-mass': t('cluster'),
  runs: t('folds'),
  'per-iteration': t('per step'),
};

export const methodTexts: Readonly<Record<TestMethod, string>> = {
  permutation: t('Is the difference, averaged over the whole training, larger than under exchanged labels?'),
  'max-statistic': t('Is it anywhere larger than anywhere under exchanged labels? Family-wise over steps.'),
  'cluster-mass': t('When does it differ? Neighbouring steps that deviate together. Family-wise over steps.'),
  runs: t(
    'Does it return in every fold and repeat? Corrected for the subjects that folds share, not for the sizes of the groups. Needs three runs.',
  ),
  'per-iteration': t(
    'Exploratory: takes the steps of one training for independent, which they are not. Under no difference at all it finds one in most trainings.',
  ),
};

/** What a test rests on. */
export function countWords({ method, n }: Pick<TestRow, 'method' | 'n'>): string {
  const many = { n: formatCount(n) };
  if (method === 'runs') return t('{n} runs', many);
  return method === 'per-iteration' ? t('{n} steps', many) : t('{n} labellings', many);
}

/** An effect as it is read: a ratio as '1.23 ×', a difference or a cosine with its sign. */
export function formatEffect(summary: TestStatistic, effect: number): string {
  if (comparisonOf(summary) === 'log-ratio') return `${formatNumber(Math.exp(effect))} ×`;
  return `${effect > 0 ? '+' : ''}${formatNumber(effect)}`;
}

export function formatInterval(summary: TestStatistic, interval: readonly [number, number]): string {
  return intervalEnds(summary, interval).join(' … ');
}

function intervalEnds(summary: TestStatistic, [low, high]: readonly [number, number]): readonly string[] {
  const ends = comparisonOf(summary) === 'log-ratio' ? [Math.exp(low), Math.exp(high)] : [low, high];
  const [short, long] = [2, 3].map((figures) => ends.map((end) => formatNumber(end, figures)));
  return (short?.[0] === short?.[1] ? long : short) ?? [];
}

export type GroupSizes = TestAnswer['groups'];

/**
 * Whether the sizes of the groups alone can make the difference: the rank of more samples is larger, and folds and steps are
 * compared as they are, unless what permuted labels give was taken out of folds. (Norms are size-normalised.)
 */
export function isOfSize({ method, summary, groups, expected }: TestRow, sizes: GroupSizes): boolean {
  if (method !== 'runs' && method !== 'per-iteration') return false;
  // What permuted labels give was taken out.
  if (method === 'runs' && expected !== 0) return false;
  if (comparisonOf(summary) !== 'difference') return false;
  const [n, m] = groups.map((group) => sizes.find(({ name }) => name === group)?.subjects ?? 0);
  return n !== m;
}

/** Whether it may be called a difference: an exploratory test never, nor one that sizes alone explain. */
export function isFound(row: TestRow, sizes: GroupSizes): boolean {
  return row.method !== 'per-iteration' && row.pCorrected <= level && !isOfSize(row, sizes);
}

/** What was found, in a sentence. */
export function meaningOf(row: TestRow, sizes: GroupSizes): string {
  const { layer, quantity, summary, groups, window, effect, interval, p, pCorrected, method } = row;
  const steps =
    window.first === window.last
      ? t('at step {step}', { step: formatCount(window.first) })
      : t('over steps {first} to {last}', { first: formatCount(window.first), last: formatCount(window.last) });
  const [from = '', to = ''] = intervalEnds(summary, interval);
  const values = {
    where: `${layer}, ${quantityWords[quantity]}, ${steps}`,
    what: comparedWords(summary, groups, effect),
    interval: t('{from} to {to}', { from, to }),
    p: pText(p),
    corrected: pCell(pCorrected),
  };
  if (method === 'per-iteration')
    return t('{where}: {what} (95 % interval {interval}). Exploratory: its p means nothing.', values);
  if (isFound(row, sizes))
    return t('{where}: {what} (95 % interval {interval}); {p}, corrected {corrected}: a difference.', values);
  return isOfSize(row, sizes)
    ? t(
        '{where}: {what} (95 % interval {interval}); {p}, corrected {corrected}: the groups are of different size, which alone makes such a difference.',
        values,
      )
    : t(
        '{where}: {what} (95 % interval {interval}); {p}, corrected {corrected}: no difference can be claimed.',
        values,
      );
}

function comparedWords(summary: TestStatistic, [first, second]: readonly [string, string], effect: number): string {
  const values = { statistic: statisticWords[summary], first, second, effect: formatNumber(Math.abs(effect)) };
  const more = effect >= 0;
  switch (comparisonOf(summary)) {
    case 'log-ratio':
      return t('{statistic} of {first} is {ratio} times that of {second}, against permuted labels', {
        ...{ ...values, ratio: formatNumber(Math.exp(effect)) },
      });
    case 'difference':
      return more
        ? t('{statistic} of {first} is {effect} higher than that of {second}, against permuted labels', values)
        : t('{statistic} of {first} is {effect} lower than that of {second}, against permuted labels', values);
    case 'pair':
      if (summary === 'alignment')
        return more
          ? t('{first} and {second} pull more the same way than random groups, by {effect} of a cosine', values)
          : t('{first} and {second} pull less the same way than random groups, by {effect} of a cosine', values);
      return more
        ? t('the spectra of {first} and {second} are {effect} further apart than those of random groups', values)
        : t('the spectra of {first} and {second} are {effect} closer than those of random groups', values);
  }
}

/** How many tests find a difference, in a sentence; the clusters of a test are one. */
export function outcomeOf({ rows, groups: sizes }: Pick<TestAnswer, 'rows' | 'groups'>): string {
  const tests = new Map<string, boolean>();
  for (const row of rows) {
    if (row.method === 'per-iteration') continue;
    const test = [row.method, row.layer, row.quantity, row.summary, ...row.groups].join('\n');
    tests.set(test, tests.get(test) === true || isFound(row, sizes));
  }
  if (tests.size === 0) return t('Only exploratory tests were made: nothing can be claimed from them.');
  const found = [...tests.values()].filter(Boolean).length;
  const values = { level, found: formatCount(found), n: formatCount(tests.size) };
  if (found === 0)
    return tests.size === 1
      ? t('No difference can be claimed: none of 1 test has a corrected p of at most {level}.', { level })
      : t('No difference can be claimed: none of {n} tests has a corrected p of at most {level}.', values);
  if (tests.size === 1) return t('1 of 1 test finds a difference (corrected p of at most {level}).', { level });
  return found === 1
    ? t('1 of {n} tests finds a difference (corrected p of at most {level}).', values)
    : t('{found} of {n} tests find a difference (corrected p of at most {level}).', values);
}

export type SortKey = 'layer' | 'quantity' | 'summary' | 'window' | 'effect' | 'n' | 'p' | 'pCorrected' | 'method';

/** Rows in the order of a column; by corrected p, those that are no findings come last. Equal ones keep their order. */
export function sortedRows(rows: readonly TestRow[], key: SortKey, ascending: boolean, sizes: GroupSizes): TestRow[] {
  const sign = ascending ? 1 : -1;
  /** What can be claimed, what sizes alone explain, what is exploratory. */
  const rankOf = (row: TestRow): number => (row.method === 'per-iteration' ? 2 : Number(isOfSize(row, sizes)));
  return rows.toSorted((a, b) => {
    if (key === 'pCorrected' || key === 'p') {
      const claim = rankOf(a) - rankOf(b);
      if (claim !== 0) return claim;
    }
    const [x, y] = [valueOf(a, key), valueOf(b, key)];
    const order = typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y));
    return sign * order || a.p - b.p || Math.abs(b.effect) - Math.abs(a.effect);
  });
}

function valueOf(row: TestRow, key: SortKey): number | string {
  if (key === 'window') return row.window.first;
  return key === 'effect' ? Math.abs(row.effect) : row[key];
}
