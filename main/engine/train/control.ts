/** Pause, resume and stop, looked at between two steps. */
import { setImmediate } from 'node:timers/promises';

export class Control {
  private stopAsked = false;
  private pauseAsked = false;
  private wake: (() => void) | null = null;
  private readonly changed: () => void;
  /** Aborted by `stop`: ends the preparation of data too. */
  readonly abort = new AbortController();

  /** @param changed called when training has paused or goes on */
  constructor(changed: () => void) {
    this.changed = changed;
  }

  get stopped(): boolean {
    return this.stopAsked;
  }

  /** Training waits, between two steps. */
  get paused(): boolean {
    return this.wake !== null;
  }

  pause(): void {
    this.pauseAsked = !this.stopAsked;
  }

  resume(): void {
    this.pauseAsked = false;
    this.wake?.();
  }

  stop(): void {
    this.stopAsked = true;
    this.abort.abort();
    this.resume();
  }

  /**
   * Lets the event loop turn, so that requests are answered, and waits while paused.
   *
   * @param pausing carried out before the wait: what is in flight is to be stored then
   * @param resuming carried out after it
   */
  async betweenSteps(pausing: () => void | Promise<void>, resuming: () => void): Promise<void> {
    await setImmediate();
    if (!this.pauseAsked) return;
    await pausing();
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      this.changed();
    });
    this.wake = null;
    resuming();
    this.changed();
  }
}
