/**
 * The summaries of `app/spectra/summaries.ts` for a stored row: descending values with NaN at the end. One pass and no
 * intermediate array, since it runs on the training thread at every captured step; a test holds it to the definition.
 */
import { summaryNames } from '#app/contract/session.ts';
import type { SummaryName } from '#app/contract/session.ts';

const at = Object.fromEntries(summaryNames.map((name, index) => [name, index])) as Record<SummaryName, number>;

/**
 * @param values singular values of one set, descending, NaN where it has fewer
 * @param relativeFloor fraction of the largest at or below which a value is not resolved and does not count
 * @param into receives the summaries in the order of `summaryNames`, from `offset`
 */
export function fillSummaries(values: Float32Array, relativeFloor: number, into: Float32Array, offset: number): void {
  const largest = values[0] ?? Number.NaN;
  if (!(largest > 0)) {
    into.fill(Number.isNaN(largest) ? Number.NaN : 0, offset, offset + summaryNames.length);
    return;
  }
  const floor = largest * relativeFloor;
  let count = 0;
  let sum = 0;
  let squares = 0;
  let fourths = 0;
  let weighted = 0;
  for (; count < values.length; count++) {
    const value = values[count] as number;
    if (!(value > floor && value > 0)) break;
    const relative = value / largest;
    const square = relative * relative;
    sum += relative;
    squares += square;
    fourths += square * square;
    weighted += relative * Math.log(relative);
  }
  let held = 0;
  let needed = 0;
  while (needed < count && held < 0.9 * squares) {
    const relative = (values[needed] as number) / largest;
    held += relative * relative;
    needed += 1;
  }
  // The entropy of p = r / sum is log(sum) - (sum of r log r) / sum.
  into[offset + at['effective-rank']] = Math.exp(Math.log(sum) - weighted / sum);
  into[offset + at['stable-rank']] = squares;
  into[offset + at['participation-ratio']] = (squares * squares) / fourths;
  into[offset + at['numerical-rank']] = count;
  into[offset + at['values-for-90-percent']] = needed;
  into[offset + at.energy] = squares * largest * largest;
  into[offset + at['nuclear-norm']] = sum * largest;
  into[offset + at.largest] = largest;
}
