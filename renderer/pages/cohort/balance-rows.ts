/** The table of groups and covariates in the words of a paper. */
import type { BalanceRow } from '#app/study/balance.ts';
import { pCell } from '#app/statistics/p-value.ts';
import { testNames } from '#app/study/balance-csv.ts';
import { t } from '#app/text/text.ts';
import { formatCount, formatNumber, formatPercent } from '../../charts/format.ts';

export interface BalanceLine {
  name: string;
  isLevel: boolean;
  /** One for each group. */
  values: string[];
  /** Of the covariate, told in its first line only. */
  result: BalanceResult | null;
}

export interface BalanceResult {
  difference: string;
  p: string;
  /** Which test, with its statistic and degrees of freedom; between which groups the difference is. */
  how: string;
  imbalance: BalanceRow['imbalance'];
  isSignificant: boolean;
}

const significant = 0.05;

export function balanceLines(rows: readonly BalanceRow[]): BalanceLine[] {
  return rows.flatMap((row): BalanceLine[] => {
    const { table } = row;
    const result = resultOf(row);
    if (table.kind === 'number') {
      const values = table.summaries.map(({ mean, standardDeviation, missing }) => {
        const spread = standardDeviation === null ? '' : ` ± ${formatNumber(standardDeviation)}`;
        const value = `${formatNumber(mean)}${spread}`;
        return missing > 0 ? t('{value} ({n} missing)', { value, n: formatCount(missing) }) : value;
      });
      return [{ name: table.column, isLevel: false, values, result }];
    }
    const totals = table.groups.map((_, group) =>
      table.levels.reduce((sum, { counts }) => sum + (counts[group] ?? 0), 0),
    );
    const shares = (counts: readonly number[]) =>
      counts.map((count, group) => `${formatCount(count)} (${formatPercent(count / (totals[group] ?? 0))})`);
    return [
      { name: table.column, isLevel: false, values: table.groups.map(() => ''), result },
      ...table.levels.map(({ level, counts }) => ({
        name: level,
        isLevel: true,
        values: shares(counts),
        result: null,
      })),
      ...(table.missing.some((count) => count > 0)
        ? [{ name: t('missing'), isLevel: true, values: table.missing.map(formatCount), result: null }]
        : []),
    ];
  });
}

export function resultOf({ test, difference, between, imbalance }: BalanceRow): BalanceResult {
  const numbers = [
    test?.statistic === null || test === null ? [] : [t('statistic {value}', { value: formatNumber(test.statistic) })],
    (test?.degreesOfFreedom ?? []).length === 0
      ? []
      : [
          t('{values} degrees of freedom', {
            values: (test?.degreesOfFreedom ?? []).map((each) => formatNumber(each)).join(', '),
          }),
        ],
  ].flat();
  const how = test === null ? t('Nothing to test') : [testNames()[test.test], ...numbers].join(', ');
  return {
    difference: formatNumber(difference, 2),
    p: pCell(test?.p),
    how:
      between === null
        ? how
        : t('{test}. Standardised difference between {one} and {other}', {
            test: how,
            one: between[0],
            other: between[1],
          }),
    imbalance,
    isSignificant: test !== null && test.p < significant,
  };
}
