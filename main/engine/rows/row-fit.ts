/** Fits the steps of a preparation on rows of a prepared file, pass by pass; what was fitted is kept beside the file. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import { changedBy, fitStreamed, restoreChain } from '#app/preparation/chain.ts';
import { arrayPlaceSchema, numbersOf, placeOf, withArrays, withoutArrays } from '#app/preparation/numbers.ts';
import type { Covariate, RowFacts, RowPasses } from '#app/preparation/rows.ts';
import { fitScaling, type Standardisation } from '#app/preparation/standardise.ts';
import type { FittedStep } from '#app/preparation/step.ts';
import type { PreparationSettings } from '#app/run/preparation.ts';
import { blobOf } from '../session/blob.ts';
import { bytesOfRow, type StoredRows } from './stored-rows.ts';

export interface FitOrder {
  training: readonly number[];
  settings: PreparationSettings;
  covariates: readonly Covariate[];
}

export interface RowFit {
  chain: FittedStep[];
  /** Of the training part, as the voxelwise steps leave it, whether or not the inputs are standardised. */
  scaling: Standardisation;
}

/** Changes whenever the same rows would be fitted to other numbers. */
const version = 1;
export const fitSuffix = '.fit';
const hashBytes = 32;

const contentSchema = v.object({
  version: v.literal(version),
  scaling: v.object({ step: v.literal('standardise'), mean: v.array(v.number()), deviation: v.array(v.number()) }),
  steps: v.array(v.looseObject({ step: v.string() })),
});
const headSchema = v.object({ content: v.unknown(), arrays: v.array(arrayPlaceSchema) });

/** Told before each row of each pass (from 1 on) over the rows, and once more at the end. It throws where fitting is to end. */
type Watch = (pass: number, done: number, total: number) => void;

/**
 * Nothing is kept of a fit that `watch` ends.
 *
 * @param readRow fills [width] numbers with a row as it is stored
 * @throws SpectroscopeError (setting) when a step cannot be fitted on these rows
 */
export function fitRows(
  stored: StoredRows,
  order: FitOrder,
  facts: RowFacts,
  readRow: (row: number, values: Float32Array) => void,
  watch: Watch = () => undefined,
): RowFit {
  const path = `${stored.path}.${keyOf(stored, order)}${fitSuffix}`;
  const kept = readFit(path);
  if (kept !== null) return kept;
  let pass = 0;
  const passes: RowPasses = {
    ...facts,
    each: (rows, visit) => {
      const values = new Float32Array(facts.width);
      pass += 1;
      rows.forEach((row, place) => {
        watch(pass, place, rows.length);
        readRow(row, values);
        visit(values, values, place);
      });
    },
  };
  const chain = fitStreamed(passes, order.training, order.settings);
  const last = chain.at(-1)?.stored;
  const scaling = isStandardisation(last) ? last : fitScaling(changedBy(chain, passes), order.training);
  watch(pass, order.training.length, order.training.length);
  keepFit(path, { chain, scaling }, bytesOfRow(stored) * stored.hashes.length);
  return { chain, scaling };
}

/** Everything that the numbers depend on. */
function keyOf({ hashes, box, exponents }: StoredRows, { training, settings, covariates }: FitOrder): string {
  const { harmonise, covariates: names, minimumVariance, standardise } = settings;
  const parts = [version, hashes, box, exponents, training, harmonise, names, minimumVariance, standardise, covariates];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

/** @returns null when there is none whose bytes have their hash */
function readFit(path: string): RowFit | null {
  try {
    const bytes = new Uint8Array(readFileSync(path));
    const body = bytes.subarray(0, bytes.length - hashBytes);
    const hash = createHash('sha256').update(body).digest();
    if (hash.compare(bytes, bytes.length - hashBytes) !== 0) return null;
    const [headBytes = 0] = new Uint32Array(body.buffer, 0, 1);
    const head = v.parse(headSchema, JSON.parse(Buffer.from(body.subarray(4, 4 + headBytes)).toString('utf8')));
    let from = 4 + headBytes;
    const arrays = new Map(
      head.arrays.map((place) => {
        const size = place.length * (place.type === 'float64' ? 8 : 4);
        from += size;
        return [place.array, numbersOf(place, body.slice(from - size, from))];
      }),
    );
    const { steps, scaling } = v.parse(
      contentSchema,
      withArrays(head.content, ({ array }) => arrays.get(array) ?? new Float32Array()),
    );
    return { chain: restoreChain(steps), scaling };
  } catch {
    // Absent, damaged or of another version: it is fitted again, to the same numbers.
    return null;
  }
}

/** What is kept takes no more of the disk than the rows, the newest aside. Without room it is not kept. */
function keepFit(path: string, { chain, scaling }: RowFit, mostBytes: number): void {
  const { json, arrays } = withoutArrays({ version, scaling, steps: chain.map(({ stored }) => stored) });
  const places = [...arrays].map(([array, numbers]) => placeOf(array, numbers));
  const head = Buffer.from(JSON.stringify({ content: json, arrays: places }), 'utf8');
  const parts = [new Uint8Array(Uint32Array.of(head.length).buffer), head, ...[...arrays.values()].map(blobOf)];
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  try {
    writeFileSync(`${path}.part`, Buffer.concat([...parts, hash.digest()]));
    renameSync(`${path}.part`, path);
    trimFits(path, mostBytes);
  } catch {
    rmSync(`${path}.part`, { force: true });
  }
}

/** Removes those that were written first. */
function trimFits(newest: string, mostBytes: number): void {
  const folder = dirname(newest);
  const rows = basename(newest).split('.')[0] ?? '';
  const others = readdirSync(folder)
    .filter((name) => name.startsWith(rows) && name.endsWith(fitSuffix) && name !== basename(newest))
    .map((name) => ({ path: join(folder, name), found: statSync(join(folder, name)) }))
    .sort((a, b) => b.found.mtimeMs - a.found.mtimeMs);
  let bytes = statSync(newest).size;
  for (const { path, found } of others) {
    bytes += found.size;
    if (bytes > mostBytes) rmSync(path, { force: true });
  }
}

function isStandardisation(stored: FittedStep['stored'] | undefined): stored is Standardisation {
  return stored?.step === 'standardise';
}
