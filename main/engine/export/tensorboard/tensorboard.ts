/**
 * A session for TensorBoard: of each run a folder with what was measured at each step, and below it one for each part of the
 * subjects and one for each group, so that TensorBoard draws groups of one layer in one chart.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { inputError } from '#app/contract/errors.ts';
import type { ExportAnswer, ExportTableName } from '#app/contract/export.ts';
import { summaryNames } from '#app/contract/session.ts';
import { setCount } from '#app/spectra/layout.ts';
import { t } from '#app/text/text.ts';
import { float32Of, int32Of } from '../../session/blob.ts';
import { loadBody, loadCard, loadRuns, parseMetrics } from '../../session/header.ts';
import { normalisedSummaries } from '../../session/measures.ts';
import type { SessionStore } from '../../session/store.ts';
import type { ExportJob } from '../exporter.ts';
import { OutputFile, writing } from '../output-file.ts';
import { scaledSummaries } from '../tables/captured.ts';
import { count } from '../tables/table.ts';
import { epochMetrics, epochParts } from '../tables/training.ts';
import { EventFile, type ScalarPoint } from './event-file.ts';

const drawable: readonly ExportTableName[] = ['scalars', 'epochs', 'summaries'];

/** @throws SpectroscopeError (input) 'not-in-format' for tables that are no curves */
export function exportTensorboard(job: ExportJob): ExportAnswer {
  const { store, parts, path, name, what } = job;
  if (!drawable.some((part) => parts.has(part))) {
    throw inputError(
      'not-in-format',
      t(
        'TensorBoard draws curves over steps: {what} has none. Export {drawable} or everything, or choose another format.',
        { what, drawable: drawable.join(', ') },
      ),
      { field: 'what', expected: ['everything', ...drawable].join(', ') },
    );
  }
  job.expect(count(store, 'step') + (parts.has('summaries') ? count(store, 'summary') : 0));
  writing(name, () => mkdirSync(path));
  const writer = new FolderWriter(path, name, Date.parse(loadCard(store.database, true).created) / 1000);
  try {
    for (const { index, fold } of loadRuns(store.database, true)) {
      writer.beginRun(`run-${index}-fold-${fold}`);
      writeSteps(job, index, writer);
      if (parts.has('epochs')) writeEpochs(store, index, writer);
      if (parts.has('summaries')) writeSummaries(job, index, writer);
      writer.endRun();
    }
    return { rows: writer.points, parts: writer.files, bytes: writer.bytes };
  } finally {
    writer.close();
  }
}

/** The event files of one run, and when its steps were. */
class FolderWriter {
  readonly files: string[] = [];
  points = 0;
  bytes = 0;
  private readonly folder: string;
  private readonly name: string;
  private readonly open = new Map<string, { events: EventFile; output: OutputFile }>();
  private run = '';
  /** Seconds since 1970 when each step of the run ended. */
  private times: number[] = [];
  private clock: number;

  /** @param start seconds since 1970 */
  constructor(folder: string, name: string, start: number) {
    this.folder = folder;
    this.name = name;
    this.clock = start;
  }

  beginRun(run: string): void {
    this.run = run;
    this.times = [];
  }

  tick(step: number, milliseconds: number): void {
    this.clock += milliseconds / 1000;
    this.times[step] = this.clock;
  }

  /** @param part folder below that of the run, or '' */
  write(part: string, step: number, points: readonly ScalarPoint[]): void {
    this.eventsOf(part).scalars(step, this.times[step] ?? this.clock, points);
  }

  endRun(): void {
    for (const { events, output } of this.open.values()) {
      events.finish();
      this.points += events.points;
      this.bytes += output.bytes;
    }
    this.close();
  }

  close(): void {
    for (const { events } of this.open.values()) events.close();
    this.open.clear();
  }

  private eventsOf(part: string): EventFile {
    const found = this.open.get(part);
    if (found !== undefined) return found.events;
    const { folder, name } = this;
    const place = join(this.run, part);
    const start = this.times[0] ?? this.clock;
    const file = join(place, `events.out.tfevents.${Math.floor(start)}.spectroscope`);
    writing(name, () => mkdirSync(join(folder, place), { recursive: true }));
    const output = new OutputFile(join(folder, file), name);
    const events = new EventFile(output, start);
    this.open.set(part, { events, output });
    this.files.push(file);
    return events;
  }
}

function writeSteps({ store, parts, done }: ExportJob, run: number, writer: FolderWriter): void {
  const duration = store.scalars.indexOf('step-time-ms');
  const rows = store.statement('SELECT step, scalars FROM step WHERE run = ? ORDER BY step');
  for (const record of rows.iterate(run)) {
    const step = Number(record['step']);
    const scalars = float32Of(record['scalars']);
    writer.tick(step, scalars[duration] ?? 0);
    if (parts.has('scalars')) {
      writer.write(
        '',
        step,
        store.scalars.map((tag, i) => ({ tag, value: scalars[i] ?? Number.NaN })),
      );
    }
    done();
  }
}

function writeEpochs(store: SessionStore, run: number, writer: FolderWriter): void {
  const metrics = epochMetrics[loadBody(store.database).configuration.task.kind];
  const rows = store.statement('SELECT step, training, validation FROM epoch WHERE run = ? ORDER BY epoch');
  for (const record of rows.iterate(run)) {
    for (const part of epochParts) {
      const parsed = parseMetrics(record[part]);
      const points = metrics.map((metric) => ({ tag: `epoch/${metric}`, value: parsed[metric] ?? Number.NaN }));
      writer.write(part, Number(record['step']), points);
    }
  }
}

function writeSummaries({ store, done }: ExportJob, run: number, writer: FolderWriter): void {
  const folders = folderNames(store.sets);
  const rows = store.statement(
    `SELECT step, layer, summaries, group_sizes FROM summary JOIN step USING (run, step)
     WHERE run = ? ORDER BY step, layer`,
  );
  for (const record of rows.iterate(run)) {
    const layer = store.layer(Number(record['layer']));
    const raw = float32Of(record['summaries']);
    const normalised = normalisedSummaries(layer, raw, int32Of(record['group_sizes']));
    const sets = setCount(layer.layout);
    for (let set = 0; set < sets; set++) {
      const points = layer.layout.quantities.flatMap(({ quantity }, q) => {
        const start = (q * sets + set) * summaryNames.length;
        const tag = `${layer.view.name}/${quantity}`;
        return [
          ...summaryNames.map((name, i) => ({ tag: `${tag}/${name}`, value: raw[start + i] ?? Number.NaN })),
          ...scaledSummaries.map((name) => ({
            tag: `${tag}/${name} normalised`,
            value: normalised[start + summaryNames.indexOf(name)] ?? Number.NaN,
          })),
        ];
      });
      writer.write(folders[set] ?? '', Number(record['step']), points);
    }
    done();
  }
}

/** Folders of the sets, valid on every file system and each its own. */
export function folderNames(sets: readonly string[]): string[] {
  const taken = new Set<string>();
  return sets.map((set, i) => {
    const words = set.replaceAll(/[^\p{L}\p{N} _.-]+/gu, '-').replaceAll(/^[\s.-]+|[\s.-]+$/g, '');
    const usual = i === sets.length - 1 ? 'all samples' : `group ${words}`.trim();
    let name = usual;
    for (let copy = 2; taken.has(name.toLowerCase()); copy++) name = `${usual} (${copy})`;
    taken.add(name.toLowerCase());
    return name;
  });
}
