/** Parses each request on arrival, finds its handler, parses its answer on departure, and carries errors back whole. */
import * as v from 'valibot';
import { SpectroscopeError, serialiseError } from '#app/contract/errors.ts';
import type { Answered, EngineMessage, EngineRequest } from '#app/contract/events.ts';
import { answersAsText, engineOperations, type EngineOperation } from '#app/contract/operations.ts';
import type { Areas } from './areas.ts';
import type { Call } from './handlers.ts';

/** A job tells how far it is at most this often. */
const progressIntervalMs = 66;

export class Dispatcher {
  private readonly areas: Areas;
  private readonly post: (message: EngineMessage) => void;
  private readonly jobs = new Map<number, AbortController>();
  private readonly inHand = new Set<Promise<void>>();

  constructor(areas: Areas, post: (message: EngineMessage) => void) {
    this.areas = areas;
    this.post = post;
  }

  receive(request: EngineRequest): void {
    const work = this.answer(request).finally(() => this.inHand.delete(work));
    this.inHand.add(work);
  }

  /** The client is gone: long jobs are cancelled, what it asked for last (an edit) is still done, sessions are closed. */
  async close(): Promise<void> {
    for (const job of this.jobs.values()) job.abort();
    await Promise.allSettled(this.inHand);
    await this.areas.close();
  }

  /** Never rejects: errors are an answer too. */
  private async answer(request: EngineRequest): Promise<void> {
    try {
      const answer = await this.carryOut(request);
      this.post({ id: request.id, ok: true, ...answered(request.operation, answer) });
    } catch (error) {
      const serialised = serialiseError(error);
      if (serialised.kind === 'fault') console.error(error);
      this.post({ id: request.id, ok: false, error: serialised });
    } finally {
      this.jobs.delete(request.id);
    }
  }

  private async carryOut(request: EngineRequest): Promise<unknown> {
    if (!Object.hasOwn(engineOperations, request.operation)) {
      throw new SpectroscopeError('usage', 'unknown-operation', `The engine has no operation '${request.operation}'.`);
    }
    const operation = request.operation as EngineOperation;
    const input = parseInput(operation, request.input);
    if (operation === 'job.cancel') {
      this.jobs.get((input as { job: number }).job)?.abort();
      return {};
    }
    const controller = new AbortController();
    this.jobs.set(request.id, controller);
    return await this.areas.carryOut(operation, input, this.call(request.id, controller.signal));
  }

  private call(id: number, signal: AbortSignal): Call {
    let last = 0;
    return {
      id,
      signal,
      progress: (title, done, total, message) => {
        const now = performance.now();
        if (now - last < progressIntervalMs && done !== total) return;
        last = now;
        this.post({ event: 'job.progress', payload: { job: id, title, done, total, message } });
      },
    };
  }
}

function answered(operation: string, answer: unknown): Answered {
  return answersAsText.has(operation) ? { text: JSON.stringify(answer) } : { answer };
}

function parseInput(operation: EngineOperation, input: unknown): unknown {
  const parsed = v.safeParse(engineOperations[operation].input, input);
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  const field = v.getDotPath(issue) ?? '';
  throw new SpectroscopeError(
    'usage',
    'bad-request',
    `${operation}: ${field === '' ? '' : `${field}: `}${issue.message}`,
    {
      field,
    },
  );
}
