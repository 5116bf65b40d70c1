/** What the cohort page says of the subjects: who is counted where, and what would weaken the comparison. */
import { subjectFlow, type Flow } from '#app/study/flow.ts';
import { crossTable } from '#app/study/cross-table.ts';
import { reasonText } from '#app/study/exclusion.ts';
import type { Problem, Study } from '#app/study/study.ts';
import { t } from '#app/text/text.ts';
import { formatCount, formatNumber } from '../../charts/format.ts';
import { smallestGroup } from '../../state/progress.ts';

export interface CountTable {
  column: string;
  /** What stands over the columns: null for the groups, whose counts they are. */
  heads: string[] | null;
  /** Levels with a count per group; for numbers, groups with their mean and range. */
  rows: { name: string; values: string[] }[];
}

export interface FlowStep {
  title: string;
  subjects: number;
  /** Those who leave here, with the reason. */
  leaving: { reason: string; subjects: number }[];
}

/** Subjects of each group that are analysed, in group order. */
export function groupCounts(study: Study, flow: Flow): number[] {
  return study.groups.groups.map((_, at) => flow.analysed.filter((subject) => subject.group === at).length);
}

/** Group by the columns that mean sex, site and age, where the study has them. */
export function countTables(study: Study): CountTable[] {
  return (['sex', 'site', 'age'] as const).flatMap((meaning) => {
    const column = study.columns.find((each) => each.meaning === meaning);
    return column === undefined ? [] : [countTable(study, column.name)];
  });
}

function countTable(study: Study, column: string): CountTable {
  const table = crossTable(study, study.groups, column);
  if (table.kind === 'number') {
    const rows = table.summaries.map(({ mean, standardDeviation, minimum, maximum, missing }, at) => {
      const spread = standardDeviation === null ? '' : ` ± ${formatNumber(standardDeviation)}`;
      const range =
        minimum === null
          ? '–'
          : t('{minimum} to {maximum}', { minimum: formatNumber(minimum), maximum: formatNumber(maximum) });
      const name = table.groups[at] ?? '';
      const whole = missing > 0 ? t('{range}, {n} missing', { range, n: formatCount(missing) }) : range;
      return { name, values: [`${formatNumber(mean)}${spread}`, whole] };
    });
    return { column, heads: [t('mean ± SD'), t('range')], rows };
  }
  const rows = table.levels.map(({ level, counts }) => ({ name: level, values: counts.map(String) }));
  if (table.missing.some((count) => count > 0)) rows.push({ name: t('missing'), values: table.missing.map(String) });
  return { column, heads: null, rows };
}

/** Imported, included, analysed, and at each step who leaves and why. */
export function flowSteps(flow: Flow, problems: readonly Problem[]): FlowStep[] {
  const excluded = flow.excluded.reduce((sum, { subjects }) => sum + subjects.length, 0);
  const leaving = [
    { reason: t('In no group'), subjects: flow.inNoGroup.length },
    { reason: t('Without a target'), subjects: flow.inNoClass.length },
  ].filter(({ subjects }) => subjects > 0);
  return [
    {
      title: t('Imported'),
      subjects: flow.imported,
      leaving: flow.excluded.map(({ reason, subjects }) => ({
        reason: reasonText(reason, problems),
        subjects: subjects.length,
      })),
    },
    { title: t('Included'), subjects: flow.imported - excluded, leaving },
    { title: t('Analysed'), subjects: flow.analysed.length, leaving: [] },
  ];
}

/** What would weaken the comparison, in sentences. */
export function cohortWarnings(study: Study, flow: Flow = subjectFlow(study)): string[] {
  const { groups } = study.groups;
  if (groups.length === 0) return [];
  const counts = groupCounts(study, flow);
  const used = counts.filter((count) => count > 0);
  const warnings: string[] = [];
  if (used.length < 2) warnings.push(t('Spectra are compared between groups: at least two need subjects.'));
  groups.forEach((group, at) => {
    const count = counts[at] ?? 0;
    if (count === 0) warnings.push(t('{group} has no subjects: change its rule or remove it.', { group: group.name }));
    else if (count < smallestGroup) {
      warnings.push(
        t('{group} has {count} subjects: its spectra will be rough, and a fold may hold none of it.', {
          group: group.name,
          count,
        }),
      );
    }
  });
  const ratio = Math.max(...used) / Math.min(...used);
  if (used.length > 1 && ratio >= 4) {
    warnings.push(
      t('The largest group has {times} times the subjects of the smallest: balance the class weights.', {
        times: formatNumber(ratio, 2),
      }),
    );
  }
  if (flow.inNoClass.length > 0) {
    warnings.push(
      t('{count} subjects are in a group but have no target: they are not trained on.', {
        count: flow.inNoClass.length,
      }),
    );
  }
  return warnings;
}
