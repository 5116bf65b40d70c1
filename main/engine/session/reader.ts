/** Asks the reading thread. One reader serves all sessions; a long export gets a reader of its own. */
import { Worker } from 'node:worker_threads';
import type { ExportAnswer } from '#app/contract/export.ts';
import type { Answer, Input } from '#app/contract/operations.ts';
import { cancelled, reviveError, SpectroscopeError, type SerialisedError } from '#app/contract/errors.ts';
import type { LibraryEntry, SessionPicture } from '#app/contract/library.ts';
import type { ShareAnswer } from '#app/contract/share.ts';
import { t } from '#app/text/text.ts';
import type { ExportRequest } from '../export/export.ts';
import type { ShareRequest } from '../export/share/share.ts';
import type { GatheredMaterial } from '../report/gather.ts';
import type { CompareFacts } from './compare-facts.ts';
import type { Known } from './view.ts';

export interface ReaderOperations {
  /** Never fails: a file that cannot be opened is described as damaged. `lasting`: the same until the file changes. */
  entry: { input: null; answer: { entry: LibraryEntry; lasting: boolean } };
  picture: { input: null; answer: SessionPicture };
  /** Lets go of a file, before it is moved or deleted. */
  close: { input: null; answer: null };
  view: { input: null; answer: Answer<'session.view'> };
  'export-model': { input: { run: number; folder: string }; answer: Answer<'session.export-model'> };
  'regroup-choices': { input: null; answer: Answer<'session.regroup-choices'> };
  annotations: { input: null; answer: Answer<'session.annotations'> };
  'subject-norms': { input: Input<'session.subject-norms'>; answer: Answer<'session.subject-norms'> };
  roc: { input: null; answer: Answer<'session.roc'> };
  findings: { input: null; answer: Answer<'session.findings'> };
  metrics: { input: null; answer: Answer<'session.metrics'> };
  'compare-facts': { input: null; answer: CompareFacts };
  epochs: { input: null; answer: Answer<'session.epochs'> };
  scalars: { input: Input<'session.scalars'>; answer: Answer<'session.scalars'> };
  spectra: { input: Input<'session.spectra'>; answer: Answer<'session.spectra'> };
  summaries: { input: Input<'session.summaries'>; answer: Answer<'session.summaries'> };
  step: { input: Input<'session.step'>; answer: Answer<'session.step'> };
  report: { input: null; answer: GatheredMaterial };
  export: { input: ExportRequest; answer: ExportAnswer };
  share: { input: ShareRequest; answer: ShareAnswer };
}
export type ReaderOperation = keyof ReaderOperations;

export interface ReaderRequest {
  id: number;
  operation: ReaderOperation;
  known: Known;
  input: unknown;
}
export type ReaderReply =
  | { id: number; answer: unknown }
  | { id: number; error: SerialisedError }
  | { id: number; progress: { done: number; total: number } };

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: unknown): void;
  progress(done: number, total: number): void;
}

/** Beside this module: the source when run from TypeScript, the packed module `reader-worker.mjs` when bundled. */
const workerModule = new URL(
  import.meta.url.endsWith('.ts') ? './reader-worker.ts' : './reader-worker.mjs',
  import.meta.url,
);

export class SessionReader {
  private readonly waiting = new Map<number, Waiting>();
  private worker: Worker | null = null;
  private requests = 0;

  async ask<O extends ReaderOperation>(
    operation: O,
    known: Known,
    input: ReaderOperations[O]['input'],
    progress: (done: number, total: number) => void = () => undefined,
  ): Promise<ReaderOperations[O]['answer']> {
    const worker = (this.worker ??= this.start());
    const id = ++this.requests;
    const answer = new Promise<unknown>((resolve, reject) => this.waiting.set(id, { resolve, reject, progress }));
    // The process stays alive for an answer, not for the thread.
    worker.ref();
    worker.postMessage({ id, operation, known, input } satisfies ReaderRequest);
    return (await answer) as ReaderOperations[O]['answer'];
  }

  /** What is asked and not answered fails as cancelled. */
  async close(): Promise<void> {
    const { worker } = this;
    this.worker = null;
    await worker?.terminate();
    this.fail(cancelled(t('Reading the session')));
  }

  private start(): Worker {
    const worker = new Worker(workerModule, { execArgv: [] });
    worker.on('message', (reply: ReaderReply) => this.receive(reply));
    worker.on('error', (error) => {
      this.worker = null;
      this.fail(
        new SpectroscopeError('fault', 'reader-died', t('Reading sessions failed: {error}', { error: String(error) }), {
          cause: error,
        }),
      );
    });
    return worker;
  }

  private receive(reply: ReaderReply): void {
    const waiting = this.waiting.get(reply.id);
    if (waiting === undefined) return;
    if ('progress' in reply) return waiting.progress(reply.progress.done, reply.progress.total);
    this.waiting.delete(reply.id);
    if (this.waiting.size === 0) this.worker?.unref();
    if ('error' in reply) waiting.reject(reviveError(reply.error));
    else waiting.resolve(reply.answer);
  }

  private fail(error: unknown): void {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}
