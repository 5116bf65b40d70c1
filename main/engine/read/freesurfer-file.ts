/** Whether a text file is a table of FreeSurfer, from its first bytes. */
import { freeSurferDelimiter } from '#app/data/freesurfer.ts';
import { readBytes } from './read-file.ts';

/** The header's first field and the delimiter after it lie within so many bytes. */
const looked = 4096;

/** @returns false also for what cannot be read */
export async function isFreeSurferTable(path: string): Promise<boolean> {
  const start = await readBytes(path, 0, looked).catch(() => null);
  return start !== null && freeSurferDelimiter(start.toString('utf8')) !== null;
}
