/** Tables of events, as BIDS has them: a row for each event. */
import { basename } from 'node:path';
import type { EventTable } from '#app/series/events.ts';
import { SpectroscopeError } from '#app/contract/errors.ts';
import { readWhole } from '../read-file.ts';
import { readTable } from '../table.ts';
import { decodeText } from '../text.ts';
import { isTextMatrix } from './read-arrays.ts';
import { readTextMatrix } from './text-matrix.ts';

export interface ReadEvents {
  table: EventTable;
  bytes: number;
  sha256: string;
}

/** A text that is not a matrix of numbers, or is called so. */
export async function isEventTable(path: string): Promise<boolean> {
  if (!isTextMatrix(path)) return false;
  if (/_events\.tsv$/i.test(path)) return true;
  try {
    readTextMatrix(decodeText(basename(path), await readWhole(path)), basename(path));
    return false;
  } catch (error) {
    // A damaged matrix is still none of events: those have a header and texts in it.
    return error instanceof SpectroscopeError && error.code === 'series-not-numbers' && /\.[ct]sv$/i.test(path);
  }
}

/** @throws SpectroscopeError (kind 'input') naming file and line */
export async function readEvents(path: string): Promise<ReadEvents> {
  const { columns, lines, bytes, sha256 } = await readTable(path);
  return { table: { columns: columns.map(({ name, texts }) => ({ name, texts })), rows: lines.length }, bytes, sha256 };
}
