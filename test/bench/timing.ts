/** What the benchmarks' numbers have in common. */

export async function milliseconds(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** To three digits: more are noise. */
export function round(value: number): number {
  return Number(value.toPrecision(3));
}
