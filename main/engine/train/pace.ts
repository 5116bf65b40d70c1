/** The pace of the latest steps, smoothed. */
const smoothing = 0.05;

export class Pace {
  private stepMs: number | null = null;
  private waitMs = 0;

  /** @param waitedMs part of the step in which training waited for the capture thread */
  step(durationMs: number, waitedMs: number): void {
    this.stepMs = this.stepMs === null ? durationMs : this.stepMs + smoothing * (durationMs - this.stepMs);
    this.waitMs += smoothing * (waitedMs - this.waitMs);
  }

  get stepsPerSecond(): number | null {
    return this.stepMs === null || this.stepMs <= 0 ? null : 1000 / this.stepMs;
  }

  /** Waiting for capture as a fraction of the rest of a step. */
  get waitCost(): number | null {
    return this.stepMs === null || this.stepMs <= this.waitMs ? null : this.waitMs / (this.stepMs - this.waitMs);
  }
}
