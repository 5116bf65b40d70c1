/** What the engine and the shell tell a window without being asked. Small: a window asks for what it draws. */
import type { Language } from '../text/languages.ts';
import * as v from 'valibot';
import type { SerialisedError } from './errors.ts';

export const events = {
  /** A long job (import, export): `done` of `total` (total null: unknown). `job` is the id of the request that started it. */
  'job.progress': v.object({
    job: v.number(),
    title: v.string(),
    done: v.number(),
    total: v.nullable(v.number()),
    /** File or subject in hand, or a problem just found. */
    message: v.string(),
  }),
  /** At most 15 a second while a run trains, and at each change of its state. */
  'run.progress': v.object({
    session: v.string(),
    /** Index of the run (fold) in hand. */
    run: v.number(),
    runs: v.number(),
    /** 'fold 2 of 5' or 'repeat 3, fold 2 of 5'; absent before the first. */
    runName: v.optional(v.string()),
    status: v.picklist(['preparing', 'running', 'paused', 'finished', 'stopped', 'failed']),
    /** What is being prepared, or why it failed, or ''. */
    message: v.string(),
    /** Steps stored in this run. */
    step: v.number(),
    /** Steps of this run if it is not stopped early. */
    steps: v.number(),
    epoch: v.number(),
    epochs: v.number(),
    loss: v.nullable(v.number()),
    stepsPerSecond: v.nullable(v.number()),
    /** Time the training thread spent on capture as a fraction of the rest of the step. */
    captureCost: v.nullable(v.number()),
    /** Part of a step's time that training waited, because the queue of the capture was full. */
    captureWait: v.nullable(v.number()),
    /** Part of the latest steps that training waited for its data; absent where they are in memory. */
    dataWait: v.optional(v.number()),
    secondsLeft: v.nullable(v.number()),
    /** Looks for early signs that the session has; absent where none are made. */
    looks: v.optional(v.number()),
  }),
  'device.state': v.object({ name: v.string(), reason: v.string() }),
  /** The engine died, or is back. */
  'engine.state': v.object({
    state: v.picklist(['starting', 'ready', 'died', 'given-up']),
    message: v.string(),
    lastWords: v.string(),
  }),
  /** A menu entry or a shortcut of the shell that the window carries out: 'open-sample', 'undo', … */
  'shell.command': v.object({ command: v.string(), argument: v.string() }),
} as const;

export type EventName = keyof typeof events;
export type EventPayload<E extends EventName> = v.InferOutput<(typeof events)[E]>;

/** Messages between a client (shell, command line) and the engine process. */
export type EngineRequest = { id: number; operation: string; input: unknown };
/**
 * An answer, or one of `answersAsText` as JSON: a window's bridge copies objects property by property, of a large study for
 * seconds, and a text at once.
 */
export type Answered = { answer: unknown } | { text: string };
export type EngineMessage =
  | ({ id: number; ok: true } & Answered)
  | { id: number; ok: false; error: SerialisedError }
  | { event: EventName; payload: unknown };

export function answerOf(answered: Answered): unknown {
  return 'text' in answered ? (JSON.parse(answered.text) as unknown) : answered.answer;
}

/** What the preload puts on `window.spectroscope`. Errors are carried as values, since a thrown one loses its fields. */
export interface Bridge {
  /** The language that the program speaks since it was started. */
  language: Language;
  request(
    operation: string,
    input: unknown,
  ): Promise<({ ok: true } & Answered) | { ok: false; error: SerialisedError }>;
  /** @returns a function that ends the subscription */
  onEvent(listener: (event: EventName, payload: unknown) => void): () => void;
  /** Token for a file or folder that was dropped on the window. */
  tokenFor(file: unknown): Promise<{ token: string; name: string } | null>;
}
