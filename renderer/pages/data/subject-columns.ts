/** The columns of the subject tables: who, group, what is wrong, the scan, and the values. */
import type { StudyView } from '#app/contract/operations.ts';
import { reasonText } from '#app/study/exclusion.ts';
import type { Column, Subject } from '#app/study/study.ts';
import { capital } from '#app/text/capital.ts';
import { t } from '#app/text/text.ts';
import type { TableColumn } from '../../components/table-column.ts';
import { cellText } from '../../charts/format.ts';
import { groupColour } from '../../theme/groups.ts';
import { seriesSize } from './series-words.ts';
import { levelText, problemOfSubject, problemText, scanName } from './subject-rows.ts';

const roles: Readonly<Record<Column['role'], string>> = {
  id: t('identifier'),
  file: t('scan file'),
  feature: t('feature'),
  covariate: t('covariate'),
  ignored: t('not used'),
};

/** What a column means, as a note beside its name. */
export const meaningWords: Readonly<Record<NonNullable<Column['meaning']>, string>> = {
  age: t('age'),
  sex: t('sex'),
  site: t('site'),
  group: t('group'),
  person: t('person'),
};

/** What stands under a column's title: its meaning where it is known, else its role. */
export function columnNote(column: Column): string {
  return column.meaning === null ? roles[column.role] : meaningWords[column.meaning];
}

/**
 * @param page the cohort page shows groups first and leaves out the features
 * @param isDark chooses the tone of the group colours
 */
export function subjectColumns(view: StudyView, page: 'data' | 'cohort', isDark: boolean): TableColumn[] {
  const { study } = view;
  const at = (row: number): Subject => study.subjects[row] as Subject;
  const problems = problemOfSubject(study.problems);
  const severity = (row: number): TableColumn['tone'] extends ((row: number) => infer T) | undefined ? T : never => {
    const found = problems.get(at(row).id)?.severity;
    return found === 'error' || found === 'warning' ? found : 'soft';
  };
  const subjects = study.subjects.length;
  const idOf = (row: number): string => at(row).id;
  const columns: TableColumn[] = [
    { id: 'subject', title: t('Subject'), ...widthOf(idOf, subjects, 128), frozen: true, text: idOf },
  ];
  if (page === 'cohort') {
    const colours = new Map(study.groups.groups.map((group) => [group.name, groupColour(group.colour, isDark)]));
    const nameOf = (row: number): string => view.groupOf[row] ?? t('no group');
    columns.push({
      id: 'group',
      title: t('Group'),
      ...widthOf(nameOf, subjects, 136),
      text: nameOf,
      swatch: (row) => colours.get(view.groupOf[row] ?? '') ?? null,
      tone: (row) => ((view.groupOf[row] ?? null) === null ? 'soft' : ''),
    });
    if (study.target !== null) {
      columns.push({ id: 'target', title: t('Target'), width: 120, text: (row) => view.targetOf[row] ?? t('none') });
    }
  }
  const anyProblem = problems.size > 0 || study.subjects.some((subject) => subject.excluded !== null);
  const problem: TableColumn = {
    id: 'problem',
    title: page === 'data' ? t('Problem') : t('Excluded or problem'),
    width: 300,
    text: (row) =>
      page === 'cohort' && at(row).excluded !== null
        ? t('Excluded: {reason}', { reason: reasonText(at(row).excluded ?? '', study.problems) })
        : withoutName(problemText(study, at(row), problems.get(at(row).id)), at(row).id),
    tone: severity,
  };
  if (anyProblem && page === 'data') columns.push(problem);
  if (study.kind === 'volumes') {
    columns.push({ id: 'scan', title: t('Scan'), width: 180, least: 140, text: (row) => scanName(at(row)) });
  } else if (study.kind !== 'table') {
    columns.push({
      id: 'scan',
      title: study.kind === 'series' ? t('Series') : t('Matrix'),
      width: 150,
      text: (row) => {
        const { series } = at(row);
        return series === undefined ? '' : seriesSize(study, series);
      },
    });
  }
  for (const column of study.columns) {
    if (column.role === 'id' || (page === 'cohort' && (column.role === 'feature' || column.role === 'file'))) continue;
    columns.push(valueColumn(view, column, at, page === 'data'));
  }
  if (anyProblem && page === 'cohort') columns.push(problem);
  return columns;
}

/** The row says whose problem it is. */
function withoutName(sentence: string, id: string): string {
  if (!sentence.startsWith(`${id}: `)) return sentence;
  return capital(sentence.slice(id.length + 2));
}

const widest = 200;

/**
 * As wide as the texts of the first subjects need: those of thousands are not read for it.
 * @param least pixels that it is never narrower than
 */
function widthOf(
  text: (row: number) => string,
  rows: number,
  least: number,
  most = widest,
): { width: number; least: number } {
  let longest = 0;
  for (let row = 0; row < Math.min(rows, 200); row++) longest = Math.max(longest, text(row).length);
  return { width: Math.max(least, Math.min(most, longest * 7 + 30)), least };
}

/** @param hasMenu the head has room for the button of its menu */
function valueColumn(view: StudyView, column: Column, at: (row: number) => Subject, hasMenu: boolean): TableColumn {
  const isNumber = column.type === 'number';
  const text = (row: number): string => cellText(levelText(view.study, column.name, at(row).values[column.name]));
  const most = column.role === 'file' ? 320 : widest;
  const head = column.name.length * 7.8 + (hasMenu ? 40 : 24);
  const least = Math.min(widest, Math.max(isNumber ? 88 : hasMenu ? 104 : 72, head));
  return {
    id: `column:${column.name}`,
    title: column.name,
    note: columnNote(column),
    ...(isNumber ? { width: least } : widthOf(text, view.study.subjects.length, least, most)),
    align: isNumber ? 'right' : 'left',
    hasMenu,
    text,
    tone: () => (column.role === 'ignored' ? 'soft' : ''),
  };
}
