/** Pause, resume and stop: asked for at any time, looked at between two steps. */
export class RunControl {
  private stopAsked = false;
  private pauseAsked = false;
  private wake: (() => void) | null = null;

  get paused(): boolean {
    return this.pauseAsked;
  }

  get stopRequested(): boolean {
    return this.stopAsked;
  }

  pause(): void {
    this.pauseAsked = !this.stopAsked;
  }

  resume(): void {
    this.pauseAsked = false;
    this.wake?.();
    this.wake = null;
  }

  stop(): void {
    this.stopAsked = true;
    this.resume();
  }

  /** Resolves when training may go on, or shall stop. */
  async whileResumed(): Promise<void> {
    while (this.pauseAsked) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }
}
