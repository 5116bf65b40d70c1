/** A session as lists and pages show it. */
import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { LibraryEntry } from '#app/contract/library.ts';
import type { Metrics, SessionRun, SessionSummary, SessionView } from '#app/contract/session.ts';
import { translating } from './database.ts';
import { loadArrangement, loadBody, loadCard, loadLayers, loadRuns, type SessionCard } from './header.ts';

/** What the engine knows of a file that the file does not say. */
export interface Known {
  /** Name of the session in the contract. */
  session: string;
  file: string;
  /** Whether this process is writing it. */
  written: boolean;
}

export function libraryEntry(database: DatabaseSync, known: Known): LibraryEntry {
  return translating(known.file, () => {
    const card = loadCard(database, known.written);
    return { ...summaryOf(card, loadRuns(database, card.writer !== null), known), ...loadArrangement(database) };
  });
}

export function sessionView(database: DatabaseSync, known: Known): SessionView {
  return translating(known.file, () => {
    const card = loadCard(database, known.written);
    const body = loadBody(database);
    const live = card.writer !== null;
    const runs = loadRuns(database, live);
    const captured = database.prepare('SELECT sum(captured) AS captured FROM run').get()?.['captured'];
    return {
      ...summaryOf(card, runs, known),
      notes: body.notes,
      studyId: body.study.id,
      studyGroups: card.groups,
      classes: body.classes,
      targetIsGroups: body.targetIsGroups,
      configuration: body.configuration,
      provenance: body.provenance,
      ...(body.provenanceSaid === undefined ? {} : { provenanceSaid: body.provenanceSaid }),
      inputShape: body.inputShape,
      layers: loadLayers(database).map(({ view }, index) => ({ ...view, index })),
      sessionRuns: runs,
      captured: Number(captured ?? 0),
      live,
    };
  });
}

/** A file that cannot be opened, as the list shows it. */
export function damagedEntry(known: Known, reason: string): LibraryEntry {
  return {
    session: known.session,
    title: known.session,
    created: statSync(known.file, { throwIfNoEntry: false })?.mtime.toISOString() ?? '',
    bytes: bytesOf(known.file),
    study: '',
    model: '',
    groups: [],
    target: '',
    status: 'failed',
    runs: 0,
    validation: { loss: null, accuracy: null, auc: null },
    damaged: reason,
    notes: '',
    tags: [],
    folder: '',
  };
}

function summaryOf(card: SessionCard, runs: readonly SessionRun[], known: Known): SessionSummary {
  return {
    session: known.session,
    title: card.title,
    created: card.created,
    bytes: bytesOf(known.file),
    study: card.studyName,
    model: card.model,
    groups: card.groups.map(({ name }) => name),
    target: card.target,
    status: card.status === 'running' && runs.some(({ status }) => status === 'paused') ? 'paused' : card.status,
    runs: runs.length,
    validation: meanMetrics(runs.map(({ metrics }) => metrics.validation)),
    damaged: null,
  };
}

/** Mean over the folds that have the metric. */
function meanMetrics(metrics: readonly Metrics[]): Metrics {
  const mean = (name: keyof Metrics): number | null => {
    const values = metrics.map((each) => each[name] ?? null).filter((value) => value !== null);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  const common = { loss: mean('loss'), accuracy: mean('accuracy'), auc: mean('auc') };
  const isRegression = metrics.some(({ mae }) => mae !== undefined);
  return isRegression ? { ...common, r: mean('r'), mae: mean('mae'), r2: mean('r2') } : common;
}

/** The file and, while it is written, its log. */
function bytesOf(file: string): number {
  return ['', '-wal'].reduce((sum, suffix) => sum + (statSync(file + suffix, { throwIfNoEntry: false })?.size ?? 0), 0);
}
