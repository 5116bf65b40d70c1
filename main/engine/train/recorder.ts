/** Puts steps and their spectra together: a step is written, in order, when its capture is complete. */
import type { Capture, CapturedStep, GroupSizes } from '../capture/types.ts';
import type { Watch } from '../model/layers/layer.ts';
import type { SessionWriter, StepRecord } from '../session/types.ts';

type Pending = Omit<StepRecord, 'spectra'> & { captured: boolean };

export class Recorder {
  private readonly writer: Pick<SessionWriter, 'step'>;
  private readonly capture: Capture | null;
  private readonly every: number;
  private waiting: Pending[] = [];
  private readonly spectra = new Map<number, readonly Float32Array[]>();

  /** @param every n: steps 0, n, 2n, … are captured */
  constructor(writer: Pick<SessionWriter, 'step'>, capture: Capture | null, every: number) {
    this.writer = writer;
    this.capture = capture;
    this.every = every;
  }

  /** @returns what the backward pass of this step hands its rows to; null when the step is not captured */
  begin(step: number, groupSizes: GroupSizes): Watch | null {
    if (this.capture === null || step % this.every !== 0) return null;
    this.capture.begin(step, groupSizes);
    return { capture: this.capture, groupSizes };
  }

  end(watch: Watch | null, record: Omit<StepRecord, 'spectra'>): void {
    watch?.capture.end();
    this.waiting.push({ ...record, captured: watch !== null });
    if (this.capture !== null) this.take(this.capture.collect());
    this.write();
  }

  /** Waits for what is in flight and writes it. */
  drain(): void {
    if (this.capture !== null) this.take(this.capture.drain());
    this.write();
  }

  /** Milliseconds that training has waited for the capture thread so far. */
  waitedMs(): number {
    return this.capture?.times().waitedMs ?? 0;
  }

  private take(steps: readonly CapturedStep[]): void {
    for (const { step, rows } of steps) this.spectra.set(step, rows);
  }

  private write(): void {
    let written = 0;
    for (const { captured, ...record } of this.waiting) {
      const spectra = captured ? this.spectra.get(record.step) : null;
      if (spectra === undefined) break;
      this.spectra.delete(record.step);
      this.writer.step({ ...record, spectra });
      written += 1;
    }
    this.waiting = this.waiting.slice(written);
  }
}
