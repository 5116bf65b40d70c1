/** The thread that reads rows of a prepared file while the network takes a step, and fits what is done to them. */
import '../speak.ts';
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { cancelled, serialiseError, SpectroscopeError } from '#app/contract/errors.ts';
import { boxShape } from '#app/data/bounding-box.ts';
import { augment, showingRandom } from '#app/preparation/augment.ts';
import { restoreChain } from '#app/preparation/chain.ts';
import type { RowFacts } from '#app/preparation/rows.ts';
import type { RowChange } from '#app/preparation/step.ts';
import { t } from '#app/text/text.ts';
import { decodeBox } from './row-codec.ts';
import { fitRows, type RowFit } from './row-fit.ts';
import type { FitRequest, RowReply, RowRequest, RowWorkerData } from './row-reader.ts';
import { bytesOfRow, planesOfBox, widthOf } from './stored-rows.ts';

const { stored, steps, stop } = workerData as RowWorkerData;
const width = widthOf(stored);
const shape = [...boxShape(stored.box), 1];
const planes = planesOfBox(stored);
const rowBytes = bytesOfRow(stored);
const bytes = new Uint8Array(planes.bytes);
const file = openSync(stored.path, 'r');
const covariates = 'training' in steps ? steps.covariates : [];
const facts: RowFacts = { width, columns: 1, indicators: 0, covariates };
let fit: RowFit | null = null;
let changes: readonly RowChange[] = 'training' in steps ? [] : restoreChain(steps).map((step) => step.change(facts));

function readRow(row: number, values: Float32Array, offset = 0): void {
  const count = readSync(file, bytes, 0, bytes.length, row * rowBytes + planes.first);
  if (count !== bytes.length) throw new Error(`The prepared scans end within row ${row}.`);
  decodeBox(bytes, { ...stored, exponent: stored.exponents[row] ?? 0 }, values, offset);
}

function read({ rows, showing }: RowRequest): Float32Array<ArrayBuffer> {
  const values = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    readRow(row, values, i * width);
    const sample = values.subarray(i * width, (i + 1) * width);
    for (const change of changes) change(sample, row);
    if (showing !== null) {
      augment(sample, shape, showing.settings, showing.fill, showingRandom(showing.seed, showing.epoch, row));
    }
  });
  return values;
}

/** A pass over many scans takes seconds: how far it is is told this often. */
const progressIntervalMs = 66;

/** @returns tells how far the fit is, and ends it once that was asked for */
function watching(id: number): (pass: number, done: number, total: number) => void {
  let last = 0;
  return (pass, done, total) => {
    if (Atomics.load(stop, 0) !== 0) throw cancelled(t('Training'));
    const now = performance.now();
    if (now - last < progressIntervalMs) return;
    last = now;
    parentPort?.postMessage({ id, fitting: { pass, done, total } } satisfies RowReply);
  };
}

function fitted(id: number): RowFit {
  if (!('training' in steps)) throw new Error('Nothing is fitted on these rows.');
  if (fit === null) {
    fit = fitRows(stored, steps, facts, readRow, watching(id));
    changes = fit.chain.map((step) => step.change(facts));
  }
  return fit;
}

function answer(request: RowRequest | FitRequest): RowReply {
  const { id } = request;
  if (!('fit' in request)) return { id, values: read(request) };
  const { scaling, chain } = fitted(id);
  return request.fit === 'scaling' ? { id, scaling } : { id, steps: chain.map((step) => step.stored) };
}

parentPort?.on('message', (request: RowRequest | FitRequest | 'close') => {
  if (request === 'close') {
    closeSync(file);
    parentPort?.close();
    return;
  }
  let reply: RowReply;
  try {
    reply = answer(request);
  } catch (error) {
    const { id } = request;
    if (error instanceof SpectroscopeError) reply = { id, error: serialiseError(error) };
    else reply = { id, problem: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(reply, 'values' in reply ? [reply.values.buffer] : []);
});
