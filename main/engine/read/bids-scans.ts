/** Gives the subjects of a BIDS tree the scans that were chosen: one each, or each scan as a row of the same person. */
import { chooseBids, parseBids, tagOf, varying, type BidsFile, type ChosenBids } from '#app/data/bids.ts';
import { groupedBy } from '#app/data/grouped-by.ts';
import { matchIds, surestForm } from '#app/data/id-forms.ts';
import { matchLimit, type ImportChoices } from '#app/data/import-choices.ts';
import { someOf } from '#app/study/labelling.ts';
import { told } from '#app/study/problem-words.ts';
import type { Problem } from '#app/study/study.ts';
import { inWriting, sentence, type Words } from '#app/text/sentence.ts';
import type { Cohort, CohortRow } from './cohort.ts';
import { addPersonColumns, addTextColumn } from './main-table.ts';

/** What an entity is called as a column. */
const columnNames: Readonly<Record<string, string>> = {
  ses: 'session',
  acq: 'acquisition',
  rec: 'reconstruction',
  dir: 'direction',
  run: 'run',
};
/** So many scans that are not used are named one by one. */
const mostNamed = 20;

/** @returns null where the paths are not those of a BIDS tree */
export function bidsScans(paths: readonly string[], { scans, rows }: ImportChoices): ChosenBids | null {
  const files = paths.map(parseBids);
  const known = files.filter((file) => file !== null);
  return known.length === 0 ? null : chooseBids(known, scans, rows === 'all');
}

/**
 * Excludes who has no such scan, and adds a row, excluded, for each subject of the tree that the table lacks.
 * @returns the path of each row's scan (null: none)
 */
export function assignBids(cohort: Cohort, chosen: ChosenBids, choices: ImportChoices): (string | null)[] {
  const scansOf = groupedBy(chosen.scans, ({ subject }) => subject);
  const subjects = [...new Set([...chosen.scans, ...chosen.left].map(({ subject }) => subject))];
  const people = [...new Set(cohort.rows.map(({ person }) => person))];
  const limit = matchLimit(choices, 'scans') ?? surestForm;
  const applied = matchIds(people, subjects, limit);
  cohort.matches.push({
    source: 'scans',
    ids: people,
    subjects,
    applied,
    possible: matchIds(people, subjects, 'number'),
    limit,
  });
  const folderOf = new Map(
    people.flatMap((person, at) => {
      const found = applied.rows[at];
      return typeof found === 'object' && !found.repeated ? [[person, subjects[found.subject] ?? '']] : [];
    }),
  );
  noteLoose(
    cohort,
    folderOf,
    applied.rows.map((row) => typeof row === 'object' && (row.form === 'zeros' || row.form === 'number')),
    people,
  );
  const files: (string | null)[] = [];
  const rows: CohortRow[] = [];
  const by = choices.rows === 'all' ? varying(chosen.scans) : [];
  for (const row of cohort.rows) {
    const folder = folderOf.get(row.person);
    const own = scansOf.get(folder ?? '') ?? [];
    const ofVisit = row.visit === '' ? own : own.filter(({ entities }) => sameVisit(entities['ses'], row.visit));
    if (ofVisit.length === 0) exclude(cohort, row, folder, chosen);
    const taken: (BidsFile | null)[] =
      ofVisit.length === 0 ? [null] : choices.rows === 'all' ? ofVisit : ofVisit.slice(0, 1);
    for (const scan of taken) {
      // What other tables know of a subject is then that of the scan's session.
      if (scan !== null && row.visit === '' && by.length === 0) row.visit = visitOfScan(scan);
      rows.push(scan === null || by.length === 0 || row.visit !== '' ? row : rowOfScan(row, scan, by));
      files.push(scan?.path ?? null);
    }
  }
  cohort.rows = rows;
  if (by.length > 0) addScanColumns(cohort, files, by);
  addStrangers(cohort, chosen, new Set(folderOf.values()), files);
  noteLeft(cohort.problems, chosen, new Set(folderOf.values()));
  return files;
}

function sameVisit(session: string | undefined, visit: string): boolean {
  return session !== undefined && visit.replace(/^\D*0*/, '') === session.replace(/^\D*0*/, '');
}

function rowOfScan(row: CohortRow, scan: BidsFile, by: readonly string[]): CohortRow {
  const tag = tagOf(scan, by);
  return { ...row, id: tag === '' ? row.id : `${row.id}_${tag}`, visit: visitOfScan(scan), values: { ...row.values } };
}

function visitOfScan({ entities }: BidsFile): string {
  const session = entities['ses'];
  return session === undefined ? '' : `ses-${session}`;
}

/** Session and run become columns, and the person one, so that folds keep the scans of a person together. */
function addScanColumns(cohort: Cohort, files: readonly (string | null)[], by: readonly string[]): void {
  const entities = new Map(
    cohort.rows.map((row, at) => {
      const file = files[at] ?? null;
      return [row, file === null ? {} : (parseBids(file)?.entities ?? {})];
    }),
  );
  for (const entity of by) {
    addTextColumn(cohort, columnNames[entity] ?? entity, null, (row) => entities.get(row)?.[entity] ?? null);
  }
  if (!cohort.columns.some(({ meaning }) => meaning === 'person')) addPersonColumns(cohort, null);
}

function exclude(cohort: Cohort, row: CohortRow, folder: string | undefined, { facets, left }: ChosenBids): void {
  if (row.excluded !== null) return;
  const others = [...new Set(left.filter(({ subject }) => subject === folder).map(({ suffix }) => suffix))];
  const suffix = facets[0]?.chosen ?? '';
  const reason =
    others.length === 0
      ? sentence('{id}: no file has this id in its path. Correct the id or name the file in a column of the table.', {
          id: row.id,
        })
      : sentence(
          '{id}: there is no {suffix} file as it was chosen (but {others}). Choose others at import, or leave the subject out.',
          { id: row.id, suffix, others: someOf(others, 4) },
        );
  row.excluded = inWriting(reason);
  cohort.problems.push(problem('no-file-for-subject', 'error', null, row.id, reason));
}

function noteLoose(
  { problems }: Cohort,
  folderOf: ReadonlyMap<string, string>,
  loose: readonly boolean[],
  people: readonly string[],
): void {
  people.forEach((person, at) => {
    const folder = folderOf.get(person);
    if (loose[at] !== true || folder === undefined) return;
    problems.push(
      problem(
        'file-matched-by-number',
        'note',
        null,
        person,
        sentence('{person}: matched with {folder} by its number alone. Check that they belong together.', {
          person,
          folder,
        }),
      ),
    );
  });
}

function addStrangers(
  cohort: Cohort,
  { scans }: ChosenBids,
  known: ReadonlySet<string>,
  files: (string | null)[],
): void {
  for (const [subject, own] of groupedBy(scans, (scan) => scan.subject)) {
    const file = own[0]?.path;
    if (known.has(subject) || file === undefined) continue;
    const id = cohort.rows.some((row) => row.id === subject) ? file : subject;
    const reason = sentence('{file}: no row of the table belongs to this file. Add a row for it, or correct the id.', {
      file,
    });
    cohort.rows.push({
      id,
      person: id,
      visit: '',
      file,
      excluded: inWriting(reason),
      values: Object.fromEntries(
        cohort.columns.map(({ name, role, meaning }) => [name, role === 'id' || meaning === 'person' ? id : null]),
      ),
    });
    files.push(file);
    cohort.problems.push(problem('no-row-for-file', 'warning', file, id, reason));
  }
}

function noteLeft(problems: Problem[], { left }: ChosenBids, known: ReadonlySet<string>): void {
  const unused = left.filter(({ subject }) => known.has(subject));
  for (const { path, subject } of unused.slice(0, mostNamed)) {
    problems.push(
      problem(
        'scan-not-used',
        'note',
        path,
        subject,
        sentence('{path}: another file of {subject} is used; this one is left out.', { path, subject }),
      ),
    );
  }
  if (unused.length <= mostNamed) return;
  const more = unused.length - mostNamed;
  problems.push(
    problem(
      'scan-not-used',
      'note',
      null,
      null,
      sentence('{more} more files are left out, since another of their subject is used.', { more }),
    ),
  );
}

function problem(
  code: string,
  severity: Problem['severity'],
  file: string | null,
  subject: string | null,
  message: Words,
): Problem {
  return { code, severity, file, subject, field: null, ...told({ message }) };
}
