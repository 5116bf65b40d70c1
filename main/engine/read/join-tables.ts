/** Adds the columns of another table to the subjects that its ids name. */
import { basename } from 'node:path';
import { findIdColumn, findVisitColumn, recogniseColumns } from '#app/data/columns.ts';
import { isIntracranialVolume } from '#app/data/freesurfer.ts';
import { groupedBy } from '#app/data/grouped-by.ts';
import { matchIds, surestForm, visitKey, visitOf, type IdForm, type IdMatch } from '#app/data/id-forms.ts';
import type { TableColumn } from '#app/data/table.ts';
import { listed } from '#app/study/labelling.ts';
import type { Cell } from '#app/study/study.ts';
import { t } from '#app/text/text.ts';
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
        `${table.file}: ${id === null ? 'no column names the subjects' : 'none of its ids is a subject of the study'}; the table is left out.${match === null ? '' : unaskedMatches(match)}`,
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
    const where = t("{file}, line {line}, column '{name}'", { file: table.file, line, name: id.name });
    if (text === '')
      problems.push(tableProblem(table.file, 'id-missing', id.name, `${where}: there is no id; the row is left out.`));
    else if (broken !== null)
      problems.push(tableProblem(table.file, 'row-too-long', null, `${broken} The row is left out.`));
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
  return cohort.rows.map(({ person, visit }) => {
    const rows = rowsOf.get(person) ?? [];
    const known = rows.filter((row) => visitAt(row) !== '');
    if (visit === '' || known.length === 0) return rows[0] ?? null;
    return known.find((row) => visitAt(row) === visitKey(visit)) ?? null;
  });
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
  const say = (code: string, message: string, severity?: 'note') =>
    cohort.problems.push(tableProblem(table.file, code, id.name, `${table.file}: ${message}`, severity));
  const rows = [...ids.keys()].filter((row) => ids[row] !== '');
  const named = (found: readonly number[], most = 5) =>
    listed(
      found.map((row) => ids[row] ?? ''),
      most,
    );
  const repeated = cohort.rows.some(({ visit }) => visit !== '')
    ? []
    : rows.filter((row) => isRepeated(applied.rows[row]));
  for (const row of repeated.slice(0, mostNamed)) {
    const where = t("{file}, line {lines}, column '{name}'", {
      file: table.file,
      lines: table.lines[row] ?? 0,
      name: id.name,
    });
    cohort.problems.push(
      tableProblem(
        table.file,
        'id-twice',
        id.name,
        `${where}: the id '${ids[row] ?? ''}' is there a second time; the first row is used.`,
      ),
    );
  }
  if (repeated.length > mostNamed) {
    say(
      'id-twice',
      `${repeated.length - mostNamed} more rows are of subjects that have one already; the first row of each is used.`,
    );
  }
  const strangers = rows.filter((row) => applied.rows[row] === 'unknown');
  if (strangers.length > 0) {
    say(
      'row-without-subject',
      `${strangers.length} ${strangers.length === 1 ? 'row belongs' : 'rows belong'} to no subject of the study and ${strangers.length === 1 ? 'is' : 'are'} left out: ${named(strangers)}.${unaskedMatches(match)}`,
    );
  }
  const unsure = rows.filter((row) => applied.rows[row] === 'ambiguous');
  if (unsure.length > 0) {
    say(
      'id-ambiguous',
      `${unsure.length} ${unsure.length === 1 ? 'id fits' : 'ids fit'} several subjects, or several ids one subject: ${named(unsure)}. Write the ids as in the table of subjects.`,
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
      `${loose.length} ${loose.length === 1 ? 'id agrees' : 'ids agree'} with those of subjects by number only (${ids[first] ?? ''} is taken for ${subject}). Check that they belong together.`,
      'note',
    );
  }
}

/** What could be matched, and is not unless a person says so. */
function unaskedMatches({ ids, subjects, applied, possible, limit }: SourceMatch): string {
  const more = possible.rows.flatMap((match, row) =>
    applied.rows[row] === 'unknown' && typeof match === 'object' && match.form === 'number'
      ? [`${ids[row] ?? ''} for ${subjects[match.subject] ?? ''}`]
      : [],
  );
  if (more.length === 0 || limit === 'number') return '';
  return t(' {more} would fit by the number alone ({examples}): choose that at import if they belong together.', {
    more: more.length,
    examples: listed(more, 2),
  });
}
