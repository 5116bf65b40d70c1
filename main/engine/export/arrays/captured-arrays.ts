/** What was captured of one layer in one run, read once and handed to all its arrays. */
import type { ExportTableName } from '#app/contract/export.ts';
import { summaryNames } from '#app/contract/session.ts';
import type { SQLOutputValue } from 'node:sqlite';
import type { Quantity } from '#app/run/configuration.ts';
import { alignmentOffset, pairIndex, setCount, spectrumOffset } from '#app/spectra/layout.ts';
import { absoluteFloor } from '#app/spectra/precision.ts';
import { float32Of, int32Of } from '../../session/blob.ts';
import { setFactors, type StoredLayer } from '../../session/measures.ts';
import type { SessionStore } from '../../session/store.ts';
import { samplesOf } from '../tables/table.ts';
import type { ArraySink, NumberArray } from './sink.ts';

interface CapturedRequest {
  run: number;
  layer: number;
  parts: ReadonlySet<ExportTableName>;
  done: () => void;
}

/** A stored step of the layer. */
interface CapturedStep {
  spectra: Float32Array;
  groupSizes: Int32Array;
  summaries: Float32Array | null;
  norms: Float32Array | null;
}

type Feed = (step: CapturedStep) => void;

const queries = {
  steps: 'SELECT count(*) AS steps FROM spectra WHERE run = ? AND layer = ?',
  normsBytes: 'SELECT max(length(norms)) AS bytes FROM sample_norm WHERE run = ? AND layer = ?',
  rows: `SELECT spectra.step, epoch, spectra, group_sizes, summaries, norms FROM spectra
    JOIN step ON step.run = spectra.run AND step.step = spectra.step
    LEFT JOIN summary ON summary.run = spectra.run AND summary.step = spectra.step AND summary.layer = spectra.layer
    LEFT JOIN sample_norm AS norm ON norm.run = spectra.run AND norm.step = spectra.step AND norm.layer = spectra.layer
    WHERE spectra.run = ? AND spectra.layer = ? ORDER BY spectra.step`,
} as const;

export function capturedArrays(store: SessionStore, sink: ArraySink, request: CapturedRequest): void {
  const { run, layer: index, parts, done } = request;
  const layer = store.layer(index);
  // A layer of a person’s own can have any name: among themselves they clash with nothing.
  const path = `run-${run}/layers/${layer.view.name}`;
  const steps = Number(store.statement(queries.steps).get(run, index)?.['steps']);
  const { kind, inputShape, outputShape, parameters } = layer.view;
  sink.attributes(path, { kind, input_shape: inputShape, output_shape: outputShape, parameters });
  const step = sink.numbers(`${path}/step`, 'int32', [steps]);
  const epoch = sink.numbers(`${path}/epoch`, 'int32', [steps]);
  const feeds: Feed[] = [samplesFeed(sink, path, steps, setCount(layer.layout))];
  for (const [q, { quantity }] of layer.layout.quantities.entries()) {
    const at = `${path}/${quantity}`;
    describeQuantity(sink, at, layer, quantity);
    if (parts.has('spectra')) feeds.push(spectraFeed(sink, at, steps, layer, quantity));
    if (parts.has('summaries')) feeds.push(summariesFeed(sink, at, steps, layer, q));
  }
  if (parts.has('alignment')) feeds.push(alignmentFeed(sink, path, steps, layer));
  const width = Number(store.statement(queries.normsBytes).get(run, index)?.['bytes'] ?? 0) / 4;
  if (parts.has('sample-norms') && width > 0) feeds.push(normsFeed(sink, path, steps, width));
  for (const record of store.statement(queries.rows).iterate(run, index)) {
    step.append([Number(record['step'])]);
    epoch.append([Number(record['epoch'])]);
    const captured = capturedStep(record);
    for (const feed of feeds) feed(captured);
    done();
  }
}

function capturedStep(record: Record<string, SQLOutputValue>): CapturedStep {
  const { summaries = null, norms = null } = record;
  return {
    spectra: float32Of(record['spectra']),
    groupSizes: int32Of(record['group_sizes']),
    summaries: summaries === null ? null : float32Of(summaries),
    norms: norms === null ? null : float32Of(norms),
  };
}

function describeQuantity(sink: ArraySink, path: string, { view }: StoredLayer, quantity: Quantity): void {
  const stored = view.quantities.find((each) => each.quantity === quantity);
  if (stored === undefined) return;
  const { view: rows, relativeFloor, side, bound } = stored;
  sink.attributes(path, { view: rows, relative_floor: relativeFloor, side, bound });
}

function samplesFeed(sink: ArraySink, path: string, steps: number, sets: number): Feed {
  const samples = sink.numbers(`${path}/samples`, 'int32', [steps, sets]);
  sink.attributes(`${path}/samples`, { axes: ['step', 'set'], units: 'samples of the batch' });
  return ({ groupSizes }) => {
    samples.append(Array.from({ length: sets }, (_, set) => samplesOf(groupSizes, set)));
  };
}

function spectraFeed(sink: ArraySink, path: string, steps: number, layer: StoredLayer, quantity: Quantity): Feed {
  const sets = setCount(layer.layout);
  const values = layer.layout.quantities.find((each) => each.quantity === quantity)?.values ?? 0;
  const relativeFloor = layer.view.quantities.find((each) => each.quantity === quantity)?.relativeFloor ?? 0;
  const spectra = sink.numbers(`${path}/singular_values`, 'float32', [steps, sets, values]);
  const factors = sink.numbers(`${path}/normalisation`, 'float64', [steps, sets]);
  const floors = sink.numbers(`${path}/floor`, 'float32', [steps, sets]);
  sink.attributes(`${path}/singular_values`, {
    axes: ['step', 'set', 'index'],
    units: 'raw; NaN: the set has fewer',
  });
  sink.attributes(`${path}/normalisation`, { axes: ['step', 'set'], units: 'normalised over raw singular value' });
  sink.attributes(`${path}/floor`, { axes: ['step', 'set'], units: 'raw; values at or below are rounding' });
  const start = spectrumOffset(layer.layout, quantity, 0);
  return ({ spectra: row, groupSizes }) => {
    spectra.append(row.subarray(start, start + sets * values));
    factors.append(setFactors(layer, quantity, groupSizes));
    for (let set = 0; set < sets; set++) {
      const first = start + set * values;
      floors.append([absoluteFloor(row.subarray(first, first + values), relativeFloor)]);
    }
  };
}

/** @param q place of the quantity in the layout */
function summariesFeed(sink: ArraySink, path: string, steps: number, layer: StoredLayer, q: number): Feed {
  const length = setCount(layer.layout) * summaryNames.length;
  const shape = [steps, setCount(layer.layout), summaryNames.length];
  const array = sink.numbers(`${path}/summaries`, 'float32', shape);
  sink.attributes(`${path}/summaries`, { axes: ['step', 'set', 'summary'], units: 'of raw singular values' });
  const none = new Float32Array(length).fill(Number.NaN);
  return ({ summaries }) => array.append(summaries?.subarray(q * length, (q + 1) * length) ?? none);
}

function alignmentFeed(sink: ArraySink, path: string, steps: number, { layout }: StoredLayer): Feed {
  const { groups } = layout;
  const products = sink.numbers(`${path}/inner_products`, 'float32', [steps, groups, groups]);
  sink.attributes(`${path}/inner_products`, { axes: ['step', 'group', 'group'], units: 'Frobenius, <G_g, G_h>' });
  const offset = alignmentOffset(layout);
  return ({ spectra }) => {
    const pairs = Array.from({ length: groups * groups }, (_, i) =>
      pairIndex(groups, Math.floor(i / groups), i % groups),
    );
    products.append(pairs.map((pair) => spectra[offset + pair] ?? Number.NaN));
  };
}

function normsFeed(sink: ArraySink, path: string, steps: number, width: number): Feed {
  const array: NumberArray = sink.numbers(`${path}/sample_norms`, 'float32', [steps, width]);
  sink.attributes(`${path}/sample_norms`, {
    axes: ['step', 'sample'],
    units: "norm of the sample's gradient, in the order of steps/subjects; NaN: none",
  });
  return ({ norms }) => array.append(Array.from({ length: width }, (_, i) => norms?.[i] ?? Number.NaN));
}
