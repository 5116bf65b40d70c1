/** A session as named arrays: per run, layer and quantity, the steps along the first axis (docs/export.md). */
import type { ExportTableName } from '#app/contract/export.ts';
import { summaryNames } from '#app/contract/session.ts';
import { float32Of, int32Of } from '../../session/blob.ts';
import { loadBody, loadCard, loadRuns, parseMetrics } from '../../session/header.ts';
import type { SessionStore } from '../../session/store.ts';
import { epochMetrics, epochParts } from '../tables/training.ts';
import { count } from '../tables/table.ts';
import { capturedArrays } from './captured-arrays.ts';
import type { ArraySink } from './sink.ts';

export interface ArraysRequest {
  parts: ReadonlySet<ExportTableName>;
  /** Called after each stored record. */
  done: () => void;
}

/** Stored records that arrays of these parts come from, for progress. */
export function arrayRecords(store: SessionStore, parts: ReadonlySet<ExportTableName>): number {
  const captured = isCaptured(parts) ? count(store, 'spectra') : 0;
  return captured + (parts.has('scalars') ? count(store, 'step') : 0);
}

export function sessionArrays(store: SessionStore, sink: ArraySink, { parts, done }: ArraysRequest): void {
  describeSession(store, sink, parts);
  for (const run of loadRuns(store.database, true)) {
    const path = `run-${run.index}`;
    sink.attributes(path, {
      ...{ fold: run.fold, repeat: run.repeat ?? 1, seed: run.seed, status: run.status, steps: run.steps },
      ...{ training_subjects: run.trainingSubjects, validation_subjects: run.validationSubjects },
    });
    if (parts.has('scalars')) stepArrays(store, sink, run.index, done);
    if (parts.has('epochs')) epochArrays(store, sink, run.index);
    if (parts.has('predictions')) predictionArrays(store, sink, run.index);
    if (!isCaptured(parts)) continue;
    for (let layer = 0; layer < store.layers.length; layer++) {
      capturedArrays(store, sink, { run: run.index, layer, parts, done });
    }
  }
}

function isCaptured(parts: ReadonlySet<ExportTableName>): boolean {
  return (['spectra', 'summaries', 'alignment', 'sample-norms'] as const).some((part) => parts.has(part));
}

function describeSession(store: SessionStore, sink: ArraySink, parts: ReadonlySet<ExportTableName>): void {
  const { title, created, status, studyName, groups, target, model } = loadCard(store.database, true);
  const { subjects, classes, configuration, provenance, notes } = loadBody(store.database);
  sink.attributes('', {
    ...{ title, created, status, study: studyName, target, model, notes },
    configuration: JSON.stringify(configuration),
    provenance: JSON.stringify(provenance),
    singular_values: 'raw; times normalisation they compare between groups of different size (docs/method.md)',
  });
  sink.texts(
    'groups',
    groups.map(({ name }) => name),
  );
  sink.texts('sets', store.sets);
  sink.texts('summary_names', summaryNames);
  sink.texts('scalar_names', store.scalars);
  sink.texts('classes', classes);
  sink.attributes('sets', {
    description: 'second axis of singular values and summaries: the groups, then all samples',
  });
  if (!parts.has('study') && !parts.has('predictions') && !parts.has('sample-norms') && !parts.has('scalars')) return;
  sink.texts(
    'subjects/id',
    subjects.map(({ id }) => id),
  );
  const integers = (name: string, values: readonly number[]): void =>
    sink.numbers(`subjects/${name}`, 'int32', [values.length]).append(values);
  integers(
    'group',
    subjects.map(({ group }) => group),
  );
  sink.numbers('subjects/target', 'float64', [subjects.length]).append(subjects.map((subject) => subject.target));
  sink.attributes('subjects', { description: 'who took part; batches and predictions name them by their place here' });
}

function stepArrays(store: SessionStore, sink: ArraySink, run: number, done: () => void): void {
  const { steps, batch } = widths(store, run);
  const groups = store.sets.length - 1;
  const path = `run-${run}/steps`;
  const axis = (name: string): ReturnType<ArraySink['numbers']> => sink.numbers(`${path}/${name}`, 'int32', [steps]);
  const [step, epoch, captured] = [axis('step'), axis('epoch'), axis('captured')];
  const samples = sink.numbers(`${path}/samples`, 'int32', [steps, groups]);
  const subjects = sink.numbers(`${path}/subjects`, 'int32', [steps, batch]);
  const scalars = store.scalars.map((name) => sink.numbers(`${path}/${name}`, 'float32', [steps]));
  sink.attributes(`${path}/samples`, { axes: ['step', 'group'], units: 'samples of the batch' });
  sink.attributes(`${path}/subjects`, { axes: ['step', 'sample'], units: 'place in subjects; -1: none' });
  for (const [i, name] of store.scalars.entries())
    sink.attributes(`${path}/${name}`, { units: unitsOf(store.scalars[i] ?? name) });
  const rows = store.statement(
    'SELECT step, epoch, captured, scalars, group_sizes, subjects FROM step WHERE run = ? ORDER BY step',
  );
  for (const record of rows.iterate(run)) {
    step.append([Number(record['step'])]);
    epoch.append([Number(record['epoch'])]);
    captured.append([Number(record['captured'])]);
    samples.append(int32Of(record['group_sizes']));
    const present = int32Of(record['subjects']);
    subjects.append(Array.from({ length: batch }, (_, i) => present[i] ?? -1));
    const values = float32Of(record['scalars']);
    scalars.forEach((scalar, i) => scalar.append([values[i] ?? Number.NaN]));
    done();
  }
}

/** Steps stored of a run, and the samples of its largest batch. */
function widths(store: SessionStore, run: number): { steps: number; batch: number } {
  const row = store
    .statement('SELECT count(*) AS steps, max(length(subjects)) AS bytes FROM step WHERE run = ?')
    .get(run);
  return { steps: Number(row?.['steps']), batch: Number(row?.['bytes'] ?? 0) / 4 };
}

function unitsOf(scalar: string): string {
  return scalar.endsWith('-ms') ? 'milliseconds' : '1';
}

function epochArrays(store: SessionStore, sink: ArraySink, run: number): void {
  const metrics = epochMetrics[loadBody(store.database).configuration.task.kind];
  const rows = store
    .statement('SELECT epoch, step, training, validation FROM epoch WHERE run = ? ORDER BY epoch')
    .all(run);
  const path = `run-${run}/epochs`;
  for (const name of ['epoch', 'step']) {
    sink.numbers(`${path}/${name}`, 'int32', [rows.length]).append(rows.map((row) => Number(row[name])));
  }
  for (const part of epochParts) {
    const parsed = rows.map((row) => parseMetrics(row[part]));
    for (const metric of metrics) {
      const values = parsed.map((each) => each[metric] ?? Number.NaN);
      sink.numbers(`${path}/${part}_${metric}`, 'float64', [rows.length]).append(values);
    }
  }
}

/** Of runs that ended. */
function predictionArrays(store: SessionStore, sink: ArraySink, run: number): void {
  const rows = store.statement('SELECT subject, loss, outputs FROM prediction WHERE run = ? ORDER BY subject').all(run);
  if (rows.length === 0) return;
  const path = `run-${run}/predictions`;
  const outputs = rows.map((row) => float32Of(row['outputs']).slice());
  const width = outputs[0]?.length ?? 0;
  sink.numbers(`${path}/subject`, 'int32', [rows.length]).append(rows.map((row) => Number(row['subject'])));
  sink.numbers(`${path}/loss`, 'float64', [rows.length]).append(rows.map((row) => Number(row['loss'])));
  const said = sink.numbers(`${path}/outputs`, 'float32', [rows.length, width]);
  for (const each of outputs) said.append(each);
  sink.attributes(path, { description: 'validation subjects, by the weights that are kept' });
  sink.attributes(`${path}/outputs`, { axes: ['subject', 'class'], units: 'probability, or the units of the target' });
}
