/** What was fitted of a run's inputs: JSON in its row, typed arrays (of voxels) as blobs beside it, each with its hash. */
import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { inputError } from '#app/contract/errors.ts';
import { numbersOf, withArrays, withoutArrays, type ArrayPlace, type TypedNumbers } from '#app/preparation/numbers.ts';
import { t } from '#app/text/text.ts';
import { blobOf } from './blob.ts';
import type { RunPreparation } from './types.ts';

/** Call it in a transaction: what was stored before is replaced. */
export function storePreparation(database: DatabaseSync, run: number, preparation: RunPreparation): void {
  const { json, arrays } = withoutArrays(preparation);
  database.prepare('UPDATE run SET preparation = ? WHERE run = ?').run(JSON.stringify(json), run);
  database.prepare('DELETE FROM preparation_array WHERE run = ?').run(run);
  const insert = database.prepare('INSERT INTO preparation_array VALUES (?, ?, ?, ?)');
  for (const [name, numbers] of arrays) {
    const blob = blobOf(numbers);
    insert.run(run, name, hashOf(blob), blob);
  }
}

/**
 * A typed array of a run's preparation.
 *
 * @param file name of the session, for the error
 * @throws SpectroscopeError (input) 'preparation-damaged' when it is not there as it was stored
 */
export function preparationArray(database: DatabaseSync, file: string, run: number, place: ArrayPlace): TypedNumbers {
  const row = database
    .prepare('SELECT sha256, numbers FROM preparation_array WHERE run = ? AND name = ?')
    .get(run, place.array);
  const blob = row?.['numbers'];
  if (!(blob instanceof Uint8Array) || hashOf(blob) !== row?.['sha256']) {
    throw inputError(
      'preparation-damaged',
      t(
        '{file}: what was fitted of the inputs of run {run} ({array}) is not as it was stored. Train again, or take another copy of the session.',
        { file, run, array: place.array },
      ),
      {
        file,
        field: `preparation_array.${place.array}`,
        expected: t('{place} numbers with their hash', { place: place.length }),
      },
    );
  }
  return numbersOf(place, blob.slice());
}

/** @param json of the run's row */
export function loadPreparation(database: DatabaseSync, file: string, run: number, json: string): RunPreparation {
  const found = withArrays(JSON.parse(json), (place) => preparationArray(database, file, run, place));
  return found as RunPreparation;
}

function hashOf(blob: Uint8Array): string {
  return createHash('sha256').update(blob).digest('hex');
}
