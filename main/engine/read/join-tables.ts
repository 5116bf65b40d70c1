/** One cohort from one table or several that share the ids of the subjects. */
import { basename } from 'node:path';
import { inputError, settingError } from '#app/contract/errors.ts';
import { findFileColumn, findIdColumn, recogniseColumns } from '#app/data/columns.ts';
import { isIntracranialVolume } from '#app/data/freesurfer.ts';
import { idKey } from '#app/data/matching.ts';
import { findMissingCode } from '#app/data/missing-codes.ts';
import type { TableColumn } from '#app/data/table.ts';
import { listed } from '#app/study/labelling.ts';
import type { Cell, Column, Problem } from '#app/study/study.ts';
import type { ReadTable, Sidecar } from './table.ts';

/** Two spellings of one volume differ by rounding only. */
const sameVolume = 1e-4;

export interface CohortRow {
  id: string;
  values: Record<string, Cell>;
  excluded: string | null;
  /** What the file column says, '' where there is none or nothing. */
  file: string;
}

export interface Cohort {
  columns: Column[];
  rows: CohortRow[];
  fileColumn: string | null;
  problems: Problem[];
}

export interface TableSource {
  table: ReadTable;
  sidecar: Sidecar | null;
}

export interface CohortRequest {
  /** Its rows are the subjects. */
  main: TableSource;
  /** Their columns are added by id. */
  more: readonly TableSource[];
  idColumn: string | null;
  fileColumn: string | null;
  /** Whether columns of the other tables are always called `table.column`, or only where two have the same name. */
  prefix: 'always' | 'needed';
  /** Whether there are scans to learn from: numbers are facts about the subjects then. */
  scans: boolean;
}

/** @throws SpectroscopeError (kind 'input' or 'setting') when the main table has no ids or lacks a named column */
export function joinTables(request: CohortRequest): Cohort {
  const { main, more, scans } = request;
  const table = main.table;
  const id = request.idColumn === null ? findIdColumn(table) : requireNamed(table, request.idColumn, 'id');
  const file = request.fileColumn === null ? fileColumnOf(table, id) : requireNamed(table, request.fileColumn, 'file');
  const problems = [...table.problems];
  const columns = recogniseColumns(table, {
    id: id?.name ?? null,
    file: file?.name ?? null,
    // What FreeSurfer measured is learned from, whichever of its tables leads.
    numbersAreFeatures: !scans && (more.length === 0 || table.freeSurfer !== null),
  }).map((column) => annotate(column, main.sidecar));
  const rows = subjectRows(table, id, file, problems);
  const cohort: Cohort = { columns, rows, fileColumn: file?.name ?? null, problems };
  for (const source of more) addTable(cohort, source, request);
  noteConstants(cohort, table.file);
  noteMissingCodes(cohort, table.file);
  return cohort;
}

function fileColumnOf(table: ReadTable, id: TableColumn | null): TableColumn | null {
  const file = findFileColumn(table);
  return file === id ? null : file;
}

function requireNamed(table: ReadTable, name: string, what: 'id' | 'file'): TableColumn {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column !== undefined) return column;
  throw settingError(
    `${what}-column-unknown`,
    `${table.file} has no column '${name}' for the ${what === 'id' ? 'ids' : 'file names'}. Columns are: ${listed(table.columns.map((known) => known.name))}.`,
    { file: table.file, field: name, expected: 'a column of the table' },
  );
}

function annotate(column: Column, sidecar: Sidecar | null, name = column.name): Column {
  const notes = sidecar?.notes.get(name);
  return notes === undefined ? column : { ...column, levels: notes.levels, description: notes.description };
}

function subjectRows(
  table: ReadTable,
  id: TableColumn | null,
  file: TableColumn | null,
  problems: Problem[],
): CohortRow[] {
  if (id === null) {
    problems.push(
      warn(
        table.file,
        'no-id-column',
        null,
        `${table.file}: no column names the subjects; they are called by the line of the table. Name the column of ids at import if there is one.`,
        'note',
      ),
    );
  }
  const firstLine = new Map<string, number>();
  return table.lines.map((line, row) => {
    const text = id?.texts[row] ?? '';
    const values = Object.fromEntries(
      table.columns.map((column) => [
        column.name,
        column === id || column === file ? textOf(column, row) : (column.cells[row] ?? null),
      ]),
    );
    const known = firstLine.get(text);
    const subject = { values, file: file?.texts[row] ?? '' };
    const exclude = (name: string, code: string, reason: string): CohortRow => {
      problems.push({
        code,
        severity: 'error',
        file: table.file,
        subject: name,
        field: id?.name ?? null,
        message: reason,
      });
      return { ...subject, id: name, excluded: reason };
    };
    if (id === null) return { ...subject, id: `line ${line}`, excluded: null };
    const where = `${table.file}, line ${line}, column '${id.name}'`;
    if (text === '') return exclude(`line ${line}`, 'id-missing', `${where}: there is no id. Give the subject one.`);
    if (known !== undefined) {
      return exclude(
        `${text} (line ${line})`,
        'id-twice',
        `${where}: the id '${text}' is in line ${known} already. Keep one row a subject.`,
      );
    }
    firstLine.set(text, line);
    const broken = table.broken[row] ?? null;
    return broken === null ? { ...subject, id: text, excluded: null } : exclude(text, 'row-too-long', broken);
  });
}

function textOf(column: TableColumn, row: number): Cell {
  const text = column.texts[row] ?? '';
  return text === '' ? null : text;
}

function addTable(cohort: Cohort, { table, sidecar }: TableSource, { prefix, scans }: CohortRequest): void {
  const stem = basename(table.file).replace(/\.[^.]+$/, '');
  const id = findIdColumn(table);
  const rowOf = id === null ? new Map<string, number>() : rowsById(table, id, cohort.problems);
  const shared = cohort.rows.filter((row) => rowOf.has(idKey(row.id)));
  if (id === null || shared.length === 0) {
    cohort.problems.push(
      warn(
        table.file,
        'table-not-joined',
        null,
        `${table.file}: ${id === null ? 'no column names the subjects' : 'none of its ids is a subject of the study'}; the table is left out.`,
      ),
    );
    return;
  }
  cohort.problems.push(...table.problems);
  noteStrangers(cohort, table, rowOf, id);
  const recognised = recogniseColumns(table, { id: id.name, file: null, numbersAreFeatures: !scans });
  for (const [index, source] of table.columns.entries()) {
    const column = recognised[index];
    if (source === id || column === undefined) continue;
    const cells = cohort.rows.map((row) => {
      const at = rowOf.get(idKey(row.id));
      return at === undefined ? null : (source.cells[at] ?? null);
    });
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
    cohort.columns.push(annotate({ ...column, name, meaning }, sidecar, source.name));
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

function rowsById(table: ReadTable, id: TableColumn, problems: Problem[]): Map<string, number> {
  const rows = new Map<string, number>();
  table.lines.forEach((line, row) => {
    const text = id.texts[row] ?? '';
    const where = `${table.file}, line ${line}, column '${id.name}'`;
    const broken = table.broken[row] ?? null;
    if (text === '')
      problems.push(warn(table.file, 'id-missing', id.name, `${where}: there is no id; the row is left out.`));
    else if (broken !== null) problems.push(warn(table.file, 'row-too-long', null, `${broken} The row is left out.`));
    else if (rows.has(idKey(text))) {
      problems.push(
        warn(
          table.file,
          'id-twice',
          id.name,
          `${where}: the id '${text}' is there a second time; the first row is used.`,
        ),
      );
    } else rows.set(idKey(text), row);
  });
  return rows;
}

function noteStrangers(cohort: Cohort, table: ReadTable, rowOf: ReadonlyMap<string, number>, id: TableColumn): void {
  const known = new Set(cohort.rows.map((row) => idKey(row.id)));
  const strangers = [...rowOf].filter(([key]) => !known.has(key)).map(([, row]) => id.texts[row] ?? '');
  if (strangers.length === 0) return;
  cohort.problems.push(
    warn(
      table.file,
      'row-without-subject',
      id.name,
      `${table.file}: ${strangers.length} ${strangers.length === 1 ? 'row belongs' : 'rows belong'} to no subject of the study and ${strangers.length === 1 ? 'is' : 'are'} left out: ${listed(strangers, 5)}.`,
    ),
  );
}

function noteConstants({ columns, rows, problems }: Cohort, file: string): void {
  const constant = columns.filter(
    ({ name, role, type }) =>
      role === 'ignored' &&
      type === 'number' &&
      new Set(rows.map(({ values }) => values[name] ?? null).filter((cell) => cell !== null)).size < 2,
  );
  if (constant.length === 0) return;
  problems.push(
    warn(
      file,
      'column-constant',
      constant[0]?.name ?? null,
      `${constant.length} ${constant.length === 1 ? 'column has' : 'columns have'} the same value everywhere or none and cannot be learned from: ${listed(
        constant.map(({ name }) => name),
        6,
      )}.`,
      'note',
    ),
  );
}

function noteMissingCodes({ columns, rows, problems }: Cohort, file: string): void {
  for (const { name, type } of columns) {
    const found = type === 'number' ? findMissingCode(rows.map(({ values }) => values[name] ?? null)) : null;
    if (found === null) continue;
    const who = listed(
      found.rows.map((row) => rows[row]?.id ?? ''),
      3,
    );
    problems.push(
      warn(
        file,
        'number-codes-missing',
        name,
        `Column '${name}' holds ${found.code} for ${who}, far from its other values: often a code for missing. Replace it by n/a in the table if it is one.`,
      ),
    );
  }
}

function warn(
  file: string,
  code: string,
  field: string | null,
  message: string,
  severity: Problem['severity'] = 'warning',
): Problem {
  return { code, severity, file, subject: null, field, message };
}

/** @throws SpectroscopeError (kind 'input') always */
export function nothingToImport(what: string): never {
  throw inputError(
    'nothing-to-import',
    `${what}: there is no NIfTI scan and no table (.csv, .tsv, .txt, .xlsx) in it. Choose the folder of a study or a table.`,
    {
      file: what,
      expected: 'NIfTI scans or a table',
    },
  );
}
