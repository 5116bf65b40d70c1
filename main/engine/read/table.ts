/** Tables in CSV, TSV and their relatives and in Excel workbooks, and the JSON sidecars beside them. */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { inputError, settingError } from '#app/contract/errors.ts';
import { formatBytes } from '#app/data/bytes.ts';
import { declaredDelimiter, detectDelimiter, spacesAsTabs } from '#app/data/delimiter.ts';
import { freeSurferDelimiter } from '#app/data/freesurfer.ts';
import { parseSidecar, type ColumnNotes } from '#app/data/sidecar.ts';
import { belowTitle, tableFromRows, type Table, type TextRow } from '#app/data/table.ts';
import { told } from '#app/study/problem-words.ts';
import { sentence } from '#app/text/sentence.ts';
import { sha256Of } from './nifti.ts';
import { readWhole } from './read-file.ts';
import { decodeText } from './text.ts';
import { isWorkbook, readWorkbook } from './workbook.ts';

/** A larger text is no table of subjects. */
const mostBytes = 256e6;

export interface ReadTable extends Table {
  /** Absolute. */
  path: string;
  bytes: number;
  sha256: string;
  /** Of a workbook: the sheet that was read, and all that hold anything. */
  sheet: string | null;
  sheets: string[];
}

/**
 * @param sheet of a workbook, by its name; null: the first that is a table
 * @throws SpectroscopeError (kind 'input') naming the file and the line when it is no table; (kind 'setting') when the
 *   workbook has no such sheet
 */
export async function readTable(path: string, sheet: string | null = null): Promise<ReadTable> {
  const name = basename(path);
  const bytes = await readWhole(path);
  if (bytes.length > mostBytes) {
    throw inputError(
      'table-too-large',
      sentence('{name}: {bytes} is too large for a table of subjects (expected at most 256 MB).', {
        name,
        bytes: formatBytes(bytes.length),
      }),
      {
        file: name,
      },
    );
  }
  const file = { path, bytes: bytes.length, sha256: sha256Of(bytes) };
  if (isWorkbook(path)) return { ...(await workbookTable(name, bytes, sheet)), ...file };
  return { ...parseTable(name, decodeText(name, bytes)), ...file, sheet: null, sheets: [] };
}

/** A sheet with less than this part of the largest sheet's cells is not taken unasked. */
const coverShare = 10;

function filledCells(rows: readonly TextRow[]): number {
  return rows.reduce((sum, { fields }) => sum + fields.filter((field) => field.trim() !== '').length, 0);
}

async function workbookTable(
  name: string,
  bytes: Buffer,
  wanted: string | null,
): Promise<Table & Pick<ReadTable, 'sheet' | 'sheets'>> {
  const found = await readWorkbook(name, bytes);
  const sheets = found.map((sheet) => sheet.name);
  // A cover sheet or a legend of a few words is no table beside one of subjects.
  const largest = found.reduce((most, { rows }) => Math.max(most, filledCells(rows)), 0);
  const isTableLike = ({ rows }: (typeof found)[number]) =>
    belowTitle(rows).rows.length > 1 && filledCells(rows) * coverShare >= largest;
  const sheet =
    wanted === null ? (found.find(isTableLike) ?? found[0]) : found.find((candidate) => candidate.name === wanted);
  if (sheet === undefined) {
    throw settingError(
      'sheet-unknown',
      sentence("{name} has no sheet '{wanted}' that holds anything. Sheets are: {sheets}.", {
        name,
        wanted: wanted ?? '',
        sheets: sheets.join(', '),
      }),
      { file: name, field: wanted ?? '', expected: sentence('a sheet of the workbook') },
    );
  }
  const { rows, above } = belowTitle(sheet.rows);
  const table = tableFromRows(name, rows, '\t');
  if (above > 0) {
    table.problems.push({
      code: 'rows-above-header',
      severity: 'note',
      file: name,
      subject: null,
      field: null,
      ...told({
        message: sentence(
          "{name}, sheet '{sheet}': {count} rows stand above the header in line {line} and are left out.",
          {
            name,
            sheet: sheet.name,
            count: above,
            line: rows[0]?.line ?? 0,
          },
        ),
      }),
    });
  }
  return { ...table, sheet: sheet.name, sheets };
}

/** @throws SpectroscopeError (kind 'input') as `readTable` */
export function parseTable(name: string, text: string): Table {
  const { rows, delimiter } = cutTable(name, text);
  return tableFromRows(name, rows, delimiter);
}

/** @throws SpectroscopeError (kind 'input') as `readTable` */
export function cutTable(name: string, text: string): { rows: TextRow[]; delimiter: string } {
  const declared = declaredDelimiter(text);
  const content = declared?.rest ?? text;
  const delimiter = declared?.delimiter ?? freeSurferDelimiter(content) ?? detectDelimiter(content);
  const parted = delimiter === null ? spacesAsTabs(content) : null;
  if (parted !== null) return { rows: cut(name, parted, '\t', 0), delimiter: ' ' };
  const by = delimiter ?? ',';
  return { rows: cut(name, content, by, declared === null ? 0 : 1), delimiter: by };
}

function cut(name: string, text: string, delimiter: string, linesBefore: number): TextRow[] {
  try {
    const records = parse(text, {
      bom: true,
      delimiter,
      info: true,
      relax_column_count: true,
      // A quote within a field ('5" disc', O"Brien) is text; only a field that starts with one is quoted.
      relax_quotes: true,
      // Spaces around a delimiter, also before an opening quote; a tab may be the delimiter, so only spaces.
      ltrim: delimiter !== '\t',
      rtrim: delimiter !== '\t',
      skip_records_with_empty_values: true,
      record_delimiter: ['\r\n', '\n', '\r'],
    });
    // With `info` each record comes with its place; the package's types do not say so.
    const placed = records as unknown as { record: string[]; info: { lines: number } }[];
    return placed.map(({ record, info }) => ({ line: info.lines + linesBefore, fields: record }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = 'lines' in error && typeof error.lines === 'number' ? error.lines + linesBefore : null;
    const where = line === null ? name : sentence('{file}, line {line}', { file: name, line });
    const what =
      error.code === 'CSV_QUOTE_NOT_CLOSED'
        ? sentence('a quotation mark is opened and never closed. Close it or remove it')
        : error.message;
    throw inputError('table-damaged', sentence('{file}: {what}.', { file: where, what }), { file: name, cause: error });
  }
}

export interface Sidecar {
  path: string;
  notes: Map<string, ColumnNotes>;
}

/** @returns null where there is no sidecar beside the table; @throws SpectroscopeError (kind 'input') when it is no JSON */
export async function readSidecar(tablePath: string): Promise<Sidecar | null> {
  const path = tablePath.replace(/\.[^./\\]+$/, '.json');
  if ((await stat(path).catch(() => null))?.isFile() !== true) return null;
  return { path, notes: parseSidecar(await readJson(path)) };
}

/** @throws SpectroscopeError (kind 'input') when the file is no JSON */
export async function readJson(path: string): Promise<unknown> {
  const name = basename(path);
  try {
    return JSON.parse(decodeText(name, await readWhole(path)).replace(/^\ufeff/, '')) as unknown;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw inputError(
      'json-damaged',
      sentence('{name}: the file is not valid JSON ({message}). Correct it or remove it.', {
        name,
        message: cause.message,
      }),
      { file: name, cause },
    );
  }
}
