/** One engine for one command: a library of its own that vanishes with it, and the cache that all runs share. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SpectroscopeError, cancelled } from '#app/contract/errors.ts';
import type { EventName, EventPayload } from '#app/contract/events.ts';
import { EngineClient } from '../client/engine-client.ts';
import { cacheFolder, locateEngine } from '../client/locations.ts';
import type { Terminal } from './terminal.ts';

export interface EngineRun {
  engine: EngineClient;
  /** Aborted by the first Ctrl-C, with the error that ends the command as its reason. */
  interrupted: AbortSignal;
  onProgress(listener: (progress: EventPayload<'run.progress'>) => void): void;
}

/** The project's folder, or the packaged engine's. */
const root = resolve(import.meta.dirname, '..', '..');

/** Runs `work` with an engine, and ends the engine whatever happens. */
export async function withEngine<T>(terminal: Terminal, work: (run: EngineRun) => Promise<T>): Promise<T> {
  const library = mkdtempSync(join(tmpdir(), 'spectroscope-'));
  const cache = join(cacheFolder(), 'prepared');
  mkdirSync(cache, { recursive: true });
  symlinkSync(cache, join(library, 'cache'), 'junction');
  const listeners: ((progress: EventPayload<'run.progress'>) => void)[] = [];
  const controller = new AbortController();
  const engine = new EngineClient({
    location: locateEngine(root, process.env['SPECTROSCOPE_RESOURCES'] ?? null),
    library,
    onEvent: (event: EventName, payload) => {
      if (event === 'job.progress') terminal.job(payload as EventPayload<'job.progress'>);
      if (event === 'run.progress') for (const listener of listeners) listener(payload as EventPayload<'run.progress'>);
    },
    onDeath: () => undefined,
    onLog: (line) => terminal.log(line),
  });
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(130);
    terminal.note('Interrupted: what was done is saved. Once more ends at once.');
    controller.abort(cancelled('The command'));
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  try {
    return await work({ engine, interrupted: controller.signal, onProgress: (listener) => listeners.push(listener) });
  } catch (error) {
    // Ctrl-C on a terminal reaches the engine too, perhaps before it is ready for it.
    if (error instanceof SpectroscopeError && error.code === 'engine-died') controller.signal.throwIfAborted();
    throw error;
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    await engine.dispose();
    rmSync(library, { recursive: true, force: true });
  }
}
