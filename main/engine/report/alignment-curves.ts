/** How far the gradients of two groups point the same way, over the steps. */
import type { SessionRun } from '#app/contract/session.ts';
import { mostAlignmentSteps, type AlignmentCurves, type SpectraFacts } from '#app/report/material.ts';
import { gradientCosines } from '#app/spectra/alignment.ts';
import { alignmentOffset } from '#app/spectra/layout.ts';
import { float32Of } from '../session/blob.ts';
import type { StoredLayer } from '../session/measures.ts';
import type { SessionStore } from '../session/store.ts';
import { curveOver } from './curves.ts';

export function alignmentCurves(
  store: SessionStore,
  runs: readonly SessionRun[],
  columns: Pick<SpectraFacts, 'first' | 'last'>,
): AlignmentCurves[] {
  const groups = store.sets.length - 1;
  const pairs = Array.from({ length: groups }, (_, g) =>
    Array.from({ length: groups - g - 1 }, (_each, h): [number, number] => [g, g + 1 + h]),
  ).flat();
  return store.layers.map((layer, index) => {
    const cosines = runs.map((run) => meanCosines(store, run, { index, layer, groups }, columns));
    return {
      layer: layer.view.name,
      pairs: pairs.map(([g, h]) => ({
        groups: [store.sets[g] ?? '', store.sets[h] ?? ''],
        curve: curveOver(
          cosines.map((means) => columns.first.map((_, column) => means[column]?.[g * groups + h] ?? Number.NaN)),
          columns.first.length,
        ),
      })),
    };
  });
}

/** @returns of each column the mean cosine of each pair [groups x groups] over its steps; NaN where there is none */
function meanCosines(
  store: SessionStore,
  run: SessionRun,
  { index, layer, groups }: { index: number; layer: StoredLayer; groups: number },
  { first, last }: Pick<SpectraFacts, 'first' | 'last'>,
): number[][] {
  const sums = first.map(() => new Float64Array(groups * groups));
  const counts = first.map(() => new Float64Array(groups * groups));
  const row = store.statement('SELECT spectra FROM spectra WHERE run = ? AND layer = ? AND step = ?');
  let column = 0;
  for (const step of lookedAt(store, run.index, index)) {
    while (column < last.length - 1 && step > (last[column] ?? 0)) column += 1;
    const spectra = float32Of(row.get(run.index, index, step)?.['spectra']);
    const cosines = gradientCosines(spectra.subarray(alignmentOffset(layer.layout)), groups);
    cosines.forEach((cosine, pair) => {
      if (Number.isNaN(cosine)) return;
      const [sum, count] = [sums[column], counts[column]];
      if (sum === undefined || count === undefined) return;
      sum[pair] = (sum[pair] ?? 0) + cosine;
      count[pair] = (count[pair] ?? 0) + 1;
    });
  }
  return sums.map((sum, at) => Array.from(sum, (total, pair) => total / (counts[at]?.[pair] ?? 0)));
}

/** Captured steps, all or evenly spaced: their numbers are in the index, so what is not looked at is not read. */
function lookedAt(store: SessionStore, run: number, layer: number): number[] {
  const steps = store
    .statement('SELECT step FROM spectra WHERE run = ? AND layer = ? ORDER BY step')
    .all(run, layer)
    .map(({ step }) => Number(step));
  const every = Math.ceil(steps.length / mostAlignmentSteps);
  return every <= 1 ? steps : steps.filter((_, place) => place % every === 0);
}
