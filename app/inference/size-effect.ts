/**
 * What the sizes of two groups in a batch do to a statistic, whoever is in them. A labelling that is drawn for a whole
 * training has more of a group in one batch and fewer in the next, where training kept its share; a rank grows with the
 * samples that it is of.
 */

/**
 * Replaces each value by what it would be at the observed sizes: values are regressed over the labellings on the logarithm
 * of the ratio of the sizes and its square.
 *
 * @param values of each labelling, the observed one first; NaN where a group is not in the batch
 * @param ratios ln of the sizes' ratio of each labelling
 * @returns false, and leaves the values, where the observed labelling has none; a labelling without a value gets what its
 *   peers have on average
 */
export function atObservedSizes(values: Float64Array, ratios: Float64Array): boolean {
  const [observed, at] = [values[0] ?? Number.NaN, ratios[0] ?? 0];
  if (!Number.isFinite(observed)) return false;
  const curve = fitParabola(values, ratios, at);
  for (let i = 1; i < values.length; i++) {
    const x = (ratios[i] as number) - at;
    const value = values[i] as number;
    values[i] = Number.isFinite(value) ? value - curve.linear * x - curve.square * x * x : curve.constant;
  }
  return true;
}

interface Parabola {
  /** At the observed sizes. */
  constant: number;
  linear: number;
  square: number;
}

/** Least squares over the labellings that have a value, by Gram and Schmidt; what does not vary has no part. */
function fitParabola(values: Float64Array, ratios: Float64Array, at: number): Parabola {
  let [count, sx, sxx, sy] = [0, 0, 0, 0];
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    const x = (ratios[i] as number) - at;
    count += 1;
    sx += x;
    sxx += x * x;
    sy += value;
  });
  const [mx, my] = [sx / count, sy / count];
  let [xx, xs, ss, xy, sqy] = [0, 0, 0, 0, 0];
  const mean = sxx / count;
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    const x = (ratios[i] as number) - at;
    const [u, w, v] = [x - mx, x * x - mean, value - my];
    xx += u * u;
    xs += u * w;
    ss += w * w;
    xy += u * v;
    sqy += w * v;
  });
  const tiny = 1e-9 * count;
  const left = xx > tiny ? ss - (xs * xs) / xx : ss;
  const square = left > tiny ? (sqy - (xx > tiny ? (xs * xy) / xx : 0)) / left : 0;
  const linear = xx > tiny ? (xy - square * xs) / xx : 0;
  return { constant: my - linear * mx - square * mean, linear, square };
}
