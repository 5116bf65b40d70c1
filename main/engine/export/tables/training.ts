/** Tables of the training: what was measured at each step and epoch, and what the networks said of their subjects. */
import type { Metrics } from '#app/contract/session.ts';
import type { RunTask } from '#app/run/configuration.ts';
import { float32Of, int32Of } from '../../session/blob.ts';
import { loadBody, parseMetrics } from '../../session/header.ts';
import type { SessionStore } from '../../session/store.ts';
import { columns, count, place, placeOf, type ExportCell, type ExportColumn, type ExportTable } from './table.ts';

export function scalarsTable(store: SessionStore, done: () => void): ExportTable {
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
  return {
    columns: [
      ...place,
      ...columns('flag', 'captured'),
      ...columns('real32', ...store.scalars),
      ...columns('integer', ...store.sets.slice(0, -1).map((group) => `samples ${group}`)),
    ],
    rows: rows(),
    records: count(store, 'step'),
  };
}

/** Metrics of an epoch that a task has. */
export const epochMetrics: Readonly<Record<RunTask['kind'], readonly (keyof Metrics)[]>> = {
  classification: ['loss', 'accuracy', 'auc'],
  regression: ['loss', 'r', 'mae', 'r2'],
  reconstruction: ['loss'],
};
export const epochParts = ['training', 'validation'] as const;

export function epochsTable(store: SessionStore, done: () => void): ExportTable {
  const metrics = epochMetrics[loadBody(store.database).configuration.task.kind];
  function* rows(): Iterable<readonly ExportCell[]> {
    const stored = store.statement(
      'SELECT run, fold, epoch, step, training, validation FROM epoch JOIN run USING (run) ORDER BY run, epoch',
    );
    for (const record of stored.iterate()) {
      const values = epochParts.flatMap((part) => {
        const parsed = parseMetrics(record[part]);
        return metrics.map((metric) => parsed[metric] ?? null);
      });
      yield [...['run', 'fold', 'epoch', 'step'].map((name) => Number(record[name])), ...values];
      done();
    }
  }
  return {
    columns: [
      ...columns('integer', 'run', 'fold', 'epoch', 'step'),
      ...columns('real64', ...epochParts.flatMap((part) => metrics.map((metric) => `${part}_${metric}`))),
    ],
    rows: rows(),
    records: count(store, 'epoch'),
  };
}

/** One row per run and validation subject: what it is, and what the network with the kept weights said. */
export function predictionsTable(store: SessionStore, done: () => void): ExportTable {
  const { classes, configuration, subjects } = loadBody(store.database);
  const { kind } = configuration.task;
  const outputs: Readonly<Record<typeof kind, readonly string[]>> = {
    classification: classes.map((name) => `probability ${name}`),
    regression: ['prediction'],
    reconstruction: [],
  };
  const targets: Readonly<Record<typeof kind, ExportColumn[]>> = {
    classification: columns('text', 'class'),
    regression: columns('real64', 'target'),
    reconstruction: [],
  };
  function* rows(): Iterable<readonly ExportCell[]> {
    const stored = store.statement(
      'SELECT run, fold, subject, loss, outputs FROM prediction JOIN run USING (run) ORDER BY run, subject',
    );
    for (const record of stored.iterate()) {
      const subject = subjects[Number(record['subject'])];
      const said = float32Of(record['outputs']);
      const target = subject?.target ?? null;
      yield [
        ...[Number(record['run']), Number(record['fold'])],
        ...[subject?.id ?? null, subject === undefined ? null : (store.sets[subject.group] ?? null)],
        ...targets[kind].map(({ type }) => (type === 'text' ? (classes[target ?? -1] ?? null) : target)),
        Number(record['loss']),
        ...outputs[kind].map((_, i) => said[i] ?? null),
      ];
      done();
    }
  }
  return {
    columns: [
      ...columns('integer', 'run', 'fold'),
      ...columns('text', 'subject', 'group'),
      ...targets[kind],
      ...columns('real64', 'loss'),
      ...columns('real32', ...outputs[kind]),
    ],
    rows: rows(),
    records: count(store, 'prediction'),
  };
}
