/** What is done to the channels of one subject's series over time. Values are [times x channels], changed in place. */

export type Detrend = 'none' | 'mean' | 'linear';

/** Takes the mean, or the least-squares line, off each channel. */
export function detrend(values: Float64Array, channels: number, kind: Detrend): void {
  if (kind === 'none') return;
  const times = values.length / channels;
  // Around the middle of time the line's slope and its mean do not depend on each other.
  const middle = (times - 1) / 2;
  let spread = 0;
  for (let time = 0; time < times; time++) spread += (time - middle) ** 2;
  for (let channel = 0; channel < channels; channel++) {
    let [sum, product] = [0, 0];
    for (let time = 0; time < times; time++) {
      const value = values[time * channels + channel] as number;
      sum += value;
      product += value * (time - middle);
    }
    const slope = kind === 'linear' && spread > 0 ? product / spread : 0;
    for (let time = 0; time < times; time++) {
      const at = time * channels + channel;
      values[at] = (values[at] as number) - sum / times - slope * (time - middle);
    }
  }
}

/** A deviation below this part of the channel's largest value is rounding. */
const constantWithin = 1e-10;

/** z-scores over time, with the population's deviation; a constant channel becomes 0. */
export function standardiseChannels(values: Float64Array, channels: number): void {
  const times = values.length / channels;
  for (let channel = 0; channel < channels; channel++) {
    let [sum, largest] = [0, 0];
    for (let time = 0; time < times; time++) {
      const value = values[time * channels + channel] as number;
      sum += value;
      largest = Math.max(largest, Math.abs(value));
    }
    const mean = sum / times;
    let squares = 0;
    for (let time = 0; time < times; time++) squares += ((values[time * channels + channel] as number) - mean) ** 2;
    const deviation = Math.sqrt(squares / times);
    const factor = deviation > largest * constantWithin ? 1 / deviation : 0;
    for (let time = 0; time < times; time++) {
      const at = time * channels + channel;
      values[at] = ((values[at] as number) - mean) * factor;
    }
  }
}

/**
 * Straight lines over gaps, and the nearest value at the ends: filters and regressions need a value at each time.
 * @returns how many values were filled in; a channel without any value becomes 0
 */
export function fillGaps(values: Float64Array, channels: number): number {
  const times = values.length / channels;
  let filled = 0;
  for (let channel = 0; channel < channels; channel++) {
    const at = (time: number): number => values[time * channels + channel] as number;
    let before = -1;
    for (let time = 0; time <= times; time++) {
      if (time < times && Number.isNaN(at(time))) continue;
      for (let gap = before + 1; gap < time; gap++) {
        const left = before < 0 ? null : at(before);
        const right = time === times ? null : at(time);
        const share = (gap - before) / (time - before);
        values[gap * channels + channel] =
          left === null ? (right ?? 0) : right === null ? left : left + (right - left) * share;
        filled += 1;
      }
      before = time;
    }
  }
  return filled;
}
