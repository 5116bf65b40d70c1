/** Which row of a person is of which examination, where a table has a row for each visit. */
import { visitKey } from '#app/data/id-forms.ts';
import { idKey } from '#app/data/matching.ts';
import type { Cell } from '#app/study/study.ts';

export interface ExaminationFacts {
  /** 'YYYYMMDD', then the time of day; '' where the images do not say. */
  time: string;
  /** Names of the folders that its images lie in. */
  folders: readonly string[];
}

export interface VisitRow {
  /** What the row calls its visit, '' where it does not say. */
  visit: string;
  values: Readonly<Record<string, Cell>>;
}

/** `how`: what they share, or that there are as many of the one as of the other. */
export interface VisitMatch {
  examination: number;
  how: 'date' | 'folder' | 'order';
}

/**
 * A date of the row that is the examination's decides, then a folder that is called as the visit. Where neither tells of any
 * row, and the examinations have dates, they are taken in their order, as far as none can be lacking. Nothing else is guessed.
 *
 * @param rows of one person, in the order of the table
 * @param examinations of that person, the earliest first
 */
export function matchVisits(
  rows: readonly VisitRow[],
  examinations: readonly ExaminationFacts[],
): (VisitMatch | null)[] {
  const matches: (VisitMatch | null)[] = rows.map(() => null);
  const take = (how: VisitMatch['how'], fits: (row: VisitRow, examination: ExaminationFacts) => boolean): void => {
    const [left, free] = leftOf(matches, examinations.length);
    const pairs = left.flatMap((row) =>
      free
        .filter((at) => fits(rows[row] as VisitRow, examinations[at] as ExaminationFacts))
        .map((examination) => ({ row, examination })),
    );
    for (const { row, examination } of pairs) {
      const rivals = pairs.filter((pair) => pair.row === row || pair.examination === examination);
      if (rivals.length === 1) matches[row] = { examination, how };
    }
  };
  const dates = new Map(rows.map((row) => [row, datesOf(row)]));
  take('date', (row, { time }) => time !== '' && dates.get(row)?.has(time.slice(0, 8)) === true);
  take('folder', ({ visit }, { folders }) => visit !== '' && folders.some((name) => isCalled(name, visit)));
  if (matches.some((match) => match !== null)) return matches;
  return inOrder(rows, examinations).map((examination) =>
    examination === null ? null : { examination, how: 'order' },
  );
}

/** 'ses-02' is called as visit '2'; 't1' as 'T1' alone, since it is more often a weighting. */
function isCalled(folder: string, visit: string): boolean {
  const mayBeOther = /^[vt][-_ ]?\d/i.test(folder);
  return idKey(folder) === idKey(visit) || (!mayBeOther && visitKey(folder) === visitKey(visit));
}

/** As many rows as examinations are in their order; visits that are counted are those examinations, where none is lacking. */
function inOrder(rows: readonly VisitRow[], examinations: readonly ExaminationFacts[]): (number | null)[] {
  const none = rows.map(() => null);
  if (examinations.length > 1 && examinations.some(({ time }) => time === '')) return none;
  const numbers = rows.map(({ visit }) => visitNumber(visit));
  const counted = new Set(numbers).size === rows.length && !numbers.includes(null);
  if (rows.length === examinations.length) {
    const order = [...rows.keys()].sort((a, b) => (counted ? (numbers[a] ?? 0) - (numbers[b] ?? 0) : a - b));
    return rows.map((_, row) => order.indexOf(row));
  }
  const isWhole = counted && numbers.every((number) => number !== null && number >= 1 && number <= examinations.length);
  return isWhole ? numbers.map((number) => (number ?? 0) - 1) : none;
}

function leftOf(matches: readonly (VisitMatch | null)[], examinations: number): [number[], number[]] {
  const taken = new Set(matches.map((match) => match?.examination));
  return [
    [...matches.keys()].filter((row) => matches[row] === null),
    Array.from({ length: examinations }, (_, at) => at).filter((at) => !taken.has(at)),
  ];
}

/** 2 of 'ses-02'; null where the visit is not counted. */
function visitNumber(visit: string): number | null {
  const key = visitKey(visit);
  return /^\d+$/.test(key) ? Number(key) : null;
}

/** Dates in the cells as 'YYYYMMDD': of '3/4/2020' both that it may be. */
function datesOf({ values }: VisitRow): Set<string> {
  return new Set(
    Object.values(values).flatMap((cell) => {
      const text = cell === null ? '' : String(cell).trim();
      const iso = /^(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:[T ].*)?$/.exec(text);
      if (iso !== null) return [`${iso[1]}${iso[2]}${iso[3]}`];
      const local = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})$/.exec(text);
      if (local === null) return [];
      const [, first = '', , second = '', year = ''] = local;
      const [a, b] = [first.padStart(2, '0'), second.padStart(2, '0')];
      return [`${year}${b}${a}`, `${year}${a}${b}`];
    }),
  );
}
