/** The engine's own operations, in a library of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventPayload } from '#app/contract/events.ts';
import type { Answer, EngineOperation } from '#app/contract/operations.ts';
import { loadAreas } from '../../../main/engine/serve/areas.ts';

export type Progress = EventPayload<'run.progress'>;

export class TestedEngine {
  readonly library = mkdtempSync(join(tmpdir(), 'spectroscope-engine-'));
  private readonly listeners: ((progress: Progress) => void)[] = [];
  private readonly areas = loadAreas({
    library: this.library,
    emit: (event, payload) => {
      if (event === 'run.progress') for (const listener of this.listeners) listener(payload as Progress);
    },
  });

  async ask<O extends EngineOperation>(operation: O, input: unknown): Promise<Answer<O>> {
    const call = { id: 1, signal: new AbortController().signal, progress: () => undefined };
    return (await this.areas.carryOut(operation, input, call)) as Answer<O>;
  }

  /** What is told of a training the next time that it matches. */
  heard(matches: (progress: Progress) => boolean): Promise<Progress> {
    return new Promise((resolve) => {
      this.listeners.push((progress) => {
        if (matches(progress)) resolve(progress);
      });
    });
  }

  ended(): Promise<Progress> {
    return this.heard(({ status }) => ['finished', 'stopped', 'failed'].includes(status));
  }

  async close(): Promise<void> {
    await this.areas.close();
    rmSync(this.library, { recursive: true, force: true });
  }
}
