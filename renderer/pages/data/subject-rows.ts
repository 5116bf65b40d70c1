/** Which subjects the tables show, and in what order. Rows are indices into `study.subjects`. */
import type { StudyView } from '#app/contract/operations.ts';
import { reasonText } from '#app/study/exclusion.ts';
import { spokenProblem } from '#app/study/problem-words.ts';
import type { Cell, Problem, Study, Subject } from '#app/study/study.ts';
import { t } from '#app/text/text.ts';

export interface RowFilter {
  /** Part of the id, the scan's name or the reason; upper and lower case are the same. */
  text: string;
  show: 'all' | 'problems' | 'excluded' | 'included' | 'no-group';
  /** A group's name, or null for every group. */
  group: string | null;
}

export interface RowOrder {
  /** 'subject', 'scan', 'problem', 'group' or 'column:<name>'. */
  by: string;
  descending: boolean;
}

export const everyRow: RowFilter = { text: '', show: 'all', group: null };

/** The gravest problem of each subject. */
export function problemOfSubject(problems: readonly Problem[]): Map<string, Problem> {
  const found = new Map<string, Problem>();
  for (const problem of problems) {
    if (problem.subject === null) continue;
    const before = found.get(problem.subject);
    if (before === undefined || rank(problem) < rank(before)) found.set(problem.subject, problem);
  }
  return found;
}

function rank(problem: Problem): number {
  return ['error', 'warning', 'note'].indexOf(problem.severity);
}

export function scanName(subject: Subject): string {
  return (subject.scan ?? subject.series)?.path.split('/').at(-1) ?? '';
}

/** The sentence to act on: why the subject is excluded, or what is wrong with it; '' when nothing is. */
export function problemText(
  { problems }: Pick<Study, 'problems'>,
  subject: Subject,
  problem: Problem | undefined,
): string {
  if (problem !== undefined) return spokenProblem(problem).message;
  return subject.excluded === null ? '' : t('Excluded: {reason}', { reason: reasonText(subject.excluded, problems) });
}

/** A value with the name that the study's sidecar gives it: 'female' for 1. */
export function levelText(study: Study, column: string, value: Cell | undefined): Cell {
  if (value === null || value === undefined) return null;
  return study.columns.find((each) => each.name === column)?.levels[String(value)] ?? value;
}

export function shownRows(view: StudyView, filter: RowFilter, order: RowOrder | null): number[] {
  const problems = problemOfSubject(view.study.problems);
  const words = filter.text.trim().toLowerCase();
  const rows: number[] = [];
  view.study.subjects.forEach((subject, row) => {
    const problem = problems.get(subject.id);
    const group = view.groupOf[row] ?? null;
    const kept =
      filter.show === 'all' ||
      (filter.show === 'problems' && problem !== undefined) ||
      (filter.show === 'excluded' && subject.excluded !== null) ||
      (filter.show === 'included' && subject.excluded === null) ||
      (filter.show === 'no-group' && subject.excluded === null && group === null);
    if (!kept || (filter.group !== null && group !== filter.group)) return;
    if (words !== '') {
      const searched =
        `${subject.id}\n${scanName(subject)}\n${problemText(view.study, subject, problem)}`.toLowerCase();
      if (!searched.includes(words)) return;
    }
    rows.push(row);
  });
  return order === null ? rows : sorted(view, rows, order, problems);
}

function sorted(view: StudyView, rows: number[], order: RowOrder, problems: Map<string, Problem>): number[] {
  const keyOf = (row: number): Cell => {
    const subject = view.study.subjects[row] as Subject;
    if (order.by === 'subject') return subject.id;
    if (order.by === 'scan') return scanName(subject);
    if (order.by === 'problem') return problemText(view.study, subject, problems.get(subject.id));
    if (order.by === 'group') return view.groupOf[row] ?? null;
    return subject.values[order.by.replace(/^column:/, '')] ?? null;
  };
  const keys = new Map(rows.map((row) => [row, keyOf(row)]));
  const sign = order.descending ? -1 : 1;
  return rows.sort((a, b) => compare(keys.get(a) ?? null, keys.get(b) ?? null, sign) || a - b);
}

const words = new Intl.Collator('en', { numeric: true });

/** Numbers before texts, and what is missing last whatever the direction. */
function compare(a: Cell, b: Cell, sign: number): number {
  const [noA, noB] = [a === null || a === '', b === null || b === ''];
  if (noA || noB) return Number(noA) - Number(noB);
  if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
  if (typeof a === 'number') return -sign;
  if (typeof b === 'number') return sign;
  return sign * words.compare(a as string, b as string);
}
