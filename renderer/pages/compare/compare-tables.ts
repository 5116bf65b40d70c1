/** The numbers of a comparison as tables, for the page and for files. */
import type { CompareAnswer } from '#app/contract/compare.ts';
import { formatNumber, formatPercent } from '../../charts/format.ts';
import { allName } from '../../charts/words.ts';
import type { NumberTable } from '../../charts/table.ts';
import { layerLabelWord } from '#app/compare/match.ts';
import { metricNames } from '#app/statistics/metric-names.ts';
import { pCell } from '#app/statistics/p-value.ts';
import { capital } from '#app/text/capital.ts';
import { t } from '#app/text/text.ts';
import { metrics } from '../../help/metric-terms.ts';
import type { TermId } from '../../help/terms.ts';

const names = metricNames();

export interface NamedTable {
  title: string;
  /** What the numbers are, under the title. */
  words: string;
  /** What has to be known to read it. */
  terms: readonly TermId[];
  /** As it is shown: texts. The first `textColumns` are words, the others numbers. */
  header: readonly string[];
  rows: readonly (readonly string[])[];
  textColumns: number;
}

type Interval = readonly [number, number] | null;

function withInterval(value: number | null | undefined, interval: Interval): string {
  if (value === null || value === undefined) return '–';
  return interval === null
    ? formatNumber(value)
    : t('{score} ({low} to {high})', {
        score: formatNumber(value),
        low: formatNumber(interval[0]),
        high: formatNumber(interval[1]),
      });
}

function contrast(group: string, versus: string | null): string {
  return versus === null ? (group === 'all' ? allName : group) : `${group} − ${versus}`;
}

export function compareTables(answer: CompareAnswer): NamedTable[] {
  return [metricTable(answer), groupTable(answer), metricDifferenceTable(answer), sessionTable(answer)].filter(
    ({ rows }) => rows.length > 0,
  );
}

function metricTable({ members }: CompareAnswer): NamedTable {
  const measured = [...new Set(members.flatMap(({ metrics }) => Object.keys(metrics)))];
  return {
    title: t('Validation'),
    words: t('Of the validation subjects of all runs, with 95 % intervals (1,000 resamples of the subjects).'),
    terms: metrics.filter((name) => measured.includes(name)),
    header: ['', ...members.map(({ letter }) => letter)],
    textColumns: 1,
    rows: measured.map((name) => [
      names[name] ?? name,
      ...members.map(({ metrics }) => {
        const { value = null, low = null, high = null } = metrics[name] ?? {};
        return withInterval(value, low === null || high === null ? null : [low, high]);
      }),
    ]),
  };
}

function groupTable({ members, pooled, unit }: CompareAnswer): NamedTable {
  const hasReplicates = pooled.some(({ replicates }) => replicates !== null);
  return {
    title: t('How groups differ in each, and over all sessions'),
    words: t(
      '{unit}, mean over the positions that all runs have, with 95 % intervals over runs. Over sessions: random effects (normal, and after Hartung and Knapp); I² is the share of the variation between sessions.',
      { unit: capital(unit) },
    ),
    terms: ['difference', 'over-runs', 'random-effects', 'heterogeneity'],
    header: [
      t('Layer'),
      t('Groups'),
      ...members.map(({ letter }) => letter),
      ...(hasReplicates ? [t('All runs as replicates')] : []),
      t('Random effects'),
      'p',
      'Hartung-Knapp',
      'p',
      'I²',
    ],
    textColumns: 2,
    rows: pooled.map(({ layer, group, versus, each, randomEffects: over, replicates }) => [
      layerLabelWord(layer),
      contrast(group, versus),
      ...each.map((effect) => (effect === null ? '–' : withInterval(effect.effect, effect.interval))),
      ...(hasReplicates ? [withInterval(replicates?.effect, replicates?.interval ?? null)] : []),
      ...(over === null
        ? ['–', '–', '–', '–', '–']
        : [
            withInterval(over.effect, over.interval),
            pCell(over.p),
            t('{low} to {high}', {
              low: formatNumber(over.hartungKnapp[0]),
              high: formatNumber(over.hartungKnapp[1]),
            }),
            pCell(over.hartungKnappP),
            formatPercent(over.i2),
          ]),
    ]),
  };
}

function overWords(method: 'paired' | 'unpaired', [a, b]: readonly [number, number]): string {
  if (a === b) return method === 'paired' ? t('paired, {n} runs', { n: a }) : t('unpaired, {n} runs', { n: a });
  return method === 'paired' ? t('paired, {a} and {b} runs', { a, b }) : t('unpaired, {a} and {b} runs', { a, b });
}

function metricDifferenceTable({ members, metricDifferences }: CompareAnswer): NamedTable {
  return {
    title: t('Metrics, session against session'),
    words: t('Of the validation subjects of each run, with 95 % intervals over runs (Nadeau and Bengio).'),
    terms: ['over-runs', 'false-discovery-rate'],
    header: [t('Metric'), t('Sessions'), t('Over'), t('Difference'), 'p', t('p corrected')],
    textColumns: 3,
    rows: metricDifferences.map(({ metric, members: [i, j], effect, interval, p, pCorrected, method, n }) => [
      names[metric] ?? metric,
      `${members[i]?.letter ?? ''} − ${members[j]?.letter ?? ''}`,
      overWords(method, n),
      withInterval(effect, interval),
      pCell(p),
      pCell(pCorrected),
    ]),
  };
}

function sessionTable({ members, differences, unit }: CompareAnswer): NamedTable {
  return {
    title: t('Spectra, session against session'),
    words: t(
      '{unit}, mean over the positions that all runs have, with 95 % intervals over runs; p corrected over all rows (Benjamini and Hochberg).',
      { unit: capital(unit) },
    ),
    terms: ['over-runs', 'false-discovery-rate'],
    header: [t('Layer'), t('Group'), t('Sessions'), t('Over'), t('Difference'), 'p', t('p corrected')],
    textColumns: 4,
    rows: differences.map(({ layer, group, versus, members: [i, j], effect, interval, p, pCorrected, method, n }) => [
      layerLabelWord(layer),
      contrast(group, versus),
      `${members[i]?.letter ?? ''} − ${members[j]?.letter ?? ''}`,
      overWords(method, n),
      withInterval(effect, interval),
      pCell(p),
      pCell(pCorrected),
    ]),
  };
}

/** Every value that panels of a summary draw: a row for each run, layer, group and position. */
export function valueTable(answer: CompareAnswer, quantity: string, summary: string, scale: string): NumberTable {
  const { members, layers, groups, positions, values, alignment } = answer;
  const sets = [...groups.map(({ name }) => name), 'all'];
  const rows: (string | number)[][] = [];
  let at = 0;
  members.forEach((member, m) => {
    for (const { name: run } of member.runs) {
      for (const position of positions) {
        for (const { label, layers: matched } of layers) {
          const names = [label, matched[m]?.name ?? ''];
          for (const set of sets) {
            const value = values[at++] as number;
            if (Number.isNaN(value)) continue;
            const session = [member.letter, member.title, member.model, run];
            rows.push([...session, ...names, quantity, summary, scale, set, position, value]);
          }
        }
      }
    }
  });
  return {
    header: [
      ...['session', 'title', 'model', 'run', 'layer', 'name of the layer', 'quantity', 'summary', 'scale', 'group'],
      alignment.kind,
      'value',
    ],
    rows,
  };
}
