/** Tables in CSV, TSV and their relatives, and the JSON sidecars beside them. */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { inputError } from '#app/contract/errors.ts';
import { formatBytes } from '#app/data/bytes.ts';
import { declaredDelimiter, detectDelimiter } from '#app/data/delimiter.ts';
import { parseSidecar, type ColumnNotes } from '#app/data/sidecar.ts';
import { tableFromRows, type Table, type TextRow } from '#app/data/table.ts';
import { sha256Of } from './nifti.ts';
import { readWhole } from './read-file.ts';
import { decodeText } from './text.ts';

/** A larger text is no table of subjects. */
const mostBytes = 256e6;

export interface ReadTable extends Table {
  /** Absolute. */
  path: string;
  bytes: number;
  sha256: string;
}

/** @throws SpectroscopeError (kind 'input') naming the file and the line when it is no table */
export async function readTable(path: string): Promise<ReadTable> {
  const name = basename(path);
  const bytes = await readWhole(path);
  if (bytes.length > mostBytes) {
    throw inputError(
      'table-too-large',
      `${name}: ${formatBytes(bytes.length)} is too large for a table of subjects (expected at most 256 MB).`,
      {
        file: name,
      },
    );
  }
  return { ...parseTable(name, decodeText(name, bytes)), path, bytes: bytes.length, sha256: sha256Of(bytes) };
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
  const delimiter = declared?.delimiter ?? detectDelimiter(content);
  return { rows: cut(name, content, delimiter, declared === null ? 0 : 1), delimiter };
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
    const where = line === null ? name : `${name}, line ${line}`;
    const what =
      error.code === 'CSV_QUOTE_NOT_CLOSED'
        ? 'a quotation mark is opened and never closed. Close it or remove it'
        : error.message;
    throw inputError('table-damaged', `${where}: ${what}.`, { file: name, cause: error });
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
      `${name}: the file is not valid JSON (${cause.message}). Correct it or remove it.`,
      { file: name, cause },
    );
  }
}
