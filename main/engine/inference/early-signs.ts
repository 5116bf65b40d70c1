/** Looks at a training while it goes: which layers have left the band of chance, at each tenth of its planned steps. */
import { setImmediate } from 'node:timers/promises';
import { lookEffort, Looks, plannedLooks, signLevel, signPermutations, spreadOut } from '#app/inference/looks.ts';
import { SpectroscopeError } from '#app/contract/errors.ts';
import { beginLooks, storeLook } from '../session/looks.ts';
import { keptStepNumbers, openTested, readKeptStep, type TestedSession } from './kept-steps.ts';
import { Labellings, type Strata } from './labellings.ts';
import { NativeThreads, PermutedSums } from './permuted-sums.ts';

export interface WatchedTraining {
  /** Of the session that the training writes. */
  file: string;
  /** Planned steps of each run. */
  steps: readonly number[];
  groups: readonly string[];
  /** Samples of a batch. */
  samples: number;
  /** Captured layers whose Grams are kept. */
  layers: number;
  strata: Strata;
  seed: number;
}

interface Opened {
  session: TestedSession;
  sums: PermutedSums;
}

/**
 * Looks follow one another on the thread of training, a step at a time, between its own steps; native code computes on
 * others. What a look finds is in the session when `made` counts it.
 */
export class EarlySigns {
  /** Looks that are in the session. */
  made = 0;
  private readonly of: WatchedTraining;
  private readonly total: number;
  private readonly looks = new Looks();
  /** One thread: training has the others. */
  private readonly native = new NativeThreads(1);
  private opened: Opened | null = null;
  private asked = 0;
  /** Steps in all runs that were looked at; those before this one of all are done with. */
  private batches = 0;
  private lookedUntil = 0;
  private queue: Promise<void> = Promise.resolve();
  private isOver = false;

  constructor(of: WatchedTraining) {
    this.of = of;
    this.total = of.steps.reduce((sum, each) => sum + each, 0);
    const strata = of.strata === null ? 'none' : of.strata.kind === 'class' ? 'class' : of.strata.column;
    beginLooks(of.file, { level: signLevel, permutations: signPermutations, strata, planned: plannedLooks });
  }

  /** A step was stored. */
  stored(run: number, step: number): void {
    const steps = this.placeOf(run, step) + 1;
    const due = Math.floor((steps * plannedLooks) / this.total + 1e-9);
    if (due <= this.asked || this.isOver) return;
    this.asked = due;
    this.queue = this.queue.then(() => this.look(due, steps)).catch((error: unknown) => this.giveUp(error));
  }

  /** @param isFinished whether the last look is waited for, or what is in hand given up */
  async end(isFinished: boolean): Promise<void> {
    if (!isFinished) this.isOver = true;
    await this.queue;
    this.isOver = true;
    this.opened?.session.store.close();
    this.opened = null;
  }

  /** Of a step among all planned ones. */
  private placeOf(run: number, step: number): number {
    return this.of.steps.slice(0, run).reduce((sum, each) => sum + each, 0) + step;
  }

  private async look(look: number, steps: number): Promise<void> {
    if (this.isEnded()) return;
    const { session, sums } = (this.opened ??= this.open());
    const fresh = keptStepNumbers(session).filter(({ run, step }) => {
      const place = this.placeOf(run, step);
      return place >= this.lookedUntil && place < steps;
    });
    const tenths = look - Math.round((this.lookedUntil * plannedLooks) / this.total);
    for (const { run, step } of spreadOut(fresh, this.effort().steps * Math.max(1, tenths))) {
      await sums.add(sums.begin(readKeptStep(session, run, step), this.native));
      this.batches += 1;
      await setImmediate();
      if (this.isEnded()) return;
    }
    this.lookedUntil = steps;
    const tests = sums.courses().map(({ question, course }) => ({
      sign: {
        layer: question.layer,
        quantity: question.quantity,
        summary: question.statistic,
        groups: [this.of.groups[question.groups[0]] ?? '', this.of.groups[question.groups[1]] ?? ''] as [
          string,
          string,
        ],
      },
      course,
    }));
    const fraction = steps / this.total;
    storeLook(this.of.file, this.looks.look({ look, steps, fraction, batches: this.batches }, tests));
    this.made = look;
  }

  private open(): Opened {
    const session = openTested(this.of.file);
    try {
      const labellings = new Labellings([session], signPermutations, this.of.seed, this.of.strata);
      const pairs = this.of.groups.flatMap((_, g) =>
        this.of.groups.slice(g + 1).map((_other, i): [number, number] => [g, g + 1 + i]),
      );
      const blocks = [{ first: 0, last: Infinity, steps: 0 }];
      return { session, sums: new PermutedSums(labellings, this.effort().statistics, pairs, blocks) };
    } catch (error) {
      session.store.close();
      throw error;
    }
  }

  private effort(): ReturnType<typeof lookEffort> {
    const { samples, groups, layers } = this.of;
    return lookEffort(samples, groups.length, layers);
  }

  private isEnded(): boolean {
    return this.isOver;
  }

  /** Training must not end for the sake of a look. */
  private giveUp(error: unknown): void {
    this.isOver = true;
    if (!(error instanceof SpectroscopeError)) console.error(error);
  }
}
