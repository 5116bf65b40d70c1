/** Puts steps and their spectra together: a step is written, in order, when its capture is complete. */
import type { Capture, CapturedStep } from '../capture/types.ts';
import type { SessionWriter, StepRecord } from '../session/types.ts';

type Pending = Omit<StepRecord, 'spectra' | 'grams' | 'sampleNorms'> & { captured: boolean };

export class Recorder {
  private readonly writer: Pick<SessionWriter, 'step'>;
  private readonly capture: Pick<Capture, 'collect' | 'drain'> | null;
  private waiting: Pending[] = [];
  private readonly finished = new Map<number, CapturedStep>();

  constructor(writer: Pick<SessionWriter, 'step'>, capture: Pick<Capture, 'collect' | 'drain'> | null) {
    this.writer = writer;
    this.capture = capture;
  }

  add(step: Pending): void {
    this.waiting.push(step);
    if (this.capture !== null) this.take(this.capture.collect());
    this.write();
  }

  /** Waits for what is in flight and writes it. */
  drain(): void {
    if (this.capture !== null) this.take(this.capture.drain());
    this.write();
  }

  private take(steps: readonly CapturedStep[]): void {
    for (const step of steps) this.finished.set(step.step, step);
  }

  private write(): void {
    let written = 0;
    for (const { captured, ...record } of this.waiting) {
      const finished = this.finished.get(record.step);
      if (captured && finished === undefined) break;
      this.finished.delete(record.step);
      const { rows = null, grams = [], sampleNorms = [] } = finished ?? {};
      this.writer.step({ ...record, spectra: rows, grams, sampleNorms });
      written += 1;
    }
    this.waiting = this.waiting.slice(written);
  }
}
