/** The pace of the latest steps, smoothed. */
const smoothing = 0.05;

export class Pace {
  private stepMs: number | null = null;
  private captureMs = 0;
  private waitedMs = 0;
  private dataMs: number | null = null;

  /**
   * @param captureMs part of the step that capture took of the training thread
   * @param waitedMs part of that which was spent waiting for the capture's queue
   * @param dataMs part of the step that training waited for its data; null: they are in memory
   */
  step(durationMs: number, captureMs: number, waitedMs = 0, dataMs: number | null = null): void {
    this.stepMs = this.stepMs === null ? durationMs : this.stepMs + smoothing * (durationMs - this.stepMs);
    this.captureMs += smoothing * (captureMs - this.captureMs);
    this.waitedMs += smoothing * (waitedMs - this.waitedMs);
    if (dataMs !== null) this.dataMs = this.dataMs === null ? dataMs : this.dataMs + smoothing * (dataMs - this.dataMs);
  }

  get stepsPerSecond(): number | null {
    return this.stepMs === null || this.stepMs <= 0 ? null : 1000 / this.stepMs;
  }

  /** Part of a step that training waits for its data; null: they are in memory. */
  get dataWait(): number | null {
    return this.dataMs === null || this.stepMs === null ? null : this.dataMs / this.stepMs;
  }

  /** What capture takes of the training thread, as a fraction of the rest of a step. */
  get captureCost(): number | null {
    return this.stepMs === null || this.stepMs <= this.captureMs
      ? null
      : this.captureMs / (this.stepMs - this.captureMs);
  }

  /** Part of a step's time that training waited for the capture's queue. */
  get captureWait(): number | null {
    return this.stepMs === null || this.stepMs <= 0 ? null : Math.min(1, this.waitedMs / this.stepMs);
  }
}
