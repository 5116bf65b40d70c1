/** Examinations of people of whom a table has a row for each visit. */
import { basename } from 'node:path';
import { matchVisits } from '#app/data/dicom/visit-rows.ts';
import { groupedBy } from '#app/data/grouped-by.ts';
import type { ImportChoices } from '#app/data/import-choices.ts';
import { matchFiles } from '#app/data/matching.ts';
import { told } from '#app/study/problem-words.ts';
import { inWriting, sentence, type Words } from '#app/text/sentence.ts';
import { assignScans, type Place } from '../assign-scans.ts';
import type { Cohort, CohortRow } from '../cohort.ts';
import { addTextColumn } from '../main-table.ts';
import type { Examination } from './dicom-scans.ts';

interface Visits extends Place {
  /** By the scan that stands for the subject. */
  examinations: ReadonlyMap<string, readonly Examination[]>;
  /** Whether each examination has a scan, or one of each subject. */
  rows: ImportChoices['rows'];
}

/** Whether rows are visits of the people that the images are of; where images are called as the rows are, they are not. */
export function areVisits(
  { rows }: Cohort,
  { examinations, scans, rows: kept }: Pick<Visits, 'examinations' | 'scans' | 'rows'>,
): boolean {
  const active = rows.filter(({ excluded }) => excluded === null);
  const isSplit = groupedBy(active, ({ person }) => person).size < active.length;
  // Where one scan is taken of each, a row of a person can still say that it is of another day than the scan.
  const mayDiffer = kept === 'one' && [...examinations.values()].some((own) => own.length > 1);
  const saysVisit = isSplit || mayDiffer || active.some(({ visit }) => visit !== '');
  if (examinations.size === 0 || !saysVisit) return false;
  const own = active.filter(({ id, person }) => id !== person).map(({ id }) => id);
  return !matchFiles(own, scans ?? []).some(({ file }) => file !== null);
}

/**
 * As `assignScans`: by the people, then by what tells which of their examinations is of which row.
 *
 * @returns the path of each row's scan (null: none)
 */
export async function assignVisits(cohort: Cohort, place: Visits): Promise<(string | null)[]> {
  const people = [
    ...groupedBy(
      cohort.rows.filter(({ excluded }) => excluded === null),
      ({ person }) => person,
    ),
  ];
  const heads = people.map(([person, [first]]): CohortRow => ({ ...(first as CohortRow), id: person }));
  const standing: Cohort = { ...cohort, rows: [...heads], problems: [] };
  const files = await assignScans(standing, place);
  cohort.columns = standing.columns;
  const firstOf = new Map(people.map(([person, [first]]) => [person, first?.id ?? person]));
  cohort.problems.push(
    ...standing.problems.map((each) => ({ ...each, subject: firstOf.get(each.subject ?? '') ?? each.subject })),
  );
  const fileOf = new Map<CohortRow, string | null>();
  people.forEach(([person, own], at) => {
    const file = files[at] ?? null;
    const excluded = heads[at]?.excluded ?? null;
    for (const row of own) row.excluded ??= excluded;
    const found = file === null ? [] : (place.examinations.get(file) ?? []);
    if (file === null || excluded !== null) return;
    if (found.length === 0) fileOf.set(own[0] as CohortRow, file);
    else giveExaminations(cohort, { person, own, file, found }, place.rows, fileOf);
  });
  if (
    cohort.rows.some(({ visit }) => visit !== '') &&
    !cohort.columns.some(({ name }) => /^(session|visit)/i.test(name))
  )
    addTextColumn(cohort, 'session', null, ({ visit }) => (visit === '' ? null : visit.replace(/^ses-/, '')));
  standing.rows.slice(heads.length).forEach((stranger, at) => {
    cohort.rows.push(stranger);
    fileOf.set(stranger, files[heads.length + at] ?? null);
  });
  return cohort.rows.map((row) => fileOf.get(row) ?? null);
}

interface Person {
  person: string;
  own: readonly CohortRow[];
  file: string;
  found: readonly Examination[];
}

function giveExaminations(
  cohort: Cohort,
  { person, own, file, found }: Person,
  rows: ImportChoices['rows'],
  fileOf: Map<CohortRow, string | null>,
): void {
  const matches = matchVisits(own, found);
  own.forEach((row, at) => {
    const match = matches[at] ?? null;
    const examination = match === null ? undefined : found[match.examination];
    // Of who has one row, the examination whose scan is used may be that of the row.
    if (rows === 'one' && examination === undefined && own.length === 1) return void fileOf.set(row, file);
    if (examination === undefined) return leaveOut(cohort, row, noneOf(row, person, found));
    if (rows === 'one') {
      if (examination.used) fileOf.set(row, file);
      else leaveOut(cohort, row, unused(row));
      return;
    }
    fileOf.set(row, examination.name);
    nameVisit(cohort, row, examination);
  });
  const used = new Set(matches.map((match) => match?.examination));
  if (rows === 'all') found.forEach((examination, at) => !used.has(at) && noteRowless(cohort, person, examination));
}

/** Of a row that was called by its line. */
function nameVisit({ rows, columns }: Cohort, row: CohortRow, { visit }: Examination): void {
  const name = `${row.person}_${visit}`;
  if (row.visit !== '' || visit === '' || rows.some(({ id }) => id === name)) return;
  row.visit = visit;
  row.id = name;
  const id = columns.find(({ role }) => role === 'id');
  if (id !== undefined) row.values[id.name] = name;
}

function leaveOut({ problems }: Cohort, row: CohortRow, message: Words): void {
  row.excluded ??= inWriting(message);
  problems.push({
    ...{ code: 'no-file-for-subject', severity: 'error', file: null, subject: row.id, field: null },
    ...told({ message }),
  });
}

function noneOf({ id }: CohortRow, person: string, found: readonly Examination[]): Words {
  return sentence(
    "{id}: nothing tells which of the {count} examinations of {person} is this row's. Give the day of the examination in a column, or call its folder as the visit.",
    { id, person, count: found.length },
  );
}

function unused({ id }: CohortRow): Words {
  return sentence(
    '{id}: the scan of another examination is used. To use all, take all rows of a person at import (--rows all).',
    { id },
  );
}

function noteRowless({ problems }: Cohort, person: string, { name }: Examination): void {
  problems.push({
    ...{ code: 'scan-not-used', severity: 'note', file: name, subject: null, field: null },
    ...told({
      message: sentence('{file}: no row of the table is of this examination of {person}; it is left out.', {
        file: basename(name),
        person,
      }),
    }),
  });
}
