/** The table whose rows are the subjects: their ids, whose rows they are, and what the columns are for. */
import { settingError } from '#app/contract/errors.ts';
import {
  findFileColumn,
  findIdColumn,
  findPersonColumn,
  findVisitColumn,
  recogniseColumns,
} from '#app/data/columns.ts';
import { groupedBy } from '#app/data/grouped-by.ts';
import { visitOf, withoutVisit } from '#app/data/id-forms.ts';
import type { TableColumn } from '#app/data/table.ts';
import { someOf } from '#app/study/labelling.ts';
import { told } from '#app/study/problem-words.ts';
import type { Cell, Column, Problem } from '#app/study/study.ts';
import { inWriting, sentence, type Words } from '#app/text/sentence.ts';
import { annotated, freeName, tableProblem, type Cohort, type CohortRow, type TableSource } from './cohort.ts';
import type { ReadTable } from './table.ts';

export interface MainRequest {
  main: TableSource;
  idColumn: string | null;
  fileColumn: string | null;
  /** Of rows with the same id: the first one alone, or each as a row of the same person. */
  rows: 'one' | 'all';
  numbersAreFeatures: boolean;
}

/** @throws SpectroscopeError (kind 'setting') when the table lacks a named column */
export function mainCohort({ main, idColumn, fileColumn, rows: kept, numbersAreFeatures }: MainRequest): Cohort {
  const table = main.table;
  const id = idColumn === null ? findIdColumn(table) : requireNamed(table, idColumn, 'id');
  const file = fileColumn === null ? fileColumnOf(table, id) : requireNamed(table, fileColumn, 'file');
  const columns = recogniseColumns(table, { id: id?.name ?? null, file: file?.name ?? null, numbersAreFeatures }).map(
    (column) => annotated(column, main.sidecar),
  );
  const cohort: Cohort = {
    columns,
    rows: [],
    fileColumn: file?.name ?? null,
    problems: [...table.problems],
    matches: [],
  };
  if (id === null) {
    cohort.problems.push(
      tableProblem(
        table.file,
        'no-id-column',
        null,
        sentence(
          '{file}: no column names the subjects; they are called by the line of the table. Name the column of ids at import if there is one.',
          { file: table.file },
        ),
        'note',
      ),
    );
  }
  cohort.rows = table.lines.map((_, row) => plainRow(table, row, id, file));
  if (id === null) {
    leaveOutBroken(cohort, table);
    return cohort;
  }
  nameRows(cohort, table, id, kept);
  markPersons(cohort, table, id);
  return cohort;
}

function fileColumnOf(table: ReadTable, id: TableColumn | null): TableColumn | null {
  const file = findFileColumn(table);
  return file === id ? null : file;
}

function requireNamed(table: ReadTable, name: string, what: 'id' | 'file'): TableColumn {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column !== undefined) return column;
  const columns = someOf(table.columns.map((known) => known.name));
  throw settingError(
    `${what}-column-unknown`,
    what === 'id'
      ? sentence("{file} has no column '{name}' for the ids. Columns are: {columns}.", {
          file: table.file,
          name,
          columns,
        })
      : sentence("{file} has no column '{name}' for the file names. Columns are: {columns}.", {
          file: table.file,
          name,
          columns,
        }),
    { file: table.file, field: name, expected: sentence('a column of the table') },
  );
}

function plainRow(table: ReadTable, row: number, id: TableColumn | null, file: TableColumn | null): CohortRow {
  const values = Object.fromEntries(
    table.columns.map((column) => [
      column.name,
      column === id || column === file ? textOf(column, row) : (column.cells[row] ?? null),
    ]),
  );
  const name = id === null ? `line ${table.lines[row] ?? 0}` : (id.texts[row] ?? '');
  return { id: name, person: name, visit: '', values, file: file?.texts[row] ?? '', excluded: null };
}

function textOf(column: TableColumn, row: number): Cell {
  const text = column.texts[row] ?? '';
  return text === '' ? null : text;
}

/** Of rows that are called by their lines. */
function leaveOutBroken({ rows, problems }: Cohort, table: ReadTable): void {
  rows.forEach((row, at) => {
    const reason = table.broken[at] ?? null;
    if (reason === null) return;
    problems.push(rowProblem(table, row.id, null, 'row-too-long', reason));
    row.excluded = inWriting(reason);
  });
}

function rowProblem(table: ReadTable, subject: string, field: string | null, code: string, reason: Words): Problem {
  return { code, severity: 'error', file: table.file, subject, field, ...told({ message: reason }) };
}

/** Gives each row an id of its own; what has none, is shifted or repeats another is excluded. */
function nameRows({ rows, problems }: Cohort, table: ReadTable, id: TableColumn, kept: 'one' | 'all'): void {
  const visits = findVisitColumn(table);
  const firstLine = new Map<string, number>();
  const taken = new Set<string>();
  const times = new Map<string, number>();
  const summaries = summaryRows(id.texts);
  for (const text of id.texts) times.set(text, (times.get(text) ?? 0) + 1);
  rows.forEach((row, at) => {
    const [line, text] = [table.lines[at] ?? 0, id.texts[at] ?? ''];
    const where = { file: table.file, line, name: id.name };
    const exclude = (name: string, code: string, reason: Words): void => {
      problems.push(rowProblem(table, name, id.name, code, reason));
      row.id = name;
      row.excluded = inWriting(reason);
    };
    const known = firstLine.get(text);
    const broken = table.broken[at] ?? null;
    row.visit = visits === null ? visitOf(text) : visitName(visits, at);
    if (at >= summaries) {
      exclude(
        text === '' ? `line ${line}` : `${text} (line ${line})`,
        'summary-row',
        sentence(
          "{file}, line {line}, column '{name}': '{text}' at the end of the table is no subject but a row of totals, and is left out.",
          { ...where, text },
        ),
      );
      row.person = row.id;
    } else if (text === '') {
      exclude(
        `line ${line}`,
        'id-missing',
        sentence("{file}, line {line}, column '{name}': there is no id. Give the subject one.", where),
      );
      row.person = row.id;
    } else if (kept === 'all' && (times.get(text) ?? 0) > 1) {
      const name = row.visit === '' ? '' : `${text}_${row.visit}`;
      row.id = name === '' || taken.has(name) ? `${text} (line ${line})` : name;
      if (broken !== null) exclude(row.id, 'row-too-long', broken);
    } else if (known !== undefined) {
      exclude(
        `${text} (line ${line})`,
        'id-twice',
        sentence(
          "{file}, line {line}, column '{name}': the id '{id}' is in line {known} already. Keep one row a subject, or import all rows of each person.",
          {
            ...where,
            id: text,
            known,
          },
        ),
      );
    } else if (broken !== null) exclude(text, 'row-too-long', broken);
    taken.add(row.id);
    if (known === undefined) firstLine.set(text, line);
  });
}

/** What spreadsheets are ended with, in the languages that the window speaks: one of `sums` at least, `others` beside it. */
const sums =
  /^(mean|average|median|total|totals|sum|mittelwert|durchschnitt|summe|gesamt|moyenne|médiane|somme|media|promedio|mediana|suma)\b/i;
const others =
  /^(|n|sd|std|s\.d\.|stdev|min|max|minimum|maximum|anzahl|sa|standardabweichung|écart-type|desviación.*)$/i;

/** @returns the first of the rows at the end that sum up the others; the number of rows where there is none */
function summaryRows(ids: readonly string[]): number {
  const isSubject = (text: string): boolean => !sums.test(text) && !others.test(text.replace(/[\s:.]+$/, ''));
  const first = ids.findLastIndex(isSubject) + 1;
  return first > 0 && ids.slice(first).some((text) => sums.test(text)) ? first : ids.length;
}

/** 'ses-1' as it is; '1' in a column called visit as 'visit-1'. */
function visitName(column: TableColumn, row: number): string {
  const text = column.texts[row] ?? '';
  return /^\d/.test(text) ? `${column.name.replace(/[ _.-]?id$/i, '')}-${text}` : text;
}

/** Rows of one person are told apart from rows of several: by a column that names the person, or by visits in the ids. */
function markPersons(cohort: Cohort, table: ReadTable, id: TableColumn): void {
  const named = findPersonColumn(table, id);
  const column = cohort.columns.find(({ name }) => name === named?.name);
  if (named !== null && column !== undefined) {
    cohort.rows.forEach((row, at) => (row.person = named.texts[at] || row.id));
    cohort.columns = cohort.columns.map((each) =>
      each === column ? { ...each, role: 'covariate', meaning: 'person', type: 'text' } : each,
    );
    for (const row of cohort.rows) row.values[column.name] = row.person;
    notePersons(cohort, table.file);
    return;
  }
  for (const row of cohort.rows) if (visitOf(row.person) !== '') row.person = withoutVisit(row.person);
  addPersonColumns(cohort, table.file);
}

/** Columns that say whose row a row is and of which visit, where people have several. */
export function addPersonColumns(cohort: Cohort, file: string | null): void {
  const several = groupedBy(cohort.rows, ({ person }) => person).size < cohort.rows.length;
  if (!several) {
    // Nobody has two rows: the ids say all, whatever is in them of the visit.
    for (const row of cohort.rows) row.person = row.id;
    return;
  }
  addTextColumn(cohort, 'person', 'person', ({ person }) => person);
  const isNew =
    cohort.rows.some(({ visit }) => visit !== '') && !cohort.columns.some(({ name }) => /^(session|visit)/i.test(name));
  if (isNew) addTextColumn(cohort, 'visit', null, ({ visit }) => (visit === '' ? null : visit));
  const id = cohort.columns.find(({ role }) => role === 'id');
  if (id !== undefined) for (const row of cohort.rows) row.values[id.name] = row.id;
  notePersons(cohort, file);
}

export function addTextColumn(
  cohort: Cohort,
  wanted: string,
  meaning: Column['meaning'],
  cellOf: (row: CohortRow) => Cell,
): void {
  const name = freeName(cohort.columns, wanted);
  cohort.columns.push({
    name,
    type: meaning === 'person' ? 'text' : 'category',
    role: 'covariate',
    meaning,
    levels: {},
    description: '',
  });
  for (const row of cohort.rows) row.values[name] = cellOf(row);
}

function notePersons({ rows, problems }: Cohort, file: string | null): void {
  const several = [
    ...groupedBy(
      rows.filter(({ excluded }) => excluded === null),
      ({ person }) => person,
    ).values(),
  ].filter((own) => own.length > 1);
  const [first] = several;
  if (first === undefined) return;
  problems.push({
    code: 'several-rows-of-a-person',
    severity: 'note',
    file,
    subject: null,
    field: 'person',
    ...told({
      message: sentence(
        '{count} people have several rows ({first}). They stay together: no fold trains on one and validates another.',
        {
          count: several.length,
          first: someOf(
            first.map(({ id }) => id),
            3,
          ),
        },
      ),
    }),
  });
}
