/** A client of the engine process: starts it, asks it, hears its events and its last words. Used by shell and command line. */
import { fork, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { SpectroscopeError, reviveError } from '#app/contract/errors.ts';
import { answerOf, events, type Answered, type EngineMessage, type EventName } from '#app/contract/events.ts';
import { engineOperations, type Answer, type EngineOperation, type Input } from '#app/contract/operations.ts';
import { languageVariable, type Language } from '#app/text/languages.ts';
import { sentence, spoken, type Sentence } from '#app/text/sentence.ts';
import * as v from 'valibot';
import { engineEnvironment, type EngineLocation } from './locations.ts';

export interface EngineClientOptions {
  location: EngineLocation;
  library: string;
  /** What the engine speaks; as SPECTROSCOPE_LANGUAGE says, or English, when it is absent. */
  language?: Language;
  onEvent(event: EventName, payload: unknown): void;
  /** The process ended without being asked to. */
  onDeath(lastWords: string): void;
  /** Each line that the engine or TensorFlow wrote to stderr. */
  onLog?(line: string): void;
}

interface Pending {
  operation: string;
  resolve(answered: Answered): void;
  reject(error: Error): void;
}

/** Node's own pool has four threads, and scans are read in it. It can only be sized when a process starts. */
const poolThreads = String(Math.max(4, Math.min(16, availableParallelism())));

/** Room for what went wrong before the stack of a native abort. */
const lastWordsLines = 40;
const lastWordsDelayMs = 100;

export class EngineClient {
  private readonly options: EngineClientOptions;
  private readonly child: ChildProcess;
  private readonly pending = new Map<number, Pending>();
  private readonly recent: string[] = [];
  private nextId = 1;
  private ending = false;
  private dead = false;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;

  constructor(options: EngineClientOptions) {
    this.options = options;
    this.child = fork(options.location.entry, ['--library', options.library], {
      execPath: options.location.node,
      env: {
        UV_THREADPOOL_SIZE: poolThreads,
        ...engineEnvironment(options.location.entry),
        ...(options.language === undefined ? {} : { [languageVariable]: options.language }),
      },
      execArgv: ['--disable-warning=ExperimentalWarning'],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child.on('message', (message) => this.receive(message as EngineMessage));
    for (const stream of [this.child.stdout, this.child.stderr]) this.follow(stream);
    this.ended = new Promise((resolve) => {
      this.child.on('error', (error) => {
        this.die(sentence('could not be started ({reason})', { reason: error.message }));
        resolve();
      });
      // Not 'close': it does not come when this side has disconnected the channel. The pipes may still hold last words.
      this.child.on('exit', (code, signal) => {
        setTimeout(() => {
          this.die(
            signal === null
              ? sentence('ended with code {code}', { code: String(code) })
              : sentence('was ended by {signal}', { signal }),
          );
          resolve();
        }, lastWordsDelayMs);
      });
    });
  }

  get processId(): number | undefined {
    return this.child.pid;
  }

  /**
   * Asks the engine. The answer is parsed against the contract.
   * @throws SpectroscopeError as the engine gave it, or a fault when the engine died meanwhile
   */
  async request<O extends EngineOperation>(operation: O, input: Input<O>, signal?: AbortSignal): Promise<Answer<O>> {
    const answered = await this.forward(operation, input, signal);
    return v.parse(engineOperations[operation].answer, answerOf(answered));
  }

  /** The latest lines that the process wrote and, once it has ended, how it ended. */
  get lastWords(): string {
    return this.recent.join('\n');
  }

  /** Asks with an input that the engine itself will parse; the answer is as it came. */
  forward(operation: EngineOperation, input: unknown, signal?: AbortSignal): Promise<Answered> {
    if (this.dead) return Promise.reject(this.deathError(operation, sentence('is not running')));
    const id = this.nextId++;
    const cancel = (): void => this.post({ id: this.nextId++, operation: 'job.cancel', input: { job: id } });
    const answer = new Promise<Answered>((resolve, reject) => this.pending.set(id, { operation, resolve, reject }));
    this.post({ id, operation, input });
    if (signal?.aborted === true) cancel();
    signal?.addEventListener('abort', cancel);
    return answer.finally(() => signal?.removeEventListener('abort', cancel));
  }

  /** Asks the engine to finish what it is writing and to end; ends it after `patienceMs`. */
  async dispose(patienceMs = 10_000): Promise<void> {
    this.ending = true;
    if (this.child.connected) this.child.disconnect();
    const killer = setTimeout(() => this.child.kill('SIGKILL'), patienceMs);
    await this.ended;
    clearTimeout(killer);
  }

  private post(message: object): void {
    if (this.child.connected) this.child.send(message, () => undefined);
  }

  private receive(message: EngineMessage): void {
    if ('event' in message) {
      this.options.onEvent(message.event, v.parse(events[message.event], message.payload));
      return;
    }
    const waiting = this.pending.get(message.id);
    if (waiting === undefined) return;
    this.pending.delete(message.id);
    if (message.ok) waiting.resolve('text' in message ? { text: message.text } : { answer: message.answer });
    else waiting.reject(reviveError(message.error));
  }

  private follow(stream: NodeJS.ReadableStream | null): void {
    let rest = '';
    stream?.setEncoding('utf8');
    stream?.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.remember(line);
    });
    // A process that is ended in the middle of a line has said that much.
    stream?.on('end', () => {
      if (rest !== '') this.remember(rest);
    });
  }

  private remember(line: string): void {
    this.recent.push(line);
    if (this.recent.length > lastWordsLines) this.recent.shift();
    this.options.onLog?.(line);
  }

  private die(how: Sentence): void {
    if (this.dead) return;
    this.dead = true;
    for (const { operation, reject } of this.pending.values()) reject(this.deathError(operation, how));
    this.pending.clear();
    this.remember(spoken(sentence('The engine {how}.', { how })));
    if (!this.ending) this.options.onDeath(this.lastWords);
  }

  private deathError(operation: string, how: Sentence): SpectroscopeError {
    const values = { how, operation, words: this.recent.slice(-3).join(' / ') };
    return new SpectroscopeError(
      'fault',
      'engine-died',
      this.recent.length === 0
        ? sentence("The engine {how} while it did '{operation}'.", values)
        : sentence("The engine {how} while it did '{operation}'. Its last words: {words}", values),
    );
  }
}
