/**
 * A saved session under other groups, as a session of its own: the spectra of its steps as a capture with those groups would
 * have given them, from the sample Grams that were kept, and from replay where it is asked for.
 */
import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { cancelled, inputError } from '#app/contract/errors.ts';
import type { RunStatus } from '#app/contract/session.ts';
import { rowLength } from '#app/spectra/layout.ts';
import { regroup } from '#app/study/regroup.ts';
import type { Labelling } from '#app/study/study.ts';
import { t } from '#app/text/text.ts';
import { regroupRow } from '../capture/regroup.ts';
import { float32Of, float64Of, int32Of } from './blob.ts';
import { loadLayers, loadRuns, parseMetrics, type SessionBody } from './header.ts';
import { regroupedQuantities } from './regroup-choices.ts';
import { regroupedHeader, type PlannedLayer, type RegroupPlan } from './regroup-header.ts';
import type { ReplaySource } from './replay-source.ts';
import type { SessionStore } from './store.ts';
import type { SessionHeader, SessionWriter } from './types.ts';
import { storedNorms, storedOutcome } from './unregrouped.ts';

export interface LayerOutcome {
  name: string;
  /** Quantities whose spectra come from Grams, at the steps that kept them; of the others Grams give the alignment alone. */
  regrouped: readonly string[];
  /** Quantities whose spectra come from replay, at the steps that were replayed. */
  replayed: readonly string[];
}

export interface Regrouped {
  header: SessionHeader;
  layers: readonly LayerOutcome[];
  groups: readonly { name: string; subjects: number }[];
  /** Steps that have spectra under the new groups; those that kept Grams, and those that are replayed, among them. */
  steps: number;
  gramSteps: number;
  replayedSteps: number;
  /**
   * Writes every run and closes the writer; requests are answered between steps.
   * @returns the largest difference between a replayed loss and the recorded one, as a fraction of it; null without replay
   * @throws SpectroscopeError (cancelled) when the signal is aborted: the writer is closed then too
   */
  write(writer: SessionWriter, job: RegroupJob): Promise<number | null>;
  /** In place of `write`: gives up what it would have replayed with. */
  discard(): void;
}

export interface RegroupJob {
  signal: AbortSignal;
  progress(done: number, total: number): void;
}

/**
 * @param store the session to be regrouped
 * @param body what it says of itself
 * @param labelling of its study
 * @param replayWith makes what replays steps under so many groups; null: Grams alone. It is disposed of by `write`
 * @throws SpectroscopeError (input) 'no-grams' when the session kept none and nothing is replayed; (setting) as `regroup`
 */
export function regroupedSession(
  store: SessionStore,
  body: SessionBody,
  labelling: Labelling,
  title: string | null,
  replayWith: ((groups: number) => ReplaySource) | null = null,
): Regrouped {
  const { labelling: groups, groupOf } = regroup(body.study, body.subjects, labelling);
  const replay = replayWith?.(groups.groups.length) ?? null;
  const layers = plannedLayers(store, groups.groups.length, replay);
  if (layers.length === 0) {
    replay?.dispose();
    throw noGrams(store.file);
  }
  const plan: RegroupPlan = { layers, groupOf, groups: groups.groups.length, replay };
  const sizes = groups.groups.map((_, group) => groupOf.filter((each) => each === group).length);
  return {
    header: regroupedHeader(store, body, plan, groups, title),
    layers: layers.map(({ view, grams }) => ({
      name: view.name,
      regrouped: grams?.regrouped ?? [],
      replayed: replay === null ? [] : view.quantities.map(({ quantity }) => quantity),
    })),
    groups: groups.groups.map(({ name }, group) => ({ name, subjects: sizes[group] ?? 0 })),
    ...stepCounts(store, replay),
    write: async (writer, job) => {
      try {
        await writeRuns(store, plan, writer, job);
        return replay?.lossDifference ?? null;
      } finally {
        replay?.dispose();
      }
    },
    discard: () => replay?.dispose(),
  };
}

const stepsAtOnce = 16;

function stepCounts(
  store: SessionStore,
  replay: ReplaySource | null,
): Pick<Regrouped, 'steps' | 'gramSteps' | 'replayedSteps'> {
  const counts = { steps: 0, gramSteps: 0, replayedSteps: 0 };
  for (const { index } of loadRuns(store.database, false)) {
    const rows = store.statement('SELECT DISTINCT step FROM gram WHERE run = ?').all(index);
    const [grams, replayed] = [rows.map(({ step }) => Number(step)), replay?.stepsOf(index) ?? new Set<number>()];
    counts.gramSteps += grams.length;
    counts.replayedSteps += replayed.size;
    counts.steps += new Set([...grams, ...replayed]).size;
  }
  return counts;
}

/** Those that are replayed, which are all, or those that kept Grams. */
function plannedLayers(store: SessionStore, groups: number, replay: ReplaySource | null): PlannedLayer[] {
  const stored = loadLayers(store.database);
  if (replay !== null) {
    return replay.layers.map(({ view, layout }, index) => {
      const layer = stored[index];
      const regrouped = layer === undefined ? null : regroupedQuantities(store, layer, index);
      return { view, layout, grams: regrouped === null ? null : { stored: index, regrouped } };
    });
  }
  return stored.flatMap((layer, index) => {
    const regrouped = regroupedQuantities(store, layer, index);
    if (regrouped === null) return [];
    const quantities = layer.view.quantities.filter(({ quantity }) => regrouped.includes(quantity));
    const layout = { groups, quantities: quantities.map(({ quantity, values }) => ({ quantity, values })) };
    return [{ view: { ...layer.view, quantities }, layout, grams: { stored: index, regrouped } }];
  });
}

async function writeRuns(
  store: SessionStore,
  plan: RegroupPlan,
  writer: SessionWriter,
  job: RegroupJob,
): Promise<void> {
  const total = Number(store.statement('SELECT count(*) AS steps FROM step').get()?.['steps']);
  let status: RunStatus = 'failed';
  try {
    let done = 0;
    for (const run of loadRuns(store.database, false)) {
      writer.runStatus(run.index, 'running', null);
      await plan.replay?.begin(run.index);
      for (const row of store.statement('SELECT * FROM step WHERE run = ? ORDER BY step').all(run.index)) {
        const looked = await writeStep(store, plan, run.index, row, writer);
        done += 1;
        if (!looked && done % stepsAtOnce !== 0) continue;
        await setImmediate();
        if (job.signal.aborted) throw cancelled(t('Regrouping'));
        job.progress(done, total);
      }
      for (const row of store.statement('SELECT * FROM epoch WHERE run = ? ORDER BY epoch').all(run.index)) {
        const [training, validation] = [parseMetrics(row['training']), parseMetrics(row['validation'])];
        writer.epoch(run.index, Number(row['epoch']), Number(row['step']), training, validation);
      }
      const outcome = storedOutcome(store, run.index);
      if (outcome !== null) writer.outcome(run.index, outcome);
      writer.runStatus(run.index, run.status, run.metrics);
    }
    status = 'finished';
  } finally {
    writer.close(status);
  }
}

/** @returns whether it took a look at the step again */
async function writeStep(
  store: SessionStore,
  plan: RegroupPlan,
  run: number,
  row: Record<string, unknown>,
  writer: SessionWriter,
): Promise<boolean> {
  const step = Number(row['step']);
  const subjects = int32Of(row['subjects']);
  const scalars = float32Of(row['scalars']);
  const labels = Array.from(subjects, (subject) => plan.groupOf[subject] ?? 0);
  const order = Array.from(labels.keys()).sort((a, b) => (labels[a] ?? 0) - (labels[b] ?? 0) || a - b);
  const sizes = Array.from({ length: plan.groups }, (_, group) => labels.filter((each) => each === group).length);
  const loss = scalars[writer.scalars.indexOf('loss')] ?? Number.NaN;
  const recorded = { run, step, subjects, groupSizes: int32Of(row['group_sizes']), loss };
  const looked = (await plan.replay?.look(recorded, { order, groupSizes: sizes })) ?? null;
  writer.step({
    run,
    step,
    epoch: Number(row['epoch']),
    scalars,
    groupSizes: Int32Array.from(sizes),
    subjects: Int32Array.from(order, (i) => subjects[i] ?? 0),
    spectra: looked?.rows ?? rowsFromGrams(store, plan, run, step, labels),
    sampleNorms:
      looked?.sampleNorms ??
      storedNorms(
        store,
        plan.layers.map(({ grams }) => grams?.stored ?? null),
        run,
        step,
        order,
      ),
  });
  return looked !== null;
}

/** @returns null when the step kept no Grams */
function rowsFromGrams(
  store: SessionStore,
  plan: RegroupPlan,
  run: number,
  step: number,
  labels: readonly number[],
): Float32Array[] | null {
  const grams = store.statement('SELECT layer, grams FROM gram WHERE run = ? AND step = ?').all(run, step);
  const kept = new Map(grams.map((each) => [Number(each['layer']), float64Of(each['grams'])]));
  if (kept.size === 0) return null;
  return plan.layers.map(({ grams: from, view, layout }) => {
    const of = from === null ? undefined : kept.get(from.stored);
    return of === undefined
      ? new Float32Array(rowLength(layout)).fill(Number.NaN)
      : regroupRow(view, of, labels, plan.groups).row;
  });
}

function noGrams(file: string): Error {
  const name = basename(file);
  return inputError(
    'no-grams',
    t(
      '{name} kept no sample Grams to be regrouped from: replay it (--replay), or train again and keep them (Design, Recording; on the command line --keep-grams).',
      { name },
    ),
    { file: name, expected: t('a session that kept sample Grams') },
  );
}
