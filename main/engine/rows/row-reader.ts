/** Rows of a prepared file, read and made ready in a thread of their own; what is asked for next can be fetched ahead. */
import { t } from '#app/text/text.ts';
import { basename } from 'node:path';
import { Worker } from 'node:worker_threads';
import { cancelled, inputError, reviveError, type SerialisedError } from '#app/contract/errors.ts';
import type { AugmentSettings } from '#app/preparation/augment.ts';
import type { Standardisation } from '#app/preparation/standardise.ts';
import type { FittedStep } from '#app/preparation/step.ts';
import type { FitOrder } from './row-fit.ts';
import type { StoredRows } from './stored-rows.ts';

/** How samples are changed when they are shown. */
export interface Showing {
  settings: AugmentSettings;
  /** What the background of a scan has become. */
  fill: number;
  seed: number;
  epoch: number;
}

export interface RowRequest {
  id: number;
  rows: readonly number[];
  showing: Showing | null;
}

/** Asks for what was fitted: the steps, or first of all for the scaling alone, which is short. */
export interface FitRequest {
  id: number;
  fit: 'scaling' | 'steps';
}

/** How far the fit is: a pass over the training rows, from 1 on, and the rows of it that were read. */
export interface FitProgress {
  pass: number;
  done: number;
  total: number;
}

/** Of who waits for a fit. */
export interface FitWatch {
  /** Aborted: fitting ends with the row in hand. */
  signal?: AbortSignal;
  progress?(progress: FitProgress): void;
}

export type RowReply =
  | { id: number; fitting: FitProgress }
  | { id: number; values: Float32Array<ArrayBuffer> }
  | { id: number; scaling: Standardisation }
  | { id: number; steps: StoredSteps }
  | { id: number; problem: string }
  /** Of a setting, as it was thrown. */
  | { id: number; error: SerialisedError };

/** As a session holds them. */
export type StoredSteps = readonly (FittedStep['stored'] | Standardisation)[];

export interface RowWorkerData {
  stored: StoredRows;
  /** What is done to every row: steps that are known, or those that are to be fitted before a row is asked for. */
  steps: StoredSteps | FitOrder;
  /** One number, shared: not 0 once fitting is to end, which the thread hears in the middle of it. */
  stop: Int32Array<SharedArrayBuffer>;
}

/** Where training takes its samples from. */
export interface RowSource {
  /** [rows x width] */
  rows(rows: readonly number[], showing: Showing | null): Float32Array | Promise<Float32Array>;
  /** Says what will be asked for soon. */
  expect(rows: readonly number[], showing: Showing | null): void;
  close(): void;
}

/** Beside this module: the source when run from TypeScript, the packed module `row-worker.mjs` when bundled. */
const workerModule = new URL(import.meta.url.endsWith('.ts') ? './row-worker.ts' : './row-worker.mjs', import.meta.url);

/** Training batches that are read ahead: with one alone, a busy computer's pauses would show as waiting. */
export const batchesAhead = 2;
/** With the first of the validation part or of the next epoch: more would only take memory. */
const mostAhead = batchesAhead + 1;

interface Waiting {
  progress?: FitWatch['progress'];
  resolve(reply: RowReply): void;
  reject(error: unknown): void;
}

export class RowReader implements RowSource {
  private readonly worker: Worker;
  private readonly name: string;
  private readonly waiting = new Map<number, Waiting>();
  private readonly ahead = new Map<string, Promise<Float32Array>>();
  private readonly stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  private next = 0;

  constructor(data: Omit<RowWorkerData, 'stop'>) {
    this.name = basename(data.stored.path);
    this.worker = new Worker(workerModule, { execArgv: [], workerData: { ...data, stop: this.stop } });
    // Its life is the training's: it keeps no process from ending.
    this.worker.unref();
    this.worker.on('message', (reply: RowReply) => this.receive(reply));
    this.worker.on('error', (error) => this.fail(String(error)));
  }

  /**
   * Has the steps fitted, which reads the training rows several times.
   *
   * @throws SpectroscopeError (cancelled) at once where it is to end; the thread ends it with the row in hand and keeps nothing
   */
  async scaling({ signal, progress }: FitWatch = {}): Promise<Standardisation> {
    const end = (): void => {
      Atomics.store(this.stop, 0, 1);
      this.reject(() => cancelled(t('Training')));
    };
    const asked = this.ask((id) => ({ id, fit: 'scaling' }), progress);
    if (signal?.aborted === true) end();
    signal?.addEventListener('abort', end);
    try {
      const reply = await asked;
      if ('scaling' in reply) return reply.scaling;
      throw new Error('No scaling was asked for.');
    } finally {
      signal?.removeEventListener('abort', end);
    }
  }

  /** What was fitted. */
  async steps(): Promise<StoredSteps> {
    const reply = await this.ask((id) => ({ id, fit: 'steps' }));
    if ('steps' in reply) return reply.steps;
    throw new Error('No steps were asked for.');
  }

  rows(rows: readonly number[], showing: Showing | null): Promise<Float32Array> {
    const key = keyOf(rows, showing);
    const found = this.ahead.get(key);
    this.ahead.delete(key);
    return found ?? this.request(rows, showing);
  }

  expect(rows: readonly number[], showing: Showing | null): void {
    const key = keyOf(rows, showing);
    if (this.ahead.has(key)) return;
    if (this.ahead.size >= mostAhead) this.ahead.delete(this.ahead.keys().next().value ?? '');
    const request = this.request(rows, showing);
    // Whoever asks for it hears of the error; nobody may.
    request.catch(() => undefined);
    this.ahead.set(key, request);
  }

  close(): void {
    this.ahead.clear();
    this.worker.postMessage('close');
  }

  private async request(rows: readonly number[], showing: Showing | null): Promise<Float32Array> {
    const reply = await this.ask((id) => ({ id, rows, showing }));
    if ('values' in reply) return reply.values;
    throw new Error('No rows were asked for.');
  }

  private ask(requestOf: (id: number) => RowRequest | FitRequest, progress?: FitWatch['progress']): Promise<RowReply> {
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject, ...(progress === undefined ? {} : { progress }) });
      // Keeps the process alive for as long as something is asked for.
      this.worker.ref();
      this.worker.postMessage(requestOf(id));
    });
  }

  private receive(reply: RowReply): void {
    const waiting = this.waiting.get(reply.id);
    if ('fitting' in reply) {
      waiting?.progress?.(reply.fitting);
      return;
    }
    this.waiting.delete(reply.id);
    if (this.waiting.size === 0) this.worker.unref();
    if ('problem' in reply) waiting?.reject(this.lost(reply.problem));
    else if ('error' in reply) waiting?.reject(reviveError(reply.error));
    else waiting?.resolve(reply);
  }

  private fail(problem: string): void {
    this.reject(() => this.lost(problem));
  }

  private reject(error: () => Error): void {
    for (const { reject } of this.waiting.values()) reject(error());
    this.waiting.clear();
    this.worker.unref();
  }

  private lost(problem: string) {
    return inputError(
      'prepared-lost',
      t('The prepared scans ({name}) cannot be read any more: {problem} Train again: they are then prepared anew.', {
        name: this.name,
        problem,
      }),
      { file: this.name },
    );
  }
}

function keyOf(rows: readonly number[], showing: Showing | null): string {
  return `${showing?.epoch ?? '-'}:${rows.join(',')}`;
}
