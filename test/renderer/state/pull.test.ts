import { describe, expect, it } from 'vitest';
import { Pull } from '../../../renderer/state/pull.ts';

/** A fetch that answers when told to. */
function slow() {
  const asked: number[] = [];
  const waiting: (() => void)[] = [];
  const failures: unknown[] = [];
  const pull = new Pull<number>(
    (key) => {
      asked.push(key);
      return new Promise((resolve, reject) => {
        waiting.push(() => (key < 0 ? reject(new Error('no')) : resolve()));
      });
    },
    (error) => failures.push(error),
  );
  const answer = async (): Promise<void> => {
    waiting.shift()?.();
    await new Promise((resolve) => setTimeout(resolve, 0));
  };
  return { pull, asked, failures, answer };
}

describe('pulling', () => {
  it('has one request in flight, and then asks for the latest only', async () => {
    const { pull, asked, answer } = slow();
    for (const key of [1, 2, 3, 4]) pull.ask(key);
    expect(asked).toEqual([1]);
    await answer();
    await expect.poll(() => asked).toEqual([1, 4]);
    await answer();
    pull.ask(5);
    expect(asked).toEqual([1, 4, 5]);
  });

  it('rests as long as an answer took before it asks for what waits, and not where nothing does', async () => {
    const { pull, asked, answer } = slow();
    const took = 60;
    pull.ask(1);
    pull.ask(2);
    await new Promise((resolve) => setTimeout(resolve, took));
    const answered = performance.now();
    await answer();
    expect(asked).toEqual([1]);
    pull.ask(3);
    await expect.poll(() => asked, { interval: 5 }).toEqual([1, 3]);
    expect(performance.now() - answered).toBeGreaterThan(took - 5);
    await answer();
    pull.ask(4);
    expect(asked).toEqual([1, 3, 4]);
  });

  it('goes on after a failure', async () => {
    const { pull, asked, failures, answer } = slow();
    pull.ask(-1);
    await answer();
    expect(failures).toHaveLength(1);
    pull.ask(2);
    expect(asked).toEqual([-1, 2]);
  });

  it('forgets what waits', async () => {
    const { pull, asked, answer } = slow();
    pull.ask(1);
    pull.ask(2);
    pull.drop();
    await answer();
    expect(asked).toEqual([1]);
  });
});
