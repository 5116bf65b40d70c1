/** What the cohort page says of the subjects: who is counted where, and what would weaken the comparison. */
import { subjectFlow, type Flow } from '#app/study/flow.ts';
import { crossTable } from '#app/study/cross-table.ts';
import type { Study } from '#app/study/study.ts';
import { formatNumber } from '../../charts/format.ts';
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
      const range = minimum === null ? '–' : `${formatNumber(minimum)} to ${formatNumber(maximum)}`;
      const name = table.groups[at] ?? '';
      return { name, values: [`${formatNumber(mean)}${spread}`, missing > 0 ? `${range}, ${missing} missing` : range] };
    });
    return { column, heads: ['mean ± SD', 'range'], rows };
  }
  const rows = table.levels.map(({ level, counts }) => ({ name: level, values: counts.map(String) }));
  if (table.missing.some((count) => count > 0)) rows.push({ name: 'missing', values: table.missing.map(String) });
  return { column, heads: null, rows };
}

/** Imported, included, analysed, and at each step who leaves and why. */
export function flowSteps(flow: Flow): FlowStep[] {
  const excluded = flow.excluded.reduce((sum, { subjects }) => sum + subjects.length, 0);
  const leaving = [
    { reason: 'In no group', subjects: flow.inNoGroup.length },
    { reason: 'Without a target', subjects: flow.inNoClass.length },
  ].filter(({ subjects }) => subjects > 0);
  return [
    {
      title: 'Imported',
      subjects: flow.imported,
      leaving: flow.excluded.map(({ reason, subjects }) => ({ reason, subjects: subjects.length })),
    },
    { title: 'Included', subjects: flow.imported - excluded, leaving },
    { title: 'Analysed', subjects: flow.analysed.length, leaving: [] },
  ];
}

/** What would weaken the comparison, in sentences. */
export function cohortWarnings(study: Study, flow: Flow = subjectFlow(study)): string[] {
  const { groups } = study.groups;
  if (groups.length === 0) return [];
  const counts = groupCounts(study, flow);
  const used = counts.filter((count) => count > 0);
  const warnings: string[] = [];
  if (used.length < 2) warnings.push('Spectra are compared between groups: at least two need subjects.');
  groups.forEach((group, at) => {
    const count = counts[at] ?? 0;
    if (count === 0) warnings.push(`${group.name} has no subjects: change its rule or remove it.`);
    else if (count < smallestGroup) {
      const subjects = count === 1 ? 'one subject' : `${count} subjects`;
      warnings.push(`${group.name} has ${subjects}: its spectra will be rough, and a fold may hold none of it.`);
    }
  });
  const ratio = Math.max(...used) / Math.min(...used);
  if (used.length > 1 && ratio >= 4) {
    warnings.push(
      `The largest group has ${formatNumber(ratio, 2)} times the subjects of the smallest: balance the class weights.`,
    );
  }
  if (flow.inNoClass.length > 0) {
    warnings.push(`${flow.inNoClass.length} subjects are in a group but have no target: they are not trained on.`);
  }
  return warnings;
}
