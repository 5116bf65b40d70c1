/** Owns the engine's life: starts it, tells the window when it dies, starts it again, gives up after three deaths in five minutes. */
import { SpectroscopeError, serialiseError } from '#app/contract/errors.ts';
import type { Answered, EventName, EventPayload } from '#app/contract/events.ts';
import type { Answer, EngineOperation, Input } from '#app/contract/operations.ts';
import type { Language } from '#app/text/languages.ts';
import { t } from '#app/text/text.ts';
import { EngineClient } from '../client/engine-client.ts';
import { locateEngine, type EngineLocation } from '../client/locations.ts';

const deathsAllowed = 3;
const deathWindowMs = 5 * 60_000;

export interface SupervisorOptions {
  root: string;
  resources: string | null;
  library: string;
  language: Language;
  emit<E extends EventName>(event: E, payload: EventPayload<E>): void;
}

export class EngineSupervisor {
  private readonly options: SupervisorOptions;
  private readonly listeners = new Set<(event: EventName, payload: unknown) => void>();
  private client: EngineClient | null = null;
  private deaths: number[] = [];
  /** Why the engine is not running, for a page that is loaded after it was told. */
  private givenUp: EventPayload<'engine.state'> | null = null;

  constructor(options: SupervisorOptions) {
    this.options = options;
  }

  start(): void {
    if (this.client !== null) return;
    let location: EngineLocation;
    try {
      location = locateEngine(this.options.root, this.options.resources);
    } catch (error) {
      this.giveUp(serialiseError(error).message, '');
      return;
    }
    this.givenUp = null;
    this.client = new EngineClient({
      location,
      library: this.options.library,
      language: this.options.language,
      onEvent: (event, payload) => {
        this.options.emit(event, payload as never);
        for (const listener of this.listeners) listener(event, payload);
      },
      onDeath: (lastWords) => this.onDeath(lastWords),
      onLog: (line) => console.error(`[engine] ${line}`),
    });
    this.options.emit('engine.state', { state: 'ready', message: '', lastWords: '' });
  }

  /** Starts the engine after it was given up. */
  restart(): void {
    this.deaths = [];
    this.start();
  }

  /** Tells a page that was just loaded what it has missed. */
  tellPage(): void {
    if (this.givenUp !== null) this.options.emit('engine.state', this.givenUp);
  }

  forward(operation: EngineOperation, input: unknown): Promise<Answered> {
    return this.running().forward(operation, input);
  }

  request<O extends EngineOperation>(operation: O, input: Input<O>): Promise<Answer<O>> {
    return this.running().request(operation, input);
  }

  onEvent(listener: (event: EventName, payload: unknown) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async dispose(): Promise<void> {
    await this.client?.dispose();
    this.client = null;
  }

  private running(): EngineClient {
    if (this.client !== null) return this.client;
    throw new SpectroscopeError(
      'fault',
      'engine-given-up',
      t('The engine is not running: start it again from the notice above.'),
    );
  }

  private giveUp(message: string, lastWords: string): void {
    this.givenUp = { state: 'given-up', message, lastWords };
    this.options.emit('engine.state', this.givenUp);
  }

  private onDeath(lastWords: string): void {
    this.client = null;
    const now = Date.now();
    this.deaths = [...this.deaths.filter((time) => now - time < deathWindowMs), now];
    if (this.deaths.length >= deathsAllowed) {
      const message = t('The engine ended {times} times in five minutes and is not started again by itself.', {
        times: this.deaths.length,
      });
      this.giveUp(message, lastWords);
      return;
    }
    this.options.emit('engine.state', {
      state: 'died',
      message: t(
        'The engine ended unexpectedly and was started again. What was stored is safe; the step in flight is lost.',
      ),
      lastWords,
    });
    this.start();
  }
}
