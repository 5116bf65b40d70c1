/** Excel workbooks (.xlsx) as rows of text, one list of rows a sheet; what is no plain workbook is refused in words. */
import { Worker } from 'node:worker_threads';
import { inputError } from '#app/contract/errors.ts';
import { formatBytes } from '#app/data/bytes.ts';
import { decimalMarkOf, parseNumber } from '#app/data/cell.ts';
import type { TextRow } from '#app/data/table.ts';
import { sentence, type Words } from '#app/text/sentence.ts';
import { zipEntries } from './zip-entries.ts';

export interface WorkbookSheet {
  name: string;
  /** Numbers with a decimal point, dates as 2019-03-04 or 2019-03-05T10:30:00, TRUE and FALSE; '' where empty. */
  rows: TextRow[];
}

/** A sheet as the reader gives it: numbers, texts, truth values, dates, null where empty. */
export interface RawSheet {
  name: string;
  rows: readonly (readonly unknown[])[];
}

/** Beside this module: the source when run from TypeScript, the packed module `workbook-worker.mjs` when bundled. */
const workerModule = new URL(
  import.meta.url.endsWith('.ts') ? './workbook-worker.ts' : './workbook-worker.mjs',
  import.meta.url,
);
/** A workbook that takes longer, or more memory, is no table of subjects. */
const readerLimits = { milliseconds: 60_000, maxOldGenerationSizeMb: 2048 };
/** Unpacked, a workbook may not take more: a few kilobytes can be packed so that they unpack to gigabytes. */
const mostUnpackedBytes = 512e6;

export function isWorkbook(path: string): boolean {
  return /\.(xlsx|xlsm|xls|xlsb)$/i.test(path);
}

/**
 * @param name of the file, for messages
 * @returns the sheets that hold anything, in their order
 * @throws SpectroscopeError (kind 'input') for what is encrypted, old, damaged, too large, empty or holds macros
 */
export async function readWorkbook(name: string, bytes: Buffer): Promise<WorkbookSheet[]> {
  checkContainer(name, bytes);
  let sheets: readonly RawSheet[];
  try {
    sheets = await readOnThread(bytes);
  } catch (cause) {
    throw refused(
      name,
      'workbook-damaged',
      sentence('the workbook is damaged and cannot be read. Open it in Excel, save it again, or save the sheet as CSV'),
      cause,
    );
  }
  const filled = sheets
    .map((sheet) => ({ name: sheet.name, rows: textRows(sheet.rows) }))
    .filter(({ rows }) => rows.length > 0);
  if (filled.length === 0)
    throw refused(
      name,
      'table-empty',
      sentence('no sheet of the workbook holds anything. Fill in a sheet with a header line and one row a subject'),
    );
  return filled;
}

const oleStart = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]);

/** @throws Error when the reader fails, wherever it does, or does not end */
function readOnThread(bytes: Buffer): Promise<readonly RawSheet[]> {
  const { milliseconds, maxOldGenerationSizeMb } = readerLimits;
  const worker = new Worker(workerModule, {
    workerData: bytes,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb },
  });
  const limit = AbortSignal.timeout(milliseconds);
  return new Promise<readonly RawSheet[]>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('The reader ended without an answer.')));
    limit.addEventListener('abort', () => reject(new Error('The reader took too long.')), { once: true });
  }).finally(() => void worker.terminate());
}

function checkContainer(name: string, bytes: Buffer): void {
  // An encrypted workbook is an OLE container as the old format is; the name of its stream tells them apart.
  if (bytes.subarray(0, 4).equals(oleStart)) {
    const encrypted = bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'));
    throw encrypted
      ? refused(
          name,
          'workbook-encrypted',
          sentence('the workbook is protected by a password. Save it without one, or save the sheet as CSV'),
        )
      : refused(name, 'workbook-old', sentence('is a workbook of Excel 97-2003 (.xls). Save it as .xlsx or CSV'));
  }
  const entries = zipEntries(bytes);
  if (entries === null) {
    throw refused(
      name,
      'workbook-damaged',
      sentence('is not a workbook, or one that was cut off (no ZIP directory at its end). Copy it again'),
    );
  }
  if (entries.some(({ path }) => /vbaProject\.bin$/i.test(path))) {
    throw refused(
      name,
      'workbook-macros',
      sentence('the workbook holds macros, which are not opened. Save it as a workbook without macros (.xlsx)'),
    );
  }
  if (entries.some(({ path }) => /\.bin$/i.test(path) && path.startsWith('xl/workbook'))) {
    throw refused(name, 'workbook-binary', sentence('is a binary workbook (.xlsb). Save it as .xlsx or CSV'));
  }
  if (!entries.some(({ path }) => path === 'xl/workbook.xml')) {
    throw refused(
      name,
      'workbook-damaged',
      sentence('is a ZIP archive but no Excel workbook. Save the table as .xlsx or CSV'),
    );
  }
  const unpacked = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  if (unpacked > mostUnpackedBytes) {
    throw refused(
      name,
      'table-too-large',
      sentence('{unpacked} unpacked are too large for a table of subjects', { unpacked: formatBytes(unpacked) }),
    );
  }
}

function refused(name: string, code: string, what: Words, cause?: unknown) {
  return inputError(code, sentence('{file}: {what}.', { file: name, what }), {
    file: name,
    expected: sentence('an Excel workbook (.xlsx)'),
    cause,
  });
}

type Row = readonly unknown[];

function textRows(data: readonly Row[]): TextRow[] {
  const rows = data.map((cells, index): TextRow => ({ line: index + 1, fields: cells.map(textOf) }));
  plainDecimals(data, rows);
  return rows.filter(({ fields }) => fields.some((field) => field.trim() !== ''));
}

function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'number') return String(cell);
  if (typeof cell === 'boolean') return cell ? 'TRUE' : 'FALSE';
  if (cell instanceof Date) return dateText(cell);
  return typeof cell === 'string' ? cell : '';
}

/** Excel knows no time zone: the reader puts the clock's time into UTC. */
function dateText(date: Date): string {
  if (Number.isNaN(date.getTime())) return '';
  const [day = '', time = ''] = date.toISOString().split('T');
  return time.startsWith('00:00:00') ? day : `${day}T${time.slice(0, 8)}`;
}

/**
 * Numbers that were typed as text with a decimal comma, beside true numbers: written with a point, so that a column has
 * one mark and 1.234 stays 1.234.
 */
function plainDecimals(data: readonly Row[], rows: readonly TextRow[]): void {
  const width = data.reduce((most, cells) => Math.max(most, cells.length), 0);
  for (let column = 0; column < width; column++) {
    const texts = data.flatMap((cells) => (typeof cells[column] === 'string' ? [String(cells[column])] : []));
    if (decimalMarkOf(texts) !== 'comma') continue;
    data.forEach((cells, row) => {
      const value = typeof cells[column] === 'string' ? parseNumber(String(cells[column]), 'comma') : null;
      const fields = rows[row]?.fields;
      if (value !== null && fields !== undefined) fields[column] = String(value);
    });
  }
}
