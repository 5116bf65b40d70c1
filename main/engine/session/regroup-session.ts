/**
 * A saved session under other groups, from the sample Grams that were kept: the spectra of each such step as a capture with
 * those groups would have given them, written to a session of its own. Nothing is trained, no data are read.
 */
import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { cancelled, inputError } from '#app/contract/errors.ts';
import type { RunStatus, SessionLayer } from '#app/contract/session.ts';
import { gramCadence } from '#app/spectra/kept-grams.ts';
import { rowLength, type LayerLayout } from '#app/spectra/layout.ts';
import { regroup } from '#app/study/regroup.ts';
import type { Labelling } from '#app/study/study.ts';
import { regroupRow } from '../capture/regroup.ts';
import { float32Of, float64Of, int32Of } from './blob.ts';
import { loadCard, loadLayers, loadRuns, parseMetrics, type SessionBody } from './header.ts';
import type { StoredLayer } from './measures.ts';
import type { SessionStore } from './store.ts';
import type { SessionHeader, SessionWriter } from './types.ts';

export interface LayerOutcome {
  name: string;
  /** Quantities whose spectra the new session has; of the others it has the alignment of the groups' gradients alone. */
  regrouped: readonly string[];
}

export interface Regrouped {
  header: SessionHeader;
  layers: readonly LayerOutcome[];
  groups: readonly { name: string; subjects: number }[];
  /** Steps that have spectra under the new groups. */
  steps: number;
  /**
   * Writes every run and closes the writer; requests are answered between steps.
   * @throws SpectroscopeError (cancelled) when the signal is aborted: the writer is closed then too
   */
  write(writer: SessionWriter, job: RegroupJob): Promise<void>;
}

export interface RegroupJob {
  signal: AbortSignal;
  progress(done: number, total: number): void;
}

interface Plan {
  /** Of the session's layers, those that kept Grams, as the new session describes them. */
  layers: readonly { stored: number; view: SessionLayer; layout: LayerLayout }[];
  groupOf: readonly number[];
  groups: number;
}

/**
 * @param store the session to be regrouped
 * @param body what it says of itself
 * @param labelling of its study
 * @throws SpectroscopeError (input) 'no-grams' when the session kept none; (setting) as `regroup`
 */
export function regroupedSession(
  store: SessionStore,
  body: SessionBody,
  labelling: Labelling,
  title: string | null,
): Regrouped {
  const { labelling: groups, groupOf } = regroup(body.study, body.subjects, labelling);
  const layers = loadLayers(store.database).flatMap((layer, stored) => {
    const regrouped = regroupedLayer(store, layer, stored, groups.groups.length);
    return regrouped === null ? [] : [{ stored, ...regrouped }];
  });
  if (layers.length === 0) throw noGrams(store.file);
  const plan: Plan = { layers, groupOf, groups: groups.groups.length };
  const total = Number(store.statement('SELECT count(*) AS steps FROM step').get()?.['steps']);
  const kept = Number(
    store.statement('SELECT count(*) AS steps FROM (SELECT DISTINCT run, step FROM gram)').get()?.['steps'],
  );
  const sizes = groups.groups.map((_, group) => groupOf.filter((each) => each === group).length);
  return {
    header: headerOf(store, body, plan, groups, title),
    layers: layers.map(({ view }) => ({ name: view.name, regrouped: view.quantities.map(({ quantity }) => quantity) })),
    groups: groups.groups.map(({ name }, group) => ({ name, subjects: sizes[group] ?? 0 })),
    steps: kept,
    write: (writer, job) => writeRuns(store, plan, writer, job, total),
  };
}

const stepsAtOnce = 16;

/** @returns null when no Grams of the layer were kept */
function regroupedLayer(
  store: SessionStore,
  { view }: StoredLayer,
  stored: number,
  groups: number,
): { view: SessionLayer; layout: LayerLayout } | null {
  const first = store
    .statement(
      'SELECT gram.grams, step.subjects FROM gram JOIN step USING (run, step) WHERE gram.layer = ? ORDER BY gram.run, gram.step LIMIT 1',
    )
    .get(stored);
  if (first === undefined) return null;
  const samples = int32Of(first['subjects']).length;
  const { regrouped } = regroupRow(view, float64Of(first['grams']), new Array<number>(samples).fill(0), 1);
  const quantities = view.quantities.filter(({ quantity }) => regrouped.includes(quantity));
  return {
    view: { ...view, quantities },
    layout: { groups, quantities: quantities.map(({ quantity, values }) => ({ quantity, values })) },
  };
}

function headerOf(
  store: SessionStore,
  body: SessionBody,
  plan: Plan,
  labelling: Labelling,
  title: string | null,
): SessionHeader {
  const card = loadCard(store.database, false);
  const by = labelling.column ?? 'a list';
  const { capture } = body.configuration;
  return {
    title: title ?? `${card.title}, regrouped by ${by}`,
    study: { ...body.study, target: body.study.target ?? body.study.groups, groups: labelling },
    classes: body.classes,
    targetIsGroups: false,
    subjects: body.subjects.map((subject, i) => ({ ...subject, group: plan.groupOf[i] ?? 0 })),
    configuration: { ...body.configuration, capture: { ...capture, every: gramCadence(capture), grams: null } },
    provenance: { ...body.provenance, 'regrouped from': basename(store.file), 'regrouped by': by },
    inputShape: body.inputShape,
    layers: plan.layers.map(({ view, layout }, index) => ({ view: { ...view, index }, layout })),
    scalars: body.scalars,
    runs: loadRuns(store.database, false),
  };
}

async function writeRuns(
  store: SessionStore,
  plan: Plan,
  writer: SessionWriter,
  job: RegroupJob,
  total: number,
): Promise<void> {
  let status: RunStatus = 'failed';
  try {
    let done = 0;
    for (const run of loadRuns(store.database, false)) {
      writer.runStatus(run.index, 'running', null);
      for (const row of store.statement('SELECT * FROM step WHERE run = ? ORDER BY step').all(run.index)) {
        writeStep(store, plan, run.index, row, writer);
        done += 1;
        if (done % stepsAtOnce !== 0) continue;
        await setImmediate();
        if (job.signal.aborted) throw cancelled('Regrouping');
        job.progress(done, total);
      }
      for (const row of store.statement('SELECT * FROM epoch WHERE run = ? ORDER BY epoch').all(run.index)) {
        const [training, validation] = [parseMetrics(row['training']), parseMetrics(row['validation'])];
        writer.epoch(run.index, Number(row['epoch']), Number(row['step']), training, validation);
      }
      writer.runStatus(run.index, run.status, run.metrics);
    }
    status = 'finished';
  } finally {
    writer.close(status);
  }
}

function writeStep(
  store: SessionStore,
  plan: Plan,
  run: number,
  row: Record<string, unknown>,
  writer: SessionWriter,
): void {
  const step = Number(row['step']);
  const subjects = int32Of(row['subjects']);
  const labels = Array.from(subjects, (subject) => plan.groupOf[subject] ?? 0);
  const grams = store.statement('SELECT layer, grams FROM gram WHERE run = ? AND step = ?').all(run, step);
  const kept = new Map(grams.map((each) => [Number(each['layer']), float64Of(each['grams'])]));
  const order = Array.from(labels.keys()).sort((a, b) => (labels[a] ?? 0) - (labels[b] ?? 0) || a - b);
  const spectra =
    kept.size === 0
      ? null
      : plan.layers.map(({ stored, view, layout }) => {
          const of = kept.get(stored);
          return of === undefined
            ? new Float32Array(rowLength(layout)).fill(Number.NaN)
            : regroupRow(view, of, labels, plan.groups).row;
        });
  writer.step({
    run,
    step,
    epoch: Number(row['epoch']),
    scalars: float32Of(row['scalars']),
    groupSizes: Int32Array.from({ length: plan.groups }, (_, group) => labels.filter((each) => each === group).length),
    subjects: Int32Array.from(order, (i) => subjects[i] ?? 0),
    spectra,
  });
}

function noGrams(file: string): Error {
  const name = basename(file);
  return inputError(
    'no-grams',
    `${name} kept no sample Grams, so it cannot be regrouped: train again and keep them (Design, Recording; on the command line --keep-grams).`,
    { file: name, expected: 'a session that kept sample Grams' },
  );
}
