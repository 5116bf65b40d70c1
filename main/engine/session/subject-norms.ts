/** Whose gradients dominate: the mean norm of each subject's own gradient, layer by layer, over a range of steps. */
import type { Input } from '#app/contract/operations.ts';
import type { SubjectNorms } from '#app/contract/review.ts';
import { gradientNorms, gradientProducts } from '#app/spectra/regroup.ts';
import { float32Of, float64Of, int32Of } from './blob.ts';
import { loadBody } from './header.ts';
import type { SessionStore } from './store.ts';

/** Of a longer range so many steps are looked at, spread evenly: a mean changes little by more. */
const mostSteps = 2000;

export function subjectNorms(store: SessionStore, { run, from, to }: Input<'session.subject-norms'>): SubjectNorms {
  const { subjects, classes, study, configuration } = loadBody(store.database);
  const captured = store
    .statement('SELECT step FROM step WHERE run = ? AND captured = 1 AND step BETWEEN ? AND ? ORDER BY step')
    .all(run, from, to)
    .map(({ step }) => Number(step));
  const stride = Math.max(1, Math.ceil(captured.length / mostSteps));
  const steps = captured.filter((_, at) => at % stride === 0);
  const sums = new Float64Array(store.layers.length * subjects.length);
  const counts = new Int32Array(sums.length);
  for (const step of steps) addStep(store, run, step, subjects.length, sums, counts);

  const known = store.layers.flatMap((_, layer) =>
    rowOf(counts, layer, subjects.length).some((count) => count > 0) ? [layer] : [],
  );
  const means = new Float32Array(known.length * subjects.length);
  const kept = new Int32Array(means.length);
  known.forEach((layer, place) => {
    const of = rowOf(counts, layer, subjects.length);
    kept.set(of, place * subjects.length);
    of.forEach((count, subject) => {
      means[place * subjects.length + subject] = (sums[layer * subjects.length + subject] as number) / count;
    });
  });
  const isClass = configuration.task.kind === 'classification';
  return {
    layers: known.map((layer) => store.layer(layer).view.name),
    subjects: subjects.map(({ id, group, target }) => ({
      id,
      group: study.groups.groups[group]?.name ?? '',
      target: isClass ? (classes[target] ?? '') : '',
    })),
    means,
    counts: kept,
    steps: steps.length,
    captured: captured.length,
  };
}

function rowOf(counts: Int32Array, layer: number, subjects: number): Int32Array {
  return counts.subarray(layer * subjects, (layer + 1) * subjects);
}

/** Adds N |G_i| of the samples of a step: stored, or from the products of samples' gradients where those were kept. */
function addStep(
  store: SessionStore,
  run: number,
  step: number,
  all: number,
  sums: Float64Array,
  counts: Int32Array,
): void {
  const row = store.statement('SELECT subjects FROM step WHERE run = ? AND step = ?').get(run, step);
  const batch = int32Of(row?.['subjects']);
  for (const [layer, norms] of normsOfStep(store, run, step, batch.length)) {
    batch.forEach((subject, sample) => {
      const norm = norms[sample] ?? Number.NaN;
      if (!Number.isFinite(norm)) return;
      const at = layer * all + subject;
      sums[at] = (sums[at] as number) + norm * batch.length;
      counts[at] = (counts[at] as number) + 1;
    });
  }
}

function normsOfStep(store: SessionStore, run: number, step: number, samples: number): Map<number, ArrayLike<number>> {
  const norms = new Map<number, ArrayLike<number>>();
  const stored = store.statement('SELECT layer, norms FROM sample_norm WHERE run = ? AND step = ?').all(run, step);
  for (const row of stored) norms.set(Number(row['layer']), float32Of(row['norms']));
  if (norms.size === store.layers.length) return norms;
  const grams = store.statement('SELECT layer, grams FROM gram WHERE run = ? AND step = ?').all(run, step);
  for (const row of grams) {
    const layer = Number(row['layer']);
    if (norms.has(layer)) continue;
    norms.set(layer, gradientNorms(gradientProducts(float64Of(row['grams']), samples), samples));
  }
  return norms;
}
