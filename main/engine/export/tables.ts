/** What can be exported of a session, as tables: one generator of rows each, whatever the format. */
import type { Input } from '#app/contract/operations.ts';
import { summaryNames } from '#app/contract/session.ts';
import { setCount, spectrumOffset } from '#app/spectra/layout.ts';
import { absoluteFloor } from '#app/spectra/precision.ts';
import { float32Of, int32Of } from '../session/blob.ts';
import { loadBody, parseMetrics } from '../session/header.ts';
import { normalisedSummaries, setFactors } from '../session/measures.ts';
import type { SessionStore } from '../session/store.ts';

export type ExportWhat = Input<'session.export'>['what'];
export type ExportCell = string | number | null;

export interface ExportTable {
  columns: readonly string[];
  /** Made as they are asked for: a table can be larger than memory. */
  rows: Iterable<readonly ExportCell[]>;
  /** How many stored records the rows come from, for progress; `rows` calls `done` after each. */
  records: number;
}

type TableOf = (store: SessionStore, done: () => void) => ExportTable;

export const exportTables: Readonly<Record<ExportWhat, TableOf>> = {
  spectra: spectraTable,
  scalars: scalarsTable,
  summaries: summariesTable,
  epochs: epochsTable,
  study: studyTable,
};

const place = ['run', 'fold', 'step', 'epoch'];

/** One row per singular value, index from 1. */
function spectraTable(store: SessionStore, done: () => void): ExportTable {
  function* rows(): Iterable<readonly ExportCell[]> {
    const stored = store.statement(
      `SELECT spectra.run, fold, spectra.step, epoch, layer, spectra, group_sizes FROM spectra
       JOIN step ON step.run = spectra.run AND step.step = spectra.step JOIN run ON run.run = spectra.run
       ORDER BY spectra.run, layer, spectra.step`,
    );
    for (const record of stored.iterate()) {
      const layer = store.layer(Number(record['layer']));
      const row = float32Of(record['spectra']);
      const groupSizes = int32Of(record['group_sizes']);
      const where = [...placeOf(record), layer.view.name];
      for (const { quantity, values } of layer.layout.quantities) {
        const factors = setFactors(layer, quantity, groupSizes);
        const relativeFloor = layer.view.quantities.find((each) => each.quantity === quantity)?.relativeFloor ?? 0;
        for (let set = 0; set < setCount(layer.layout); set++) {
          const start = spectrumOffset(layer.layout, quantity, set);
          const spectrum = row.subarray(start, start + values);
          const floor = absoluteFloor(spectrum, relativeFloor);
          const of = [...where, quantity, store.sets[set] ?? '', samplesOf(groupSizes, set)];
          for (let index = 0; index < values; index++) {
            const raw = spectrum[index] as number;
            if (Number.isNaN(raw)) break;
            yield [...of, index + 1, raw, raw * (factors[set] as number), raw <= floor ? 1 : 0];
          }
        }
      }
      done();
    }
  }
  return {
    columns: [
      ...[...place, 'layer', 'quantity', 'group', 'samples'],
      ...['index', 'raw_value', 'normalised_value', 'below_floor'],
    ],
    rows: rows(),
    records: count(store, 'spectra'),
  };
}

function scalarsTable(store: SessionStore, done: () => void): ExportTable {
  function* rows(): Iterable<readonly ExportCell[]> {
    const stored = store.statement(
      `SELECT run, fold, step, epoch, step.captured AS captured, scalars, group_sizes FROM step JOIN run USING (run)
       ORDER BY run, step`,
    );
    for (const record of stored.iterate()) {
      const groupSizes = int32Of(record['group_sizes']);
      yield [...placeOf(record), Number(record['captured']), ...float32Of(record['scalars']), ...groupSizes];
      done();
    }
  }
  const samples = store.sets.slice(0, -1).map((group) => `samples ${group}`);
  return { columns: [...place, 'captured', ...store.scalars, ...samples], rows: rows(), records: count(store, 'step') };
}

const scaled = ['energy', 'nuclear-norm', 'largest'] as const;

function summariesTable(store: SessionStore, done: () => void): ExportTable {
  const scaledAt = scaled.map((name) => summaryNames.indexOf(name));
  function* rows(): Iterable<readonly ExportCell[]> {
    const stored = store.statement(
      `SELECT summary.run, fold, summary.step, epoch, layer, summaries, group_sizes FROM summary
       JOIN step ON step.run = summary.run AND step.step = summary.step JOIN run ON run.run = summary.run
       ORDER BY summary.run, summary.step, layer`,
    );
    for (const record of stored.iterate()) {
      const layer = store.layer(Number(record['layer']));
      const groupSizes = int32Of(record['group_sizes']);
      const raw = float32Of(record['summaries']);
      const normalised = normalisedSummaries(layer, raw, groupSizes);
      const sets = setCount(layer.layout);
      for (const [q, { quantity }] of layer.layout.quantities.entries()) {
        for (let set = 0; set < sets; set++) {
          const start = (q * sets + set) * summaryNames.length;
          yield [
            ...placeOf(record),
            ...[layer.view.name, quantity, store.sets[set] ?? '', samplesOf(groupSizes, set)],
            ...raw.subarray(start, start + summaryNames.length),
            ...scaledAt.map((at) => normalised[start + at] as number),
          ];
        }
      }
      done();
    }
  }
  return {
    columns: [
      ...[...place, 'layer', 'quantity', 'group', 'samples'],
      ...summaryNames,
      ...scaled.map((name) => `${name} normalised`),
    ],
    rows: rows(),
    records: count(store, 'summary'),
  };
}

function epochsTable(store: SessionStore, done: () => void): ExportTable {
  const parts = ['training', 'validation'] as const;
  const metrics = ['loss', 'accuracy', 'auc'] as const;
  function* rows(): Iterable<readonly ExportCell[]> {
    const stored = store.statement(
      'SELECT run, fold, epoch, step, training, validation FROM epoch JOIN run USING (run) ORDER BY run, epoch',
    );
    for (const record of stored.iterate()) {
      const values = parts.flatMap((part) => {
        const parsed = parseMetrics(record[part]);
        return metrics.map((metric) => parsed[metric]);
      });
      yield [...['run', 'fold', 'epoch', 'step'].map((name) => Number(record[name])), ...values];
      done();
    }
  }
  return {
    columns: ['run', 'fold', 'epoch', 'step', ...parts.flatMap((part) => metrics.map((metric) => `${part}_${metric}`))],
    rows: rows(),
    records: count(store, 'epoch'),
  };
}

/** One row per subject of the study: its group and class in this session, why it took no part, and its values. */
function studyTable(store: SessionStore, done: () => void): ExportTable {
  const { study, subjects, classes } = loadBody(store.database);
  const partOf = new Map(subjects.map((subject) => [subject.id, subject]));
  function* rows(): Iterable<readonly ExportCell[]> {
    for (const { id, excluded, scan, values } of study.subjects) {
      const part = partOf.get(id);
      yield [
        ...[id, part === undefined ? null : (store.sets[part.group] ?? null)],
        ...[part === undefined ? null : (classes[part.target] ?? null), excluded, scan?.path ?? null],
        ...study.columns.map(({ name }) => values[name] ?? null),
      ];
      done();
    }
  }
  return {
    columns: ['subject', 'group', 'class', 'excluded', 'scan', ...study.columns.map(({ name }) => name)],
    rows: rows(),
    records: study.subjects.length,
  };
}

function placeOf(record: Record<string, unknown>): number[] {
  return place.map((name) => Number(record[name]));
}

function samplesOf(groupSizes: Int32Array, set: number): number {
  return groupSizes[set] ?? groupSizes.reduce((sum, size) => sum + size, 0);
}

function count(store: SessionStore, table: 'spectra' | 'step' | 'summary' | 'epoch'): number {
  return Number(store.statement(`SELECT count(*) AS records FROM ${table}`).get()?.['records']);
}
