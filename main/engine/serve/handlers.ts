/** How the engine carries out operations: each area of the engine contributes handlers, `engine.ts` puts them together. */
import type { Answer, EngineOperation, engineOperations } from '#app/contract/operations.ts';
import type { EventName, EventPayload } from '#app/contract/events.ts';
import type * as v from 'valibot';

/** What a handler knows of the call that it serves. */
export interface Call {
  /** Id of the request; names the job in progress events. */
  readonly id: number;
  /** Aborted by 'job.cancel' and when the client is gone. */
  readonly signal: AbortSignal;
  /** Tells the client how far a long job is; throttled, so call it freely. */
  progress(title: string, done: number, total: number | null, message: string): void;
}

/** What handlers share. */
export interface EngineContext {
  /** Folder of the library: `studies/`, `sessions/`, `cache/` below it. */
  readonly library: string;
  emit<E extends EventName>(event: E, payload: EventPayload<E>): void;
}

/** Paths are absolute here: the shell or the command line has put them in place of tokens. */
export type ParsedInput<O extends EngineOperation> = v.InferOutput<(typeof engineOperations)[O]['input']>;

export type Handler<O extends EngineOperation> = (input: ParsedInput<O>, call: Call) => Promise<Answer<O>> | Answer<O>;
export type Handlers<O extends EngineOperation = EngineOperation> = { readonly [K in O]: Handler<K> };
