/** What one file of series or matrices of all subjects would give a study: how many they are, and whose. */
import { basename, join } from 'node:path';
import type { ImportProposal } from '#app/contract/import-proposal.ts';
import { idKey } from '#app/data/matching.ts';
import type { Cohort } from '../cohort.ts';
import { readArrays } from './read-arrays.ts';
import { isEventTable } from './read-events.ts';
import { manyArrays } from './subject-array.ts';

const mostExamples = 3;

/**
 * @param cohort of the table; null: there is none, and the subjects are made of the file
 * @returns null where the file is that of one subject
 * @throws SpectroscopeError (kind 'input') when the file cannot be read
 */
export async function proposeOneFile(
  root: string,
  file: string,
  cohort: Cohort | null,
): Promise<ImportProposal['oneFile']> {
  const path = join(root, file);
  if (await isEventTable(path)) return null;
  const taking = cohort?.rows.filter(({ excluded }) => excluded === null) ?? null;
  const many = manyArrays(await readArrays(path), cohort?.rows.length ?? null);
  if (many === null) return null;
  const { ids, subjects } = many;
  const [rows = 0, columns = 0] = subjects[0]?.shape ?? [];
  const found = { file: basename(path), subjects: subjects.length, rows, columns };
  if (taking === null) return { ...found, by: 'itself', used: subjects.length, unknown: [] };
  if (ids === null) {
    return { ...found, by: 'order', used: Math.min(subjects.length, taking.length), unknown: [] };
  }
  const known = new Set(taking.map(({ id }) => idKey(id)));
  const unknown = ids.filter((id) => !known.has(idKey(id)));
  return { ...found, by: 'id', used: ids.length - unknown.length, unknown: unknown.slice(0, mostExamples) };
}
