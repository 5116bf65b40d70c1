/** The thread that reads rows of a prepared file while the network takes a step. */
import '../speak.ts';
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { boxShape } from '#app/data/bounding-box.ts';
import { augment, showingRandom } from '#app/preparation/augment.ts';
import { decodeBox } from './row-codec.ts';
import type { RowReply, RowRequest, RowWorkerData } from './row-reader.ts';
import { bytesOfRow, planesOfBox, widthOf } from './stored-rows.ts';

const { stored, scaling } = workerData as RowWorkerData;
const width = widthOf(stored);
const shape = [...boxShape(stored.box), 1];
const planes = planesOfBox(stored);
const rowBytes = bytesOfRow(stored);
const bytes = new Uint8Array(planes.bytes);
const file = openSync(stored.path, 'r');

function read({ rows, showing }: RowRequest): Float32Array<ArrayBuffer> {
  const values = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    const count = readSync(file, bytes, 0, bytes.length, row * rowBytes + planes.first);
    if (count !== bytes.length) throw new Error(`The prepared scans end within row ${row}.`);
    decodeBox(bytes, { ...stored, exponent: stored.exponents[row] ?? 0 }, values, i * width);
    const sample = values.subarray(i * width, (i + 1) * width);
    if (scaling !== null) scale(sample, scaling);
    if (showing !== null) {
      augment(sample, shape, showing.settings, showing.fill, showingRandom(showing.seed, showing.epoch, row));
    }
  });
  return values;
}

/** As of values in memory. */
function scale(sample: Float32Array, { mean, deviation }: { mean: number; deviation: number }): void {
  const factor = deviation === 0 ? 0 : 1 / deviation;
  for (let i = 0; i < sample.length; i++) sample[i] = ((sample[i] as number) - mean) * factor;
}

parentPort?.on('message', (request: RowRequest | 'close') => {
  if (request === 'close') {
    closeSync(file);
    parentPort?.close();
    return;
  }
  let reply: RowReply;
  try {
    reply = { id: request.id, values: read(request) };
  } catch (error) {
    reply = { id: request.id, problem: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(reply, 'values' in reply ? [reply.values.buffer] : []);
});
