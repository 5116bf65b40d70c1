/** What a session says of itself, as entries of its `meta`, `layer` and `run` tables. */
import type { DatabaseSync } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { metricsSchema, sessionLayerSchema } from '#app/contract/session.ts';
import type { Metrics, RunStatus, SessionRun } from '#app/contract/session.ts';
import { configurationSchema, quantities } from '#app/run/configuration.ts';
import { reconstructionTarget } from '#app/run/target-words.ts';
import { studySchema } from '#app/study/study.ts';
import type { Labelling } from '#app/study/study.ts';
import { inWriting, sentenceSchema } from '#app/text/sentence.ts';
import type { SessionHeader } from './types.ts';
import { studyWithoutPaths, wordsWithoutPaths } from './without-paths.ts';
import { lives, thisProcess } from './writer-marker.ts';

const noMetrics: Metrics = { loss: null, accuracy: null, auc: null };

/** Entries of `meta`, each JSON. `list` reads those of `cardSchema` alone: a study can be large. */
const cardSchema = v.object({
  title: v.string(),
  created: v.string(),
  status: v.picklist(['waiting', 'running', 'paused', 'finished', 'stopped', 'interrupted', 'failed']),
  /** Of the process that writes; null when the session is closed. */
  writer: v.nullable(v.object({ computer: v.string(), pid: v.number(), started: v.nullable(v.string()) })),
  studyName: v.string(),
  groups: v.array(v.object({ name: v.string(), colour: v.number(), subjects: v.number() })),
  target: v.string(),
  model: v.string(),
});
export type SessionCard = v.InferOutput<typeof cardSchema>;

const bodySchema = v.object({
  notes: v.string(),
  study: studySchema,
  classes: v.array(v.string()),
  targetIsGroups: v.boolean(),
  subjects: v.array(v.object({ id: v.string(), group: v.number(), target: v.number() })),
  configuration: configurationSchema,
  /** In English. */
  provenance: v.record(v.string(), v.string()),
  /** Entries of it that are sentences, as they were made; absent in older files. */
  provenanceSaid: v.optional(v.record(v.string(), sentenceSchema)),
  inputShape: v.array(v.number()),
  scalars: v.array(v.string()),
  features: v.optional(v.array(v.string())),
  dataSha256: v.optional(v.string()),
});
export type SessionBody = v.InferOutput<typeof bodySchema>;

const layoutSchema = v.object({
  groups: v.number(),
  quantities: v.array(v.object({ quantity: v.picklist(quantities), values: v.number() })),
});
const storedLayersSchema = v.array(v.object({ view: sessionLayerSchema, layout: layoutSchema }));
export type StoredLayers = v.InferOutput<typeof storedLayersSchema>;

export function storeHeader(database: DatabaseSync, header: SessionHeader): void {
  const { study, configuration } = header;
  const card: SessionCard = {
    title: header.title,
    created: new Date().toISOString(),
    status: 'running',
    writer: thisProcess(),
    studyName: study.name,
    groups: study.groups.groups.map(({ name, colour }, group) => ({
      name,
      colour,
      subjects: header.subjects.filter((subject) => subject.group === group).length,
    })),
    target: targetName(header),
    model: configuration.model.name,
  };
  const body: SessionBody = {
    notes: '',
    study: studyWithoutPaths(study),
    classes: [...header.classes],
    targetIsGroups: header.targetIsGroups,
    subjects: header.subjects.map(({ id, group, target }) => ({ id, group, target })),
    configuration,
    ...provenanceOf(header),
    inputShape: [...header.inputShape],
    scalars: [...header.scalars],
    ...(header.features === undefined ? {} : { features: [...header.features] }),
    ...(header.dataSha256 === undefined ? {} : { dataSha256: header.dataSha256 }),
  };
  for (const [name, value] of Object.entries({ ...card, ...body })) setMeta(database, name, value);

  const layer = database.prepare('INSERT INTO layer (layer, name, description, layout) VALUES (?, ?, ?, ?)');
  header.layers.forEach(({ view, layout }, index) => {
    layer.run(index, view.name, JSON.stringify(view), JSON.stringify(layout));
  });
  const run = database.prepare(
    `INSERT INTO run (run, fold, seed, status, steps, captured, steps_per_epoch, training_subjects, validation_subjects,
       training_groups, metrics, repeat) VALUES (?, ?, ?, 'waiting', 0, 0, ?, ?, ?, ?, ?, ?)`,
  );
  header.runs.forEach((each, index) => {
    run.run(
      index,
      each.fold,
      each.seed,
      each.stepsPerEpoch,
      each.trainingSubjects,
      each.validationSubjects,
      JSON.stringify(each.trainingGroups),
      JSON.stringify({ training: noMetrics, validation: noMetrics }),
      each.repeat ?? 1,
    );
  });
}

/** What is kept of what a session was made with. */
function provenanceOf({ provenance }: SessionHeader): Pick<SessionBody, 'provenance' | 'provenanceSaid'> {
  const entries = Object.entries(wordsWithoutPaths(provenance));
  const said = entries.flatMap(([name, words]) => (typeof words === 'string' ? [] : [[name, words] as const]));
  return {
    provenance: Object.fromEntries(entries.map(([name, words]) => [name, inWriting(words)])),
    provenanceSaid: Object.fromEntries(said),
  };
}

export function setMeta(database: DatabaseSync, name: string, value: unknown): void {
  database.prepare('INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)').run(name, JSON.stringify(value));
}

/**
 * `status` is 'interrupted' where the file says that it is written but its writer is gone.
 *
 * @param writtenHere whether this process has a writer of the file open
 */
export function loadCard(database: DatabaseSync, writtenHere: boolean): SessionCard {
  const card = v.parse(cardSchema, metaOf(database, Object.keys(cardSchema.entries)));
  const { writer } = card;
  const here = writer !== null && isDeepStrictEqual(writer, thisProcess());
  const gone = writer !== null && (here ? !writtenHere : !lives(writer));
  return gone ? { ...card, status: 'interrupted', writer: null } : card;
}

const arrangementSchema = v.object({
  notes: v.optional(v.string(), ''),
  tags: v.optional(v.array(v.string()), []),
  folder: v.optional(v.string(), ''),
});

/** What a person wrote to find a session by. Tags and folder are in no file that was never given one. */
export function loadArrangement(database: DatabaseSync): v.InferOutput<typeof arrangementSchema> {
  return v.parse(arrangementSchema, metaOf(database, Object.keys(arrangementSchema.entries)));
}

export function loadBody(database: DatabaseSync): SessionBody {
  return v.parse(bodySchema, metaOf(database, Object.keys(bodySchema.entries)));
}

export function loadLayers(database: DatabaseSync): StoredLayers {
  const rows = database.prepare('SELECT description, layout FROM layer ORDER BY layer').all();
  return v.parse(
    storedLayersSchema,
    rows.map(({ description, layout }) => ({ view: json(description), layout: json(layout) })),
  );
}

export function loadScalarNames(database: DatabaseSync): string[] {
  return v.parse(bodySchema.entries.scalars, metaOf(database, ['scalars'])['scalars']);
}

/** Names of the sets (groups, then 'all') and the cadence of the capture. */
export function loadSets(database: DatabaseSync): { sets: string[]; captureEvery: number } {
  const { groups, configuration } = v.parse(
    v.object({ groups: cardSchema.entries.groups, configuration: configurationSchema }),
    metaOf(database, ['groups', 'configuration']),
  );
  return { sets: [...groups.map(({ name }) => name), 'all'], captureEvery: configuration.capture.every };
}

/** @param live whether the session is being written: a run in hand of one that is not was interrupted */
export function loadRuns(database: DatabaseSync, live: boolean): SessionRun[] {
  const { configuration } = v.parse(
    v.object({ configuration: configurationSchema }),
    metaOf(database, ['configuration']),
  );
  const rows = database.prepare('SELECT * FROM run ORDER BY run').all();
  return rows.map((row) => {
    const status = row['status'] as RunStatus;
    return {
      index: Number(row['run']),
      fold: Number(row['fold']),
      repeat: Number(row['repeat'] ?? 1),
      seed: Number(row['seed']),
      bestEpoch: row['best_epoch'] === null ? null : Number(row['best_epoch']),
      status: !live && (status === 'running' || status === 'paused') ? 'interrupted' : status,
      steps: Number(row['steps']),
      epochs: configuration.epochs,
      stepsPerEpoch: Number(row['steps_per_epoch']),
      trainingSubjects: Number(row['training_subjects']),
      validationSubjects: Number(row['validation_subjects']),
      trainingGroups: v.parse(v.array(v.number()), json(row['training_groups'])),
      metrics: v.parse(v.object({ training: metricsSchema, validation: metricsSchema }), json(row['metrics'])),
    };
  });
}

export function parseMetrics(text: unknown): Metrics {
  return v.parse(metricsSchema, json(text));
}

/** JSON writes a metric that is not finite as null, and so does the contract. */
export function metricsJson(metrics: Metrics): string {
  return JSON.stringify(metrics);
}

function metaOf(database: DatabaseSync, names: readonly string[]): Record<string, unknown> {
  const places = names.map(() => '?').join(', ');
  const rows = database.prepare(`SELECT name, value FROM meta WHERE name IN (${places})`).all(...names);
  return Object.fromEntries(rows.map(({ name, value }) => [String(name), json(value)]));
}

function json(text: unknown): unknown {
  return JSON.parse(String(text)) as unknown;
}

function targetName({ study, targetIsGroups, classes, configuration: { task } }: SessionHeader): string {
  if (task.kind === 'regression') return task.column;
  if (task.kind === 'reconstruction') return reconstructionTarget;
  const labelling: Labelling = targetIsGroups ? study.groups : (study.target ?? study.groups);
  return labelling.column ?? classes.join(' / ');
}
