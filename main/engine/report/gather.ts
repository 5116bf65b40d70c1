/** All that a report says of a session, read from its file. Runs on a reading thread. */
import { basename } from 'node:path';
import type { Triple } from '#app/data/volume.ts';
import { describePreparation } from '#app/preparation/describe.ts';
import { modelFacts } from '#app/report/model-facts.ts';
import { reportFormat, type CaptureFacts, type ReportMaterial } from '#app/report/material.ts';
import { balanceFacts, flowFacts, groupFacts, studyFacts, type TakenPart } from '#app/report/study-facts.ts';
import { powerHint } from '#app/study/power.ts';
import { subjectFlow } from '#app/study/flow.ts';
import type { Study } from '#app/study/study.ts';
import { loadBody, loadCard, loadLayers, loadRuns } from '../session/header.ts';
import { storedMetrics } from '../session/metrics.ts';
import { userVersion } from '../session/migrations/registry.ts';
import { epochRows } from '../session/queries.ts';
import { storedRoc } from '../session/roc.ts';
import type { SessionStore } from '../session/store.ts';
import type { Known } from '../session/view.ts';
import { capturedSteps, spectraFacts } from './spectra-facts.ts';

/** What the session's file does not hold is added by who asked. */
export type GatheredMaterial = Omit<
  ReportMaterial,
  'written' | 'program' | 'tests' | 'calibration' | 'calibrationKept' | 'validity' | 'session'
> & {
  session: Omit<ReportMaterial['session'], 'sha256' | 'bytes'>;
};

export function gatherReport(store: SessionStore, known: Known): GatheredMaterial {
  const { database } = store;
  const card = loadCard(database, known.written);
  const body = loadBody(database);
  const { configuration, study, classes, targetIsGroups, inputShape, features = [] } = body;
  const runs = loadRuns(database, card.writer !== null);
  const layers = loadLayers(database).map(({ view }, index) => ({ ...view, index }));
  const taken: TakenPart = {
    study,
    subjects: body.subjects,
    classes,
    targetIsGroups,
    features,
    isClassification: configuration.task.kind === 'classification',
  };
  return {
    ...reportFormat,
    session: {
      file: basename(known.file),
      title: card.title,
      created: card.created,
      status: card.status,
      notes: body.notes,
      formatVersion: userVersion(database),
      dataSha256: body.dataSha256 ?? null,
    },
    study: studyFacts(taken, configuration.preparation),
    flow: flowFacts(taken),
    groups: groupFacts(taken),
    classes,
    target: card.target,
    targetIsGroups,
    balance: balanceFacts(taken),
    power: powerHint(study, { ...subjectFlow(study), analysed: analysed(body.subjects) }),
    model: modelFacts(configuration, inputShape, classes.length, layers),
    configuration: withoutPaths(configuration),
    preparation: describePreparation(withoutPaths(configuration).preparation, {
      inputShape,
      indicators: indicatorsAmong(features, study),
      scanShape: scanShape(study),
    }),
    capture: captureFacts(
      store,
      layers,
      runs.map(({ index }) => index),
    ),
    runs,
    epochs: epochRows(store),
    metrics: storedMetrics(store),
    roc: storedRoc(store).curves.map((curve) => ({
      ...curve,
      falsePositive: Array.from(curve.falsePositive, rounded),
      truePositive: Array.from(curve.truePositive, rounded),
    })),
    spectra: spectraFacts(store, runs),
    provenance: body.provenance,
  };
}

/** A window of a subject's series counts once. */
function analysed(subjects: readonly { id: string; group: number; target: number }[]) {
  const once = new Map(subjects.map((subject) => [subject.id, subject]));
  return [...once.values()].map(({ id, group, target }, index) => ({ index, id, group, target }));
}

function captureFacts(store: SessionStore, layers: CaptureFacts['layers'], runs: readonly number[]): CaptureFacts {
  const countOf = (sql: string): number => Number(store.statement(sql).get()?.['found'] ?? 0);
  return {
    layers,
    steps: runs.reduce((sum, run) => sum + capturedSteps(store, run), 0),
    layerSteps: countOf('SELECT count(*) AS found FROM spectra'),
    gramSteps: countOf('SELECT count(*) AS found FROM (SELECT DISTINCT run, step FROM gram)'),
    replaySteps: countOf('SELECT count(*) AS found FROM replay'),
  };
}

/** A mask is told by its file's name. */
function withoutPaths(configuration: ReportMaterial['configuration']): ReportMaterial['configuration'] {
  const { preparation } = configuration;
  const mask = preparation.mask === null ? null : (preparation.mask.split(/[\\/]/).at(-1) ?? '');
  return { ...configuration, preparation: { ...preparation, mask } };
}

/** Columns that say where a feature is missing are none of the study's. */
function indicatorsAmong(features: readonly string[], study: Study): number {
  if (study.kind !== 'table') return 0;
  const own = new Set(study.columns.map(({ name }) => name));
  return features.filter((name) => !own.has(name)).length;
}

/** Of the grid that most scans share; null in a study without scans. */
function scanShape(study: Study): Triple | null {
  if (study.kind !== 'volumes') return null;
  const grids = new Map<string, { shape: Triple; scans: number }>();
  for (const { scan } of study.subjects) {
    if (scan === null) continue;
    const known = grids.get(scan.shape.join());
    grids.set(scan.shape.join(), { shape: scan.shape, scans: (known?.scans ?? 0) + 1 });
  }
  return [...grids.values()].sort((a, b) => b.scans - a.scans)[0]?.shape ?? null;
}

/** What a figure can show, and no noise of single precision. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
