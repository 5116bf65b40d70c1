/**
 * Back-pressure: at most one request of a kind in flight. What is asked meanwhile waits, and only the latest of it is
 * asked when the answer is there, so a slow window simply asks less often.
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

  private async run(): Promise<void> {
    this.busy = true;
    while (this.next !== null) {
      const { key } = this.next;
      this.next = null;
      try {
        await this.fetch(key);
      } catch (error) {
        this.failed(error);
      }
    }
    this.busy = false;
  }
}
