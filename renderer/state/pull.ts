/** Milliseconds. A picture that is older than this is seen to lag behind. */
const longestRest = 150;

/**
 * Back-pressure: at most one request of a kind in flight. What is asked meanwhile waits, and only the latest of it is
 * asked when the answer is there, so a slow window simply asks less often. It is asked after a rest as long as the answer
 * took: while a person zooms, whoever answers leaves half of a processor to what draws.
 */
export class Pull<Key> {
  private readonly fetch: (key: Key) => Promise<void>;
  private readonly failed: (error: unknown) => void;
  private busy = false;
  private next: { key: Key } | null = null;

  constructor(fetch: (key: Key) => Promise<void>, failed: (error: unknown) => void) {
    this.fetch = fetch;
    this.failed = failed;
  }

  ask(key: Key): void {
    this.next = { key };
    if (!this.busy) void this.run();
  }

  /** Forgets what waits. */
  drop(): void {
    this.next = null;
  }

  private isWaiting(): boolean {
    return this.next !== null;
  }

  private async run(): Promise<void> {
    this.busy = true;
    while (this.next !== null) {
      const { key } = this.next;
      this.next = null;
      const start = performance.now();
      try {
        await this.fetch(key);
      } catch (error) {
        this.failed(error);
      }
      // What is asked after the answer does not wait; `next` may have been set meanwhile.
      if (this.isWaiting()) await rest(Math.min(longestRest, performance.now() - start));
    }
    this.busy = false;
  }
}

async function rest(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
