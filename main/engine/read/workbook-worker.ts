/**
 * Reads a workbook on a thread of its own: the reader can throw where nobody waits for it, when the XML in a workbook is damaged,
 * and then takes this thread with it and not the engine.
 */
import '../speak.ts';
import { parentPort, workerData } from 'node:worker_threads';
import readWorkbookSheets from 'read-excel-file/node';
import type { RawSheet } from './workbook.ts';

const sheets = await readWorkbookSheets(Buffer.from(workerData as Uint8Array));
// A sheet that is named in the workbook and not in it has no data, whatever the types say.
const raw = sheets.map(({ sheet, data }): RawSheet => ({
  name: sheet,
  rows: (data as RawSheet['rows'] | undefined) ?? [],
}));
parentPort?.postMessage(raw);
