/** What a report tells of the subjects: counts and covariates, never who they are. */
import type { PreparationSettings } from '#app/run/preparation.ts';
import { balanceColumns, balanceTable, type BalanceRow } from '#app/study/balance.ts';
import { membersOf, targetLabelling } from '#app/study/membership.ts';
import type { Study, Subject } from '#app/study/study.ts';
import type { FlowFacts, GroupFacts, StudyFacts } from './material.ts';

/** The study of a session, and who took part in it. */
export interface TakenPart {
  study: Study;
  /** Samples: a subject whose series was cut into windows is named once for each. */
  subjects: readonly { id: string; group: number; target: number }[];
  classes: readonly string[];
  targetIsGroups: boolean;
  features: readonly string[];
  isClassification: boolean;
}

export function flowFacts({ study, subjects }: TakenPart): FlowFacts {
  const analysed = new Set(subjects.map(({ id }) => id));
  const groupOf = membersOf(study, study.groups);
  const reasons = new Map<string, number>();
  const facts = { inNoGroup: 0, withoutTarget: 0 };
  study.subjects.forEach((subject, row) => {
    if (analysed.has(subject.id)) return;
    if (subject.excluded !== null) {
      const reason = withoutIdentity(subject.excluded, subject);
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    } else if ((groupOf[row] ?? null) === null) facts.inNoGroup += 1;
    else facts.withoutTarget += 1;
  });
  return {
    imported: study.subjects.length,
    excluded: [...reasons]
      .map(([reason, count]) => ({ reason, subjects: count }))
      .sort((a, b) => b.subjects - a.subjects),
    ...facts,
    analysed: analysed.size,
    samples: subjects.length,
  };
}

/**
 * A reason for leaving a subject out, as it can be told: its identifier and its files are taken out of it. Reasons that say
 * the same of several subjects become one.
 */
export function withoutIdentity(reason: string, { id, scan, series }: Subject): string {
  const files = [scan?.path, series?.path].filter((path) => path !== undefined);
  const words = [...files, ...files.map((path) => path.slice(path.lastIndexOf('/') + 1)), id]
    .filter((word) => word !== '')
    .sort((a, b) => b.length - a.length);
  return words.reduce((text, word) => text.replace(wholeWord(word), '[subject]'), reason);
}

function wholeWord(word: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])${word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\p{L}\\p{N}])`, 'giu');
}

export function groupFacts({ study, subjects, classes, targetIsGroups, isClassification }: TakenPart): GroupFacts[] {
  const shown = isClassification && !targetIsGroups ? classes : [];
  return study.groups.groups.map(({ name, colour }, group) => {
    const samples = subjects.filter((subject) => subject.group === group);
    const members = [...new Map(samples.map((subject) => [subject.id, subject])).values()];
    return {
      name,
      colour,
      subjects: members.length,
      classes: shown.map((_, at) => members.filter(({ target }) => target === at).length),
    };
  });
}

/** Covariates of those who took part, by group. */
export function balanceFacts({ study, subjects }: TakenPart): BalanceRow[] {
  const analysed = new Set(subjects.map(({ id }) => id));
  const narrowed: Study = {
    ...study,
    subjects: study.subjects.map((subject) => ({
      ...subject,
      excluded: analysed.has(subject.id) ? null : (subject.excluded ?? 'not analysed'),
    })),
  };
  return balanceTable(narrowed, study.groups, balanceColumns(study, study.groups), { byRank: false, seed: 1 });
}

export function studyFacts(taken: TakenPart, { indicators }: Pick<PreparationSettings, 'indicators'>): StudyFacts {
  const { study, targetIsGroups } = taken;
  const problems = new Map<string, StudyFacts['problems'][number]>();
  for (const { code, severity } of study.problems) {
    const known = problems.get(code);
    if (known === undefined) problems.set(code, { code, severity, count: 1 });
    else known.count += 1;
  }
  const missing = missingCells(taken);
  return {
    name: study.name,
    description: study.description,
    attribution: study.attribution,
    kind: study.kind,
    tables: study.tables.map(({ path, bytes, sha256 }) => ({
      name: path.slice(path.lastIndexOf('/') + 1),
      bytes,
      sha256,
    })),
    hashedFiles: study.subjects.filter(({ scan, series }) => scan !== null || series !== undefined).length,
    groupColumn: study.groups.column,
    targetColumn: targetIsGroups ? study.groups.column : targetLabelling(study).column,
    problems: [...problems.values()],
    // A table with indicators of missing values feeds those beside its features.
    features: study.kind === 'table' && !indicators ? taken.features.length : null,
    missingCells: missing,
  };
}

function missingCells({ study, subjects, features }: TakenPart): StudyFacts['missingCells'] {
  if (study.kind !== 'table' || features.length === 0) return null;
  const analysed = new Set(subjects.map(({ id }) => id));
  const own = new Set(study.columns.map(({ name }) => name));
  const columns = features.filter((name) => own.has(name));
  const rows = study.subjects.filter(({ id }) => analysed.has(id));
  const missing = rows.reduce(
    (sum, { values }) => sum + columns.filter((name) => typeof values[name] !== 'number').length,
    0,
  );
  return { missing, cells: rows.length * columns.length };
}
