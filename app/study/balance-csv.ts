/** The table of groups and covariates for a spreadsheet: a line for each number and for each level of a category. */
import { inEnglish, t } from '#app/text/text.ts';
import type { BalanceRow } from './balance.ts';

/** The word that papers print for each test. */
export function testNames(): Readonly<Record<NonNullable<BalanceRow['test']>['test'], string>> {
  return {
    welch: t("Welch's t"),
    anova: t('ANOVA, F'),
    'mann-whitney': t('Mann-Whitney U'),
    'kruskal-wallis': t('Kruskal-Wallis H'),
    'chi-squared': t('chi-squared'),
    fisher: t("Fisher's exact"),
    'fisher-sampled': t("Fisher's exact (random tables)"),
  };
}

/** @returns RFC 4180 text, in English; numbers in full, empty where there is none */
export function balanceCsv(rows: readonly BalanceRow[]): string {
  return inEnglish(() => csvOf(rows));
}

function csvOf(rows: readonly BalanceRow[]): string {
  const groups = rows[0]?.table.groups ?? [];
  const head = [
    'covariate',
    'level',
    ...groups.flatMap((group) => [`${group}: n`, `${group}: mean`, `${group}: sd`, `${group}: missing`]),
    ...['test', 'statistic', 'degrees of freedom', 'p', 'standardised difference', 'between'],
  ];
  return [head, ...rows.flatMap(linesOf)].map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('');
}

function linesOf(row: BalanceRow): string[][] {
  const { table } = row;
  if (table.kind === 'number') {
    const cells = table.summaries.flatMap(({ count, mean, standardDeviation, missing }) => [
      String(count),
      plain(mean),
      plain(standardDeviation),
      String(missing),
    ]);
    return [[table.column, '', ...cells, ...testCells(row)]];
  }
  const none = new Array<string>(testCells(row).length).fill('');
  return table.levels.map(({ level, counts }, at) => [
    table.column,
    level,
    ...counts.flatMap((count, group) => [String(count), '', '', at === 0 ? String(table.missing[group] ?? 0) : '']),
    ...(at === 0 ? testCells(row) : none),
  ]);
}

function testCells({ test, difference, between }: BalanceRow): string[] {
  return [
    test === null ? '' : testNames()[test.test],
    plain(test?.statistic ?? null),
    test === null ? '' : test.degreesOfFreedom.map(String).join(' and '),
    plain(test?.p ?? null),
    plain(difference),
    between === null ? '' : between.join(' - '),
  ];
}

function plain(value: number | null): string {
  return value === null ? '' : String(value);
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
