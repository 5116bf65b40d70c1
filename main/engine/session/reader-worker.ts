/** The thread that reads session files: a query never waits for training, nor training for a query. */
import '../speak.ts';
import { parentPort } from 'node:worker_threads';
import { serialiseError } from '#app/contract/errors.ts';
import type { LibraryEntry } from '#app/contract/library.ts';
import { inEnglish } from '#app/text/text.ts';
import type { ExportRequest } from '../export/export.ts';
import { exportSession } from '../export/export.ts';
import { shareSession, type ShareRequest } from '../export/share/share.ts';
import { exportModel } from '../export/model/export-model.ts';
import { compareFacts } from './compare-facts.ts';
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
import { sessionPicture } from './picture.ts';
import { subjectNorms } from './subject-norms.ts';
import { damagedEntry, libraryEntry, sessionView, type Known } from './view.ts';

/** Sessions that stay open between queries. */
const openAtMost = 8;
const stores = new Map<string, SessionStore>();
const metrics = new WeakMap<SessionStore, { version: number; answer: unknown }>();

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

/** Metrics resample the subjects a thousand times: done again only when the file changed. */
function metricsOf(store: SessionStore): unknown {
  const version = Number(store.statement('PRAGMA data_version').get()?.['data_version']);
  const held = metrics.get(store);
  if (held?.version === version) return held.answer;
  const answer = storedMetrics(store);
  metrics.set(store, { version, answer });
  return answer;
}

function closeStore(file: string): null {
  stores.get(file)?.close();
  stores.delete(file);
  return null;
}

/** Errors that the file itself causes, not where it lies or who else has it open. */
const ofTheFile = ['session-damaged', 'session-empty', 'session-newer', 'not-a-session'];

function entry(known: Known): { entry: LibraryEntry; lasting: boolean } {
  try {
    const store = new SessionStore(known.file);
    try {
      const described = libraryEntry(store.database, known);
      // A writer can die without a trace in its file.
      return { entry: described, lasting: !['running', 'paused'].includes(described.status) };
    } finally {
      store.close();
    }
  } catch (error) {
    const { code, message } = serialiseError(error);
    return { entry: damagedEntry(known, message), lasting: ofTheFile.includes(code) };
  }
}

/** Of a store of its own: the files that charts read stay open. */
function picture(known: Known): unknown {
  const store = new SessionStore(known.file);
  try {
    return sessionPicture(store);
  } finally {
    store.close();
  }
}

function answer(id: number, operation: ReaderOperation, known: Known, input: unknown): unknown {
  switch (operation) {
    case 'entry':
      return entry(known);
    case 'picture':
      return picture(known);
    case 'close':
      return closeStore(known.file);
    case 'export':
      return exportSession(storeOf(known.file), input as ExportRequest, (done, total) =>
        reply({ id, progress: { done, total } }),
      );
    case 'share':
      return shareSession(storeOf(known.file), input as ShareRequest, (done, total) =>
        reply({ id, progress: { done, total } }),
      );
    case 'report':
      return inEnglish(() => gatherReport(storeOf(known.file), known));
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
    case 'compare-facts':
      return compareFacts(storeOf(known.file));
    case 'metrics':
      return metricsOf(storeOf(known.file));
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
