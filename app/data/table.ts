/** A table as typed columns: what the cells of a delimited text mean, and what is wrong with them. */
import { inputError } from '#app/contract/errors.ts';
import { someOf } from '#app/study/labelling.ts';
import { told } from '#app/study/problem-words.ts';
import type { Cell, Column, Problem } from '#app/study/study.ts';
import { sentence, type Sentence } from '#app/text/sentence.ts';
import { freeSurferHeader, subjectsInRows, type FreeSurferTable } from './freesurfer.ts';
import { decimalMarkOf, isCode, isMissing, parseNumber, parseTruth, type DecimalMark } from './cell.ts';

/** A row as it was cut, with the line of the file on which it ends (1-based). */
export interface TextRow {
  line: number;
  fields: string[];
}

export interface TableColumn {
  name: string;
  type: Column['type'];
  /** One per row, null: missing. */
  cells: Cell[];
  /** The cells as they were written, trimmed; '' where missing. Ids are taken from here: '007' stays '007'. */
  texts: string[];
}

export interface Table {
  /** Name of the file, for messages. */
  file: string;
  columns: TableColumn[];
  /** Line of the file of each row. */
  lines: number[];
  /** Why a row cannot be used (shifted fields), null for a sound one. */
  broken: (Sentence | null)[];
  problems: Problem[];
  /** Which of FreeSurfer's tables it is, null: none. */
  freeSurfer: FreeSurferTable | null;
}

/** Above this fraction of numbers a column is one of numbers, and its other cells are mistakes. */
const mostlyNumbers = 0.9;
/** So many rows at most stand above a header. */
const mostTitleRows = 10;
/** More different texts than this are not categories. */
const mostCategories = 40;

/**
 * @param written rows as cut, header first; rows without anything in them are left out before
 * @param delimiter what parted the fields; with semicolons '1,234' is a decimal comma where no cell decides
 * @throws SpectroscopeError (kind 'input') when there is no header or no row
 */
export function tableFromRows(file: string, written: readonly TextRow[], delimiter: string): Table {
  const [first, second] = written;
  const freeSurfer = freeSurferHeader(first?.fields[0] ?? '', [first?.fields[1] ?? '', second?.fields[0] ?? '']);
  const [header, ...body] = subjectsInRows(written);
  if (header === undefined) {
    throw inputError(
      'table-empty',
      sentence('{file}: the table is empty. Save it again with a header line and one row a subject.', { file }),
      {
        file,
        expected: sentence('a header line and rows'),
      },
    );
  }
  if (body.length === 0) {
    throw inputError(
      'table-no-rows',
      sentence('{file}: the table has a header line but no rows. Add one row a subject.', { file }),
      {
        file,
        expected: sentence('at least one row'),
      },
    );
  }
  const problems: Problem[] = [];
  const names = columnNames(file, header, body, delimiter, problems);
  noteNumbersAsNames(file, header, problems);
  const width = names.length;
  const broken = body.map((row) => checkWidth(file, row, width, problems));
  if (body.length > 1 && broken.every((reason) => reason !== null)) {
    const found = body[0]?.fields.length ?? 0;
    throw inputError(
      'header-too-short',
      sentence(
        '{file}: its first line, line {line}, names {width} columns, and no row has so few ({found} fields in line {row}). Put one line with a name for each column above the rows.',
        { file, line: header.line, width, found, row: body[0]?.line ?? 0 },
      ),
      { file, field: `line ${header.line}`, found: `${width} names`, expected: `${found} names` },
    );
  }
  const texts = names.map((_, column) => body.map(({ fields }) => cellText(fields[column] ?? '')));
  const fallback = tableMark(texts, delimiter === ';');
  const columns = names.map((name, index) => typeColumn(file, name, texts[index] ?? [], body, fallback, problems));
  return {
    file,
    columns: columns.filter(
      ({ name, texts: cells }) => !/^column \d+$/.test(name) || cells.some((text) => text !== ''),
    ),
    lines: body.map(({ line }) => line),
    broken,
    problems,
    freeSurfer,
  };
}

function cellText(field: string): string {
  return isMissing(field) ? '' : field.trim();
}

function problem(file: string, code: string, field: string | null, message: Sentence): Problem {
  return { code, severity: 'warning', file, subject: null, field, ...told({ message }) };
}

function columnNames(
  file: string,
  header: TextRow,
  body: readonly TextRow[],
  delimiter: string,
  problems: Problem[],
): string[] {
  const names = header.fields.map((name) => name.trim());
  // Some programs end every line with a delimiter, others (R) leave out the name of the column of row names.
  while (
    names.length > 1 &&
    names.at(-1) === '' &&
    body.every(({ fields }) => (fields[names.length - 1] ?? '').trim() === '')
  ) {
    names.pop();
  }
  // With commas a surplus field is rather a decimal comma without quotes.
  if (
    delimiter !== ',' &&
    body.every(({ fields }) => fields.length === names.length + 1 && fields.at(-1)?.trim() !== '')
  ) {
    names.unshift('');
  }
  const taken = new Set(names.filter((name, index) => name !== '' && names.indexOf(name) === index));
  return names.map((name, index) => {
    if (name !== '' && names.indexOf(name) === index) return name;
    const wanted = name === '' ? `column ${index + 1}` : name;
    let unique = wanted;
    for (let times = 2; taken.has(unique); times++) unique = `${wanted} (${times})`;
    taken.add(unique);
    if (name === '') return unique;
    problems.push(
      problem(
        file,
        'column-name-twice',
        name,
        sentence(
          "{file}, line {line}, column {column}: the name '{name}' is used a second time; the column is called '{unique}' here. Give columns different names.",
          { file, line: header.line, column: index + 1, name, unique },
        ),
      ),
    );
    return unique;
  });
}

/** Numbers in a header, but for those that count up, are rather the first row of a table without a header. */
function noteNumbersAsNames(file: string, header: TextRow, problems: Problem[]): void {
  const names = header.fields.map((name) => name.trim());
  const numbers = names.filter((name) => parseNumber(name, 'point') !== null);
  if (numbers.length < 2 || numbers.every((name, at) => Number(name) === Number(numbers[0]) + at)) return;
  problems.push(
    problem(
      file,
      'header-of-numbers',
      null,
      sentence(
        "{file}, line {line}: names of columns are numbers ({names}). If that line is the first row of the data, put a line with the columns' names above it.",
        { file, line: header.line, names: someOf(numbers, 3) },
      ),
    ),
  );
}

function checkWidth(file: string, row: TextRow, width: number, problems: Problem[]): Sentence | null {
  while (row.fields.length > width && row.fields.at(-1)?.trim() === '') row.fields.pop();
  const found = row.fields.length;
  if (found === width) return null;
  const where = { file, line: row.line, found, width };
  if (found < width) {
    problems.push(
      problem(
        file,
        'row-too-short',
        null,
        sentence(
          '{file}, line {line}: {found} fields where the header names {width}; the rest counts as missing from column {column} on. Check the row.',
          { ...where, column: found + 1 },
        ),
      ),
    );
    return null;
  }
  return sentence(
    '{file}, line {line}: {found} fields where the header names {width}, the surplus from column {column} on. Put text that holds the delimiter in quotes.',
    { ...where, column: width + 1 },
  );
}

/** The mark that columns show which can only be read one way. */
function tableMark(columns: readonly string[][], usesDecimalCommas: boolean): DecimalMark {
  const marks = columns.map((texts) => decimalMarkOf(texts.filter((text) => text !== '')));
  if (marks.includes('point') !== marks.includes('comma')) return marks.includes('comma') ? 'comma' : 'point';
  return usesDecimalCommas ? 'comma' : 'point';
}

function typeColumn(
  file: string,
  name: string,
  texts: string[],
  rows: readonly TextRow[],
  fallback: DecimalMark,
  problems: Problem[],
): TableColumn {
  const present = texts.filter((text) => text !== '');
  const distinct = new Set(present);
  if (present.some((text) => parseTruth(text) !== null) && present.every((text) => truthOf(text) !== null)) {
    return { name, type: 'category', texts, cells: texts.map((text) => (text === '' ? null : truthOf(text))) };
  }
  const coded = present.some(isCode);
  const mark =
    decimalMarkOf(present) ?? (present.some((text) => text.includes(',')) ? fallback : unmarked(present, fallback));
  const numbers = texts.map((text) => (text === '' ? null : parseNumber(text, mark)));
  const count = numbers.filter((value) => value !== null).length;
  if (!coded && count > 0 && count >= present.length * mostlyNumbers) {
    texts.forEach((text, row) => {
      if (text === '' || numbers[row] !== null) return;
      const line = rows[row]?.line ?? 0;
      problems.push(
        problem(
          file,
          'not-a-number',
          name,
          sentence(
            "{file}, line {line}, column '{name}': '{text}' is not a number as the rest of the column; it counts as missing. Correct the cell.",
            { file, line, name, text },
          ),
        ),
      );
    });
    return { name, type: 'number', texts, cells: numbers };
  }
  const isCategory = distinct.size <= mostCategories && distinct.size <= Math.max(2, present.length / 2);
  return {
    name,
    type: isCategory ? 'category' : 'text',
    texts,
    cells: texts.map((text) => (text === '' ? null : text)),
  };
}

/** 'true' and 'false', also for 1 and 0 in a column that has both spellings. */
function truthOf(text: string): 'true' | 'false' | null {
  if (text === '1') return 'true';
  if (text === '0') return 'false';
  return parseTruth(text);
}

/** '1.234' alone is 1.234 unless the rest of the table has decimal commas. */
function unmarked(present: readonly string[], fallback: DecimalMark): DecimalMark {
  return fallback === 'comma' && present.every((text) => parseNumber(text, 'comma') !== null) ? 'comma' : 'point';
}

/**
 * The rows from the header on: what people write above it (a title, a date) fills one cell where the table fills several.
 * @returns the rows and how many were left out above them
 */
export function belowTitle(rows: readonly TextRow[]): { rows: readonly TextRow[]; above: number } {
  const filled = rows.map(({ fields }) => fields.filter((field) => field.trim() !== '').length);
  const widest = filled.reduce((most, count) => Math.max(most, count), 0);
  const header = filled.findIndex((count) => count >= Math.max(2, widest / 2));
  const isTitle = header > 0 && header <= mostTitleRows && filled.slice(0, header).every((count) => count < widest / 2);
  return isTitle ? { rows: rows.slice(header), above: header } : { rows, above: 0 };
}
