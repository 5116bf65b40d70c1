/** The thread that reads session files: a query never waits for training, nor training for a query. */
import { parentPort } from 'node:worker_threads';
import { serialiseError } from '#app/contract/errors.ts';
import type { ExportRequest } from '../export/export.ts';
import { exportSession } from '../export/export.ts';
import { exportModel } from '../export/model/export-model.ts';
import { readAnnotations } from './annotations.ts';
import { gatherReport } from '../report/gather.ts';
import { sessionFindings } from './findings.ts';
import { translating, translatingLater } from './database.ts';
import { storedMetrics } from './metrics.ts';
import { epochRows, scalarColumns, spectrumColumns, summaryColumns } from './queries.ts';
import type { ReaderOperation, ReaderReply, ReaderRequest } from './reader.ts';
import { regroupChoices } from './regroup-choices.ts';
import { storedRoc } from './roc.ts';
import { stepDetail } from './step-detail.ts';
import { SessionStore } from './store.ts';
import { subjectNorms } from './subject-norms.ts';
import { damagedSummary, sessionSummary, sessionView, type Known } from './view.ts';

/** Sessions that stay open between queries. */
const openAtMost = 8;
const stores = new Map<string, SessionStore>();

function storeOf(file: string): SessionStore {
  // Another file may have taken the name.
  if (stores.get(file)?.isStale() === true) closeStore(file);
  const store = stores.get(file) ?? new SessionStore(file);
  stores.delete(file);
  stores.set(file, store);
  for (const oldest of stores.keys()) {
    if (stores.size <= openAtMost) break;
    closeStore(oldest);
  }
  return store;
}

function closeStore(file: string): null {
  stores.get(file)?.close();
  stores.delete(file);
  return null;
}

function summary(known: Known): unknown {
  try {
    const store = new SessionStore(known.file);
    try {
      return sessionSummary(store.database, known);
    } finally {
      store.close();
    }
  } catch (error) {
    return damagedSummary(known, serialiseError(error).message);
  }
}

function answer(id: number, operation: ReaderOperation, known: Known, input: unknown): unknown {
  switch (operation) {
    case 'summary':
      return summary(known);
    case 'close':
      return closeStore(known.file);
    case 'export':
      return exportSession(storeOf(known.file), input as ExportRequest, (done, total) =>
        reply({ id, progress: { done, total } }),
      );
    case 'report':
      return gatherReport(storeOf(known.file), known);
    case 'view':
      return sessionView(storeOf(known.file).database, known);
    case 'export-model': {
      const { run, folder } = input as { run: number; folder: string };
      return exportModel(storeOf(known.file), run, folder);
    }
    case 'regroup-choices':
      return regroupChoices(storeOf(known.file));
    case 'annotations':
      return readAnnotations(storeOf(known.file).database);
    case 'subject-norms':
      return subjectNorms(storeOf(known.file), input as Parameters<typeof subjectNorms>[1]);
    case 'roc':
      return storedRoc(storeOf(known.file));
    case 'findings':
      return sessionFindings(storeOf(known.file));
    case 'metrics':
      return storedMetrics(storeOf(known.file));
    case 'epochs':
      return epochRows(storeOf(known.file));
    case 'scalars':
      return scalarColumns(storeOf(known.file), input as Parameters<typeof scalarColumns>[1]);
    case 'spectra':
      return spectrumColumns(storeOf(known.file), input as Parameters<typeof spectrumColumns>[1]);
    case 'summaries':
      return summaryColumns(storeOf(known.file), input as Parameters<typeof summaryColumns>[1]);
    case 'step':
      return stepDetail(storeOf(known.file), input as Parameters<typeof stepDetail>[1]);
  }
}

function reply(message: ReaderReply): void {
  parentPort?.postMessage(message);
}

parentPort?.on('message', (request: ReaderRequest) => void respond(request));

/** What is answered at once is answered in the order of the requests. */
async function respond({ id, operation, known, input }: ReaderRequest): Promise<void> {
  try {
    const answered = translating(known.file, () => answer(id, operation, known, input));
    const later = answered instanceof Promise ? translatingLater<unknown>(known.file, answered) : null;
    reply({ id, answer: later === null ? answered : await later });
  } catch (error) {
    const serialised = serialiseError(error);
    // The stack stays on this side of the border.
    if (serialised.kind === 'fault') console.error(error);
    reply({ id, error: serialised });
  }
}
