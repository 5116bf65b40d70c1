/** Tests and their results in words that a clinician reads. */
import { comparisonOf, type TestStatistic } from '#app/inference/statistics.ts';
import type { TestAnswer, TestMethod, TestRow } from '#app/inference/test-options.ts';
import { formatCount, formatNumber } from '../format.ts';
import { quantityNames, summaryTitles } from '../words.ts';

/** A corrected p up to this is called a difference. */
export const level = 0.05;

export const statisticTitles: Readonly<Record<TestStatistic, string>> = {
  ...summaryTitles,
  'values-for-90-percent': 'Values for 90 %',
  slope: 'Slope',
  'spectrum-distance': 'Distance',
  alignment: 'Alignment',
};

export const statisticTexts: Readonly<Record<TestStatistic, string>> = {
  'effective-rank': 'In how many directions a group drives the layer: exp of the entropy of its singular values.',
  'stable-rank': 'Sum of squares of the singular values over the largest square.',
  'participation-ratio': 'Squared sum of squares over the sum of fourth powers.',
  'numerical-rank': 'Singular values above the resolution floor.',
  'values-for-90-percent': 'How many singular values hold 90 % of the energy.',
  energy: 'How strongly a group drives the layer: sum of squares, for its number of samples. Compared as a ratio.',
  'nuclear-norm': 'Sum of the singular values. Compared as a ratio.',
  largest: 'The largest singular value. Compared as a ratio.',
  slope: 'How fast singular values fall with their index, on log axes.',
  'spectrum-distance': 'How far the two size-normalised spectra are apart, as a whole.',
  alignment: 'Whether the two groups pull the layer the same way: the cosine between their gradients.',
};

export const methodTitles: Readonly<Record<TestMethod, string>> = {
  permutation: 'Mean over all steps',
  'max-statistic': 'Largest deviation',
  'cluster-mass': 'Clusters of steps',
  runs: 'Over folds and repeats',
  'per-iteration': 'Per iteration',
};

/** In a column. */
export const methodWords: Readonly<Record<TestMethod, string>> = {
  permutation: 'mean',
  'max-statistic': 'largest',
  'cluster-mass': 'cluster',
  runs: 'folds',
  'per-iteration': 'per step',
};

export const methodTexts: Readonly<Record<TestMethod, string>> = {
  permutation: 'Is the difference, averaged over the whole training, larger than under exchanged labels?',
  'max-statistic': 'Is it anywhere larger than anywhere under exchanged labels? Family-wise over steps.',
  'cluster-mass': 'When does it differ? Neighbouring steps that deviate together. Family-wise over steps.',
  runs: 'Does it return in every fold and repeat? Corrected for the subjects that folds share, not for the sizes of the groups. Needs three runs.',
  'per-iteration':
    'Exploratory: takes the steps of one training for independent, which they are not. Under no difference at all it finds one in most trainings.',
};

/** What a test rests on. */
export function countWords({ method, n }: Pick<TestRow, 'method' | 'n'>): string {
  if (method === 'runs') return `${formatCount(n)} runs`;
  return method === 'per-iteration' ? `${formatCount(n)} steps` : `${formatCount(n)} labellings`;
}

/** '0.032' or '< 0.001'. */
export function formatP(p: number): string {
  if (p < 0.001) return '< 0.001';
  return p < 0.0995 ? p.toFixed(3) : p.toFixed(2);
}

/** An effect as it is read: a ratio as '1.23 ×', a difference or a cosine with its sign. */
export function formatEffect(summary: TestStatistic, effect: number): string {
  if (comparisonOf(summary) === 'log-ratio') return `${formatNumber(Math.exp(effect))} ×`;
  return `${effect > 0 ? '+' : ''}${formatNumber(effect)}`;
}

export function formatInterval(summary: TestStatistic, [low, high]: readonly [number, number]): string {
  const ends = comparisonOf(summary) === 'log-ratio' ? [Math.exp(low), Math.exp(high)] : [low, high];
  const [short, long] = [2, 3].map((figures) => ends.map((end) => formatNumber(end, figures)));
  return (short?.[0] === short?.[1] ? long : short)?.join(' … ') ?? '';
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
      ? `at step ${formatCount(window.first)}`
      : `over steps ${formatCount(window.first)} to ${formatCount(window.last)}`;
  const ends = formatInterval(summary, interval).replace(' … ', ' to ');
  const where = `${layer}, ${quantityNames[quantity].toLowerCase()}, ${steps}`;
  const sure = `p ${formatP(p).startsWith('<') ? '' : '= '}${formatP(p)}, corrected ${formatP(pCorrected)}`;
  const what = `${comparedWords(summary, groups, effect)} (95 % interval ${ends})`;
  if (method === 'per-iteration') return `${where}: ${what}. Exploratory: its p means nothing.`;
  const found = isFound(row, sizes)
    ? 'a difference'
    : isOfSize(row, sizes)
      ? 'the groups are of different size, which alone makes such a difference'
      : 'no difference can be claimed';
  return `${where}: ${what}; ${sure}: ${found}.`;
}

function comparedWords(summary: TestStatistic, [first, second]: readonly [string, string], effect: number): string {
  const title = statisticTitles[summary].toLowerCase();
  const more = effect >= 0;
  switch (comparisonOf(summary)) {
    case 'log-ratio':
      return `${title} of ${first} is ${formatNumber(Math.exp(effect))} times that of ${second}, against permuted labels`;
    case 'difference':
      return `${title} of ${first} is ${formatNumber(Math.abs(effect))} ${more ? 'higher' : 'lower'} than that of ${second}, against permuted labels`;
    case 'pair':
      return summary === 'alignment'
        ? `${first} and ${second} pull ${more ? 'more' : 'less'} the same way than random groups, by ${formatNumber(Math.abs(effect))} of a cosine`
        : `the spectra of ${first} and ${second} are ${formatNumber(Math.abs(effect))} ${more ? 'further apart' : 'closer'} than those of random groups`;
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
  if (tests.size === 0) return 'Only exploratory tests were made: nothing can be claimed from them.';
  const found = [...tests.values()].filter(Boolean).length;
  const of = `${formatCount(tests.size)} ${tests.size === 1 ? 'test' : 'tests'}`;
  if (found === 0) return `No difference can be claimed: none of ${of} has a corrected p of at most ${level}.`;
  return `${formatCount(found)} of ${of} ${found === 1 ? 'finds' : 'find'} a difference (corrected p of at most ${level}).`;
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
