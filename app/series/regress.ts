/** Takes out of series what confounds explain of them. */
import { detrend } from './detrend.ts';

/** A column of which less than this part is left, once the others are taken off, repeats them. */
const dependentWithin = 1e-9;

/**
 * The residual of the least-squares regression on the confounds, their means taken off first, so that those of the channels
 * stay (as nilearn's clean, Abraham et al. 2014). Confounds that repeat others count once.
 *
 * @param values [times x channels], changed in place
 * @param confounds [times x columns]
 */
export function regressOut(values: Float64Array, channels: number, confounds: Float64Array, columns: number): void {
  if (columns === 0) return;
  const times = values.length / channels;
  const centred = confounds.slice();
  detrend(centred, columns, 'mean');
  const basis = orthonormal(centred, times, columns);
  for (let channel = 0; channel < channels; channel++) {
    for (const direction of basis) {
      let product = 0;
      for (let time = 0; time < times; time++) {
        product += (direction[time] as number) * (values[time * channels + channel] as number);
      }
      for (let time = 0; time < times; time++) {
        const at = time * channels + channel;
        values[at] = (values[at] as number) - product * (direction[time] as number);
      }
    }
  }
}

/**
 * Sets a column to 0 of which a trend or a filter has left nothing but rounding: otherwise that would be regressed out.
 *
 * @param values [times x columns], changed in place
 * @param before the same before the trend or the filter
 */
export function dropVanished(values: Float64Array, before: Float64Array, columns: number): void {
  for (let column = 0; column < columns; column++) {
    let [left, whole] = [0, 0];
    for (let at = column; at < values.length; at += columns) {
      left += (values[at] as number) ** 2;
      whole += (before[at] as number) ** 2;
    }
    if (left > whole * dependentWithin ** 2) continue;
    for (let at = column; at < values.length; at += columns) values[at] = 0;
  }
}

/** Modified Gram-Schmidt, each direction twice, which is enough (Giraud et al. 2005). */
function orthonormal(matrix: Float64Array, times: number, columns: number): Float64Array[] {
  const basis: Float64Array[] = [];
  for (let column = 0; column < columns; column++) {
    const direction = Float64Array.from({ length: times }, (_, time) => matrix[time * columns + column] as number);
    const before = norm(direction);
    for (let round = 0; round < 2; round++) {
      for (const known of basis) {
        const product = known.reduce((sum, value, time) => sum + value * (direction[time] as number), 0);
        known.forEach((value, time) => (direction[time] = (direction[time] as number) - product * value));
      }
    }
    const left = norm(direction);
    if (!(left > before * dependentWithin)) continue;
    basis.push(direction.map((value) => value / left));
  }
  return basis;
}

function norm(vector: Float64Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
}
