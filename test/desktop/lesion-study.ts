/** A folder of real scans as a lab has it: a table, and the scans that it names. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const lesions = resolve(import.meta.dirname, '..', '..', 'main', 'samples', 'lesymap-lesions');

/**
 * Copies the first subjects of the bundled lesion maps.
 * @returns the scans, relative to the folder, in the order of the table
 */
export function copyLesionStudy(folder: string, subjects: number): string[] {
  mkdirSync(join(folder, 'lesions'), { recursive: true });
  const table = readFileSync(join(lesions, 'participants.tsv'), 'utf8')
    .trim()
    .split('\n')
    .slice(0, subjects + 1);
  writeFileSync(join(folder, 'participants.tsv'), `${table.join('\n')}\n`);
  const scans = table.slice(1).map((row) => row.split('\t').find((cell) => cell.endsWith('.nii.gz')) as string);
  for (const scan of scans) cpSync(join(lesions, scan), join(folder, scan));
  return scans;
}
