/** Writes a session, on the training thread: each step is one transaction, and on disk when its call returns. */
import { basename, join, resolve } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { SpectroscopeError } from '#app/contract/errors.ts';
import type { Metrics, RunStatus } from '#app/contract/session.ts';
import { rowLength } from '#app/spectra/layout.ts';
import { blobOf } from './blob.ts';
import { closeToSingleFile, createDatabase, removeSession, translating } from './database.ts';
import { metricsJson, setMeta, storeHeader } from './header.ts';
import { OverviewBuilder } from './overview.ts';
import { deleteProgress, storeProgress } from './progress.ts';
import { rewindRun } from './rewind.ts';
import { storePreparation } from './stored-preparation.ts';
import { storeReplayCheckpoint } from './replay-checkpoints.ts';
import type { ReplayCheckpoint, RunOutcome, RunState, SessionHeader, SessionWriter, StepRecord } from './types.ts';

/**
 * Where a session is written: a file of that path, or a new file in a folder, named by title and time.
 * `session` is its name in the contract where that is not the file's name.
 */
export type SessionPlace = { folder: string } | { file: string; session?: string };

/**
 * Begins a session file.
 *
 * @throws SpectroscopeError (input) 'session-exists', 'session-folder', 'disk-full'; every method of the writer throws
 *   'disk-full' when the file cannot grow: what was stored before stays valid, and `close` may still be called
 */
export function createSession(place: SessionPlace, header: SessionHeader): FileWriter {
  for (const { view, layout } of header.layers) {
    if (layout.groups !== header.study.groups.groups.length) {
      throw new TypeError(`Layer ${view.name} is laid out for ${layout.groups} groups, not those of the study.`);
    }
  }
  const file = 'file' in place ? place.file : join(place.folder, fileName(header.title));
  const session = 'file' in place ? (place.session ?? basename(file)) : basename(file);
  const database = createDatabase(file);
  try {
    return translating(file, () => {
      transaction(database, () => storeHeader(database, header));
      return new FileWriter(database, file, session, header);
    });
  } catch (error) {
    // A file without its header is no session: nothing is lost by not leaving it.
    database.close();
    removeSession(file);
    throw error;
  }
}

/** Files that this process is writing. */
const written = new Set<string>();

export function isWriting(file: string): boolean {
  return written.has(resolve(file));
}

export class FileWriter implements SessionWriter {
  readonly session: string;
  readonly file: string;
  private readonly database: DatabaseSync;
  private readonly header: SessionHeader;
  /** Why the last write failed: after it, the overview in memory and the file may differ. */
  private failure: { error: unknown } | null = null;
  private readonly overviews = new Map<number, OverviewBuilder>();
  private readonly statements: {
    step: StatementSync;
    spectra: StatementSync;
    summary: StatementSync;
    gram: StatementSync;
    sampleNorm: StatementSync;
    overview: StatementSync;
    steps: StatementSync;
  };

  constructor(database: DatabaseSync, file: string, session: string, header: SessionHeader) {
    this.database = database;
    this.file = file;
    this.session = session;
    this.header = header;
    this.statements = {
      step: database.prepare('INSERT INTO step VALUES (?, ?, ?, ?, ?, ?, ?)'),
      spectra: database.prepare('INSERT INTO spectra VALUES (?, ?, ?, ?)'),
      summary: database.prepare('INSERT INTO summary VALUES (?, ?, ?, ?)'),
      gram: database.prepare('INSERT INTO gram VALUES (?, ?, ?, ?)'),
      sampleNorm: database.prepare('INSERT INTO sample_norm VALUES (?, ?, ?, ?)'),
      overview: database.prepare('INSERT INTO overview VALUES (?, ?, ?, ?, ?, ?)'),
      steps: database.prepare('UPDATE run SET steps = ?, captured = captured + ? WHERE run = ?'),
    };
    written.add(resolve(file));
  }

  get scalars(): readonly string[] {
    return this.header.scalars;
  }

  step(record: StepRecord): void {
    this.checkLengths(record);
    this.write(() => {
      const { run, step, epoch, scalars, groupSizes, subjects, spectra, grams = [], sampleNorms = [] } = record;
      const { statements } = this;
      const captured = spectra === null ? 0 : 1;
      statements.step.run(run, step, epoch, captured, blobOf(scalars), blobOf(groupSizes), blobOf(subjects));
      spectra?.forEach((row, layer) => statements.spectra.run(run, layer, step, blobOf(row)));
      grams.forEach((kept, layer) => {
        if (kept !== null) statements.gram.run(run, step, layer, blobOf(kept));
      });
      sampleNorms.forEach((norms, layer) => {
        if (norms !== null) statements.sampleNorm.run(run, step, layer, blobOf(norms));
      });
      const summaries = this.overview(run).add(step, scalars, groupSizes, spectra);
      summaries?.forEach((values, layer) => statements.summary.run(run, step, layer, blobOf(values)));
      statements.steps.run(step + 1, spectra?.length ?? 0, run);
    });
  }

  epoch(run: number, epoch: number, step: number, training: Metrics, validation: Metrics): void {
    this.write(() => {
      this.database
        .prepare('INSERT OR REPLACE INTO epoch VALUES (?, ?, ?, ?, ?)')
        .run(run, epoch, step, metricsJson(training), metricsJson(validation));
    });
  }

  checkpoint(
    run: number,
    epoch: number,
    step: number,
    weights: ReadonlyMap<string, { shape: readonly number[]; values: Float32Array }>,
  ): void {
    this.write(() => {
      this.database.prepare('DELETE FROM checkpoint WHERE run = ?').run(run);
      const insert = this.database.prepare('INSERT INTO checkpoint VALUES (?, ?, ?, ?, ?, ?)');
      for (const [variable, { shape, values }] of weights) {
        insert.run(run, variable, epoch, step, JSON.stringify(shape), blobOf(values));
      }
    });
  }

  progress(run: number, state: RunState): void {
    this.write(() => storeProgress(this.database, run, state));
  }

  replayCheckpoint(run: number, checkpoint: ReplayCheckpoint): void {
    this.write(() => storeReplayCheckpoint(this.database, run, checkpoint));
  }

  outcome(run: number, { bestEpoch, preparation, predictions }: RunOutcome): void {
    this.write(() => {
      this.database.prepare('UPDATE run SET best_epoch = ? WHERE run = ?').run(bestEpoch, run);
      storePreparation(this.database, run, preparation);
      this.database.prepare('DELETE FROM prediction WHERE run = ?').run(run);
      const insert = this.database.prepare('INSERT INTO prediction VALUES (?, ?, ?, ?)');
      for (const { subject, loss, outputs } of predictions) insert.run(run, subject, loss, blobOf(outputs));
    });
  }

  /** Takes a run back to where it goes on; null: to its beginning. */
  rewind(run: number, state: RunState | null): void {
    this.write(() => {
      this.overviews.delete(run);
      rewindRun(this.database, run, state?.step ?? 0, state?.epoch ?? 0, this.overview(run));
      this.database.prepare("UPDATE run SET status = 'waiting' WHERE run = ?").run(run);
    });
  }

  runStatus(run: number, status: RunStatus, metrics: { training: Metrics; validation: Metrics } | null): void {
    this.write(() => {
      this.database.prepare('UPDATE run SET status = ? WHERE run = ?').run(status, run);
      if (status === 'finished') deleteProgress(this.database, run);
      if (metrics === null) return;
      const { training, validation } = metrics;
      this.database
        .prepare('UPDATE run SET metrics = ? WHERE run = ?')
        .run(JSON.stringify({ training, validation }), run);
    });
    if (status !== 'running' && status !== 'paused' && status !== 'waiting') this.overviews.delete(run);
  }

  close(status: RunStatus): void {
    if (!this.database.isOpen) return;
    this.failure = null;
    try {
      this.write(() => {
        setMeta(this.database, 'status', status);
        setMeta(this.database, 'writer', null);
      });
      this.toSingleFile();
    } finally {
      // On a full disk the log stays beside the file, and both together are the session.
      closeIfOpen(this.database);
      written.delete(resolve(this.file));
    }
  }

  /** A reader may hold the file open: then its log stays, emptied, until `settle`. Training does not wait for it. */
  private toSingleFile(): void {
    this.database.exec('PRAGMA busy_timeout = 0');
    try {
      translating(this.file, () => closeToSingleFile(this.database));
    } catch (error) {
      if (!(error instanceof SpectroscopeError) || error.code !== 'session-busy') throw error;
    }
  }

  private write(work: () => void): void {
    if (this.failure !== null) throw this.failure.error;
    try {
      translating(this.file, () => transaction(this.database, work));
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }

  private overview(run: number): OverviewBuilder {
    let overview = this.overviews.get(run);
    if (overview === undefined) {
      overview = new OverviewBuilder(run, this.header, this.statements.overview);
      this.overviews.set(run, overview);
    }
    return overview;
  }

  /** A row of another length than its layout would be read as other numbers. */
  private checkLengths({ scalars, groupSizes, spectra }: StepRecord): void {
    const { header } = this;
    const wrong =
      scalars.length !== header.scalars.length ||
      groupSizes.length !== header.study.groups.groups.length ||
      (spectra !== null &&
        (spectra.length !== header.layers.length ||
          header.layers.some(({ layout }, layer) => spectra[layer]?.length !== rowLength(layout))));
    if (wrong) throw new TypeError('A step has other lengths than the header of its session.');
  }
}

function closeIfOpen(database: DatabaseSync): void {
  if (database.isOpen) database.close();
}

function transaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    // A full disk may have rolled back by itself.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** 'UCLA cognition 2026-03-01 14-02-33.512.spectra': sorts by title, then time, and is valid on every file system. */
function fileName(title: string): string {
  const words = title
    .replaceAll(/[^\p{L}\p{N} _-]+/gu, ' ')
    .trim()
    .slice(0, 80);
  const time = new Date().toISOString().replace('T', ' ').replaceAll(':', '-').replace('Z', '');
  return `${words === '' ? 'session' : words} ${time}.spectra`;
}
