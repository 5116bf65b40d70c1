/** Work on many files, a few at a time. */
import { cancelled } from '#app/contract/errors.ts';

/**
 * Maps items in their order, at most `limit` at a time; the first error ends it once the work in hand is done.
 * @throws SpectroscopeError (kind 'cancelled') when the signal is aborted, else what `work` throws
 */
export async function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  { what, signal }: { what: string; signal: AbortSignal },
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    while (next < items.length && !failed) {
      if (signal.aborted) throw cancelled(what);
      const index = next++;
      try {
        results[index] = await work(items[index] as T, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const settled = await Promise.allSettled(Array.from({ length: Math.min(limit, items.length) }, worker));
  const failure = settled.find((outcome) => outcome.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return results;
}
