/** Adds the columns of another table to the subjects that its ids name. */
import { basename } from 'node:path';
import { findIdColumn, findVisitColumn, recogniseColumns } from '#app/data/columns.ts';
import { isIntracranialVolume } from '#app/data/freesurfer.ts';
import { groupedBy } from '#app/data/grouped-by.ts';
import { matchIds, surestForm, visitKey, visitOf, type IdForm, type IdMatch } from '#app/data/id-forms.ts';
import type { TableColumn } from '#app/data/table.ts';
import { someOf } from '#app/study/labelling.ts';
import type { Cell, Problem } from '#app/study/study.ts';
import { sentence, type Words } from '#app/text/sentence.ts';
import { annotated, tableProblem, type Cohort, type SourceMatch, type TableSource } from './cohort.ts';
import type { ReadTable } from './table.ts';

/** Two spellings of one volume differ by rounding only. */
const sameVolume = 1e-4;
/** So many rows are named one by one. */
const mostNamed = 3;

export interface JoinRequest {
  /** Whether the columns are always called `table.column`, or only where two have the same name. */
  prefix: 'always' | 'needed';
  /** Whether there are scans to learn from: numbers are facts about the subjects then. */
  scans: boolean;
  /** How far ids may differ; null: as far as is sure. */
  limit: IdForm | null;
}

/** A table that names none of the subjects is left out, with a problem that says so. */
export function joinTable(cohort: Cohort, { table, sidecar }: TableSource, request: JoinRequest): void {
  const id = findIdColumn(table);
  const match = id === null ? null : matchTable(cohort, table, id, request.limit);
  if (match !== null) cohort.matches.push(match);
  const rowOf = id === null || match === null ? [] : rowsOfSubjects(cohort, table, id, match);
  if (id === null || match === null || rowOf.every((row) => row === null)) {
    cohort.problems.push(
      tableProblem(
        table.file,
        'table-not-joined',
        null,
        id === null || match === null
          ? sentence('{file}: no column names the subjects; the table is left out.', { file: table.file })
          : sentence('{file}: none of its ids is a subject of the study; the table is left out.{more}', {
              file: table.file,
              more: unaskedMatches(match),
            }),
      ),
    );
    return;
  }
  cohort.problems.push(...table.problems);
  noteRows(cohort, table, id, match);
  addColumns(cohort, { table, sidecar }, id, rowOf, request);
}

function matchTable({ rows, problems }: Cohort, table: ReadTable, id: TableColumn, limit: IdForm | null): SourceMatch {
  const subjects = [...new Set(rows.map(({ person }) => person))];
  const ids = table.lines.map((line, row) => {
    const text = id.texts[row] ?? '';
    const broken = table.broken[row] ?? null;
    const where = { file: table.file, line, name: id.name };
    const noId = sentence("{file}, line {line}, column '{name}': there is no id; the row is left out.", where);
    if (text === '') problems.push(tableProblem(table.file, 'id-missing', id.name, noId));
    else if (broken !== null)
      problems.push(
        tableProblem(table.file, 'row-too-long', null, sentence('{broken} The row is left out.', { broken })),
      );
    return broken === null ? text : '';
  });
  return {
    source: table.file,
    ids,
    subjects,
    limit: limit ?? surestForm,
    applied: matchIds(ids, subjects, limit ?? surestForm),
    possible: matchIds(ids, subjects, 'number'),
  };
}

/** Of each row of the cohort, the row of the table: that of the same visit where both say of which visit they are. */
function rowsOfSubjects(
  cohort: Cohort,
  table: ReadTable,
  id: TableColumn,
  { applied, subjects }: SourceMatch,
): (number | null)[] {
  const visits = findVisitColumn(table);
  const visitAt = (row: number) => visitKey(visits === null ? visitOf(id.texts[row] ?? '') : (visits.texts[row] ?? ''));
  const matched = [...applied.rows.keys()].filter((row) => typeof applied.rows[row] === 'object');
  const rowsOf = groupedBy(
    matched.sort((a, b) => Number(isRepeated(applied.rows[a])) - Number(isRepeated(applied.rows[b]))),
    (row) => subjects[(applied.rows[row] as IdMatch).subject] ?? '',
  );
  const wanted = new Set(cohort.rows.map(({ visit }) => visitKey(visit)).filter((visit) => visit !== ''));
  const isOfOthers = wanted.size > 0 && matched.every((row) => !wanted.has(visitAt(row)));
  const others = [...new Set(matched.map((row) => visits?.texts[row] ?? '').filter((visit) => visit !== ''))];
  if (isOfOthers && others.length > 0) cohort.problems.push(noSuchVisit(cohort, table, others));
  return cohort.rows.map(({ person, visit }) => {
    const rows = rowsOf.get(person) ?? [];
    const known = rows.filter((row) => visitAt(row) !== '');
    // Of people who were asked once, at a visit without a scan, that once is what is known.
    if (visit === '' || known.length === 0 || (isOfOthers && rows.length === 1)) return rows[0] ?? null;
    return known.find((row) => visitAt(row) === visitKey(visit)) ?? null;
  });
}

function noSuchVisit({ rows }: Cohort, { file }: ReadTable, others: readonly string[]): Problem {
  const visits = [...new Set(rows.map(({ visit }) => visit).filter((visit) => visit !== ''))];
  return tableProblem(
    file,
    'visits-differ',
    null,
    sentence(
      '{file}: its visits ({others}) are not those of the scans ({visits}). Of who has one row, that row is used; of who has several, none.',
      { file, others: someOf(others, 3), visits: someOf(visits, 3) },
    ),
  );
}

function isRepeated(match: SourceMatch['applied']['rows'][number] | undefined): boolean {
  return typeof match === 'object' && match.repeated;
}

function addColumns(
  cohort: Cohort,
  { table, sidecar }: TableSource,
  id: TableColumn,
  rowOf: readonly (number | null)[],
  { prefix, scans }: JoinRequest,
): void {
  const stem = basename(table.file).replace(/\.[^.]+$/, '');
  const recognised = recogniseColumns(table, { id: id.name, file: null, numbersAreFeatures: !scans });
  for (const [index, source] of table.columns.entries()) {
    const column = recognised[index];
    if (source === id || column === undefined) continue;
    const cells = rowOf.map((row) => (row === null ? null : (source.cells[row] ?? null)));
    const twin = cohort.columns.find(({ name }) => name === source.name);
    const isCopy =
      prefix === 'needed' &&
      twin !== undefined &&
      cohort.rows.every(({ values }, row) => values[source.name] === cells[row]);
    if (isCopy || repeatsHeadSize(cohort, source.name, cells)) continue;
    const name = prefix === 'always' || twin !== undefined ? `${stem}.${source.name}` : source.name;
    // The main table says who the subjects are: another table does not name groups, ages or sites again.
    const taken =
      prefix === 'always' || cohort.columns.some(({ meaning }) => meaning !== null && meaning === column.meaning);
    const meaning = taken ? null : column.meaning;
    cohort.columns.push(annotated({ ...column, name, meaning }, sidecar, source.name));
    cohort.rows.forEach((row, at) => (row.values[name] = cells[at] ?? null));
  }
}

/** FreeSurfer writes the volume of the head into each of its tables, under two names. */
function repeatsHeadSize({ columns, rows }: Cohort, name: string, cells: readonly Cell[]): boolean {
  if (!isIntracranialVolume(name)) return false;
  const known = columns.find((column) => isIntracranialVolume(column.name));
  if (known === undefined) return false;
  return rows.every(({ values }, row) => {
    const [here, there] = [values[known.name] ?? null, cells[row] ?? null];
    if (typeof here !== 'number' || typeof there !== 'number') return there === null;
    return Math.abs(here - there) <= sameVolume * Math.abs(here);
  });
}

function noteRows(cohort: Cohort, table: ReadTable, id: TableColumn, match: SourceMatch): void {
  const { ids, subjects, applied } = match;
  const { file } = table;
  const say = (code: string, message: Words, severity?: 'note') =>
    cohort.problems.push(tableProblem(file, code, id.name, message, severity));
  const rows = [...ids.keys()].filter((row) => ids[row] !== '');
  const named = (found: readonly number[], most = 5) =>
    someOf(
      found.map((row) => ids[row] ?? ''),
      most,
    );
  const repeated = cohort.rows.some(({ visit }) => visit !== '')
    ? []
    : rows.filter((row) => isRepeated(applied.rows[row]));
  for (const row of repeated.slice(0, mostNamed)) {
    say(
      'id-twice',
      sentence("{file}, line {line}, column '{name}': the id '{id}' is there a second time; the first row is used.", {
        file,
        line: table.lines[row] ?? 0,
        name: id.name,
        id: ids[row] ?? '',
      }),
    );
  }
  if (repeated.length > mostNamed) {
    say(
      'id-twice',
      sentence('{file}: {more} more rows are of subjects that have one already; the first row of each is used.', {
        file,
        more: repeated.length - mostNamed,
      }),
    );
  }
  const strangers = rows.filter((row) => applied.rows[row] === 'unknown');
  if (strangers.length > 0) {
    say(
      'row-without-subject',
      sentence('{file}: {count} rows belong to no subject of the study and are left out: {named}.{more}', {
        file,
        count: strangers.length,
        named: named(strangers),
        more: unaskedMatches(match),
      }),
    );
  }
  const unsure = rows.filter((row) => applied.rows[row] === 'ambiguous');
  if (unsure.length > 0) {
    say(
      'id-ambiguous',
      sentence(
        '{file}: {count} ids fit several subjects, or several ids one subject: {named}. Write the ids as in the table of subjects.',
        { file, count: unsure.length, named: named(unsure) },
      ),
    );
  }
  const loose = rows.filter((row) => {
    const found = applied.rows[row];
    return typeof found === 'object' && (found.form === 'zeros' || found.form === 'number');
  });
  const [first] = loose;
  if (first !== undefined) {
    const subject = subjects[(applied.rows[first] as IdMatch).subject] ?? '';
    say(
      'ids-matched-by-number',
      sentence(
        '{file}: {count} ids agree with those of subjects by number only ({id} is taken for {subject}). Check that they belong together.',
        { file, count: loose.length, id: ids[first] ?? '', subject },
      ),
      'note',
    );
  }
}

/** What could be matched, and is not unless a person says so. */
function unaskedMatches({ ids, subjects, applied, possible, limit }: SourceMatch): Words {
  const more = possible.rows.flatMap((match, row) =>
    applied.rows[row] === 'unknown' && typeof match === 'object' && match.form === 'number'
      ? [sentence('{id} for {subject}', { id: ids[row] ?? '', subject: subjects[match.subject] ?? '' })]
      : [],
  );
  if (more.length === 0 || limit === 'number') return '';
  return sentence(
    ' {more} would fit by the number alone ({examples}): choose that at import if they belong together.',
    {
      more: more.length,
      examples: more.slice(0, 2),
    },
  );
}
