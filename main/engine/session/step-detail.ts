/** Everything of one step: scalars, spectra, summaries and the alignment of the groups' gradients. */
import { basename } from 'node:path';
import type { Input } from '#app/contract/operations.ts';
import { inputError } from '#app/contract/errors.ts';
import type { Scale, StepDetail } from '#app/contract/session.ts';
import type { Quantity } from '#app/run/configuration.ts';
import { gradientCosines } from '#app/spectra/alignment.ts';
import { alignmentOffset, spectrumOffset } from '#app/spectra/layout.ts';
import { absoluteFloor } from '#app/spectra/precision.ts';
import { summarise } from '#app/spectra/summaries.ts';
import { t } from '#app/text/text.ts';
import { float32Of, int32Of } from './blob.ts';
import { setFactors, type StoredLayer } from './measures.ts';
import type { SessionStore } from './store.ts';

/**
 * The captured step nearest to the one asked for, of those with singular values of the layer; the nearest step, without spectra, where nothing was captured.
 *
 * @throws SpectroscopeError (input) 'no-steps' when the run has none yet
 */
export function stepDetail(store: SessionStore, query: Input<'session.step'>): StepDetail {
  const { run, scale } = query;
  const captured =
    nearestWithValues(store, query) ?? (store.layers.length > 0 ? nearest(store, run, query.step, 1) : null);
  const step = captured ?? nearest(store, run, query.step, 0);
  if (step === null) {
    throw inputError('no-steps', t('Run {run} of {file} has no steps yet.', { run, file: basename(store.file) }), {
      file: basename(store.file),
    });
  }
  const row = store.statement('SELECT epoch, scalars, group_sizes FROM step WHERE run = ? AND step = ?').get(run, step);
  const groupSizes = int32Of(row?.['group_sizes']);
  const scalars = float32Of(row?.['scalars']);
  const groups = groupSizes.length;
  const detail: StepDetail = {
    step,
    epoch: Number(row?.['epoch']),
    sets: [...store.sets],
    samples: [...groupSizes, groupSizes.reduce((sum, size) => sum + size, 0)],
    scalars: present(store.scalars.map((name, index) => [name, scalars[index] as number])),
    spectra: [],
    alignment: new Float32Array(groups * groups).fill(Number.NaN),
  };
  if (captured === null) return detail;

  const layer = store.layer(query.layer);
  const stored = store
    .statement('SELECT spectra FROM spectra WHERE run = ? AND layer = ? AND step = ?')
    .get(run, query.layer, step);
  const spectra = float32Of(stored?.['spectra']);
  detail.spectra = query.quantities
    .filter((quantity) => layer.layout.quantities.some((each) => each.quantity === quantity))
    .map((quantity) => spectrumOf(layer, quantity, scale, spectra, groupSizes));
  detail.alignment = Float32Array.from(gradientCosines(spectra.subarray(alignmentOffset(layer.layout)), groups));
  return detail;
}

function spectrumOf(
  layer: StoredLayer,
  quantity: Quantity,
  scale: Scale,
  row: Float32Array,
  groupSizes: Int32Array,
): StepDetail['spectra'][number] {
  const { values: length = 0, relativeFloor = 0 } =
    layer.view.quantities.find((each) => each.quantity === quantity) ?? {};
  const factors = scale === 'raw' ? null : setFactors(layer, quantity, groupSizes);
  const sets = Array.from({ length: groupSizes.length + 1 }, (_, set) => {
    const start = spectrumOffset(layer.layout, quantity, set);
    const factor = factors?.[set] ?? 1;
    const values = row.slice(start, start + length).map((value) => value * factor);
    const floor = absoluteFloor(values, relativeFloor);
    return { values: values.filter((value) => value > floor), floor, summaries: summarise(values, floor) };
  });
  return {
    quantity,
    values: sets.map(({ values }) => values),
    floor: sets.map(({ floor }) => (Number.isNaN(floor) ? 0 : floor)),
    summaries: sets.map(({ summaries }) => present(Object.entries(summaries))),
  };
}

/** A record in the contract has no NaN: what is none has no entry. */
function present(entries: readonly (readonly [string, number])[]): Record<string, number> {
  return Object.fromEntries(entries.filter(([, value]) => !Number.isNaN(value)));
}

/** A regrouped session has singular values of some layers at fewer steps than of others. */
function nearestWithValues(store: SessionStore, { run, layer: index, step }: Input<'session.step'>): number | null {
  const layer = store.layers[index];
  if (layer === undefined) return null;
  const values = alignmentOffset(layer.layout);
  const first = (sql: string): number | null => {
    for (const row of store.statement(sql).iterate(run, index, Math.floor(step))) {
      if (
        float32Of(row['spectra'])
          .subarray(0, values)
          .some((value) => value >= 0)
      )
        return Number(row['step']);
    }
    return null;
  };
  const rows = 'SELECT step, spectra FROM spectra WHERE run = ? AND layer = ? AND step';
  return nearer(step, first(`${rows} <= ? ORDER BY step DESC`), first(`${rows} > ? ORDER BY step`));
}

function nearer(step: number, before: number | null, after: number | null): number | null {
  if (before === null || after === null) return before ?? after;
  return step - before <= after - step ? before : after;
}

/** @param captured 1: among captured steps only */
function nearest(store: SessionStore, run: number, step: number, captured: 0 | 1): number | null {
  const before = store
    .statement('SELECT step FROM step WHERE run = ? AND step <= ? AND captured >= ? ORDER BY step DESC LIMIT 1')
    .get(run, Math.floor(step), captured)?.['step'];
  const after = store
    .statement('SELECT step FROM step WHERE run = ? AND step > ? AND captured >= ? ORDER BY step LIMIT 1')
    .get(run, Math.floor(step), captured)?.['step'];
  return nearer(step, before === undefined ? null : Number(before), after === undefined ? null : Number(after));
}
