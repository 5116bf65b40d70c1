/** Functional connectivity: correlations of the channels of one subject's series. */

export type Connectivity = 'none' | 'pearson' | 'partial';

/** Correlations nearer to 1 than this are taken as this before Fisher's transformation, which is infinite at 1. */
const largestCorrelation = 1 - 1e-7;

/**
 * @param values [times x channels], without missing values
 * @returns [channels x channels], symmetric. Pearson: 1 on the diagonal. Partial: of two channels given all others, from the
 *   inverse of their correlations; where there are no more times than channels these cannot be inverted and are shrunk
 *   towards the identity (Ledoit & Wolf 2004). NaN for a channel that is constant.
 */
export function connectivityOf(
  values: Float64Array,
  channels: number,
  kind: Exclude<Connectivity, 'none'>,
): Float64Array {
  const z = zScores(values, channels);
  const correlations = productOf(z, channels);
  if (kind === 'pearson') {
    for (let i = 0; i < channels; i++)
      if (!Number.isNaN(correlations[i * channels + i])) correlations[i * channels + i] = 1;
    return correlations;
  }
  return partialCorrelations(
    values.length / channels > channels ? correlations : shrunk(z, correlations, channels),
    channels,
  );
}

/** atanh of all but the diagonal, which becomes 0. */
export function fisherZ(matrix: Float64Array, size: number): Float64Array {
  return matrix.map((value, at) => {
    if (Math.floor(at / size) === at % size) return 0;
    return Math.atanh(Math.max(-largestCorrelation, Math.min(largestCorrelation, value)));
  });
}

/** NaN throughout for a constant channel. */
function zScores(values: Float64Array, channels: number): Float64Array {
  const times = values.length / channels;
  const z = values.slice();
  for (let channel = 0; channel < channels; channel++) {
    let [sum, largest] = [0, 0];
    for (let at = channel; at < z.length; at += channels) {
      sum += z[at] as number;
      largest = Math.max(largest, Math.abs(z[at] as number));
    }
    const mean = sum / times;
    let squares = 0;
    for (let at = channel; at < z.length; at += channels) squares += ((z[at] as number) - mean) ** 2;
    const deviation = Math.sqrt(squares / times);
    const factor = deviation > largest * 1e-10 ? 1 / deviation : NaN;
    for (let at = channel; at < z.length; at += channels) z[at] = ((z[at] as number) - mean) * factor;
  }
  return z;
}

/** Z'Z / times. */
function productOf(z: Float64Array, channels: number): Float64Array {
  const times = z.length / channels;
  const product = new Float64Array(channels * channels);
  for (let time = 0; time < times; time++) {
    const row = z.subarray(time * channels, (time + 1) * channels);
    for (let i = 0; i < channels; i++) {
      const value = row[i] as number;
      for (let j = i; j < channels; j++)
        product[i * channels + j] = (product[i * channels + j] as number) + value * (row[j] as number);
    }
  }
  for (let i = 0; i < channels; i++) {
    for (let j = i; j < channels; j++) {
      product[i * channels + j] = (product[i * channels + j] as number) / times;
      product[j * channels + i] = product[i * channels + j] as number;
    }
  }
  return product;
}

/** (1 - a) S + a mean(diag S) I, with the a that loses least on average (Ledoit & Wolf 2004, as scikit-learn has it). */
function shrunk(z: Float64Array, covariance: Float64Array, channels: number): Float64Array {
  const times = z.length / channels;
  let trace = 0;
  for (let i = 0; i < channels; i++) trace += covariance[i * channels + i] as number;
  const mean = trace / channels;
  // Sums over all pairs of channels: of the squared products' mean, and of the squared covariances.
  let fourth = 0;
  for (let time = 0; time < times; time++) {
    let squares = 0;
    for (let i = 0; i < channels; i++) squares += (z[time * channels + i] as number) ** 2;
    fourth += squares * squares;
  }
  const squared = covariance.reduce((sum, value) => sum + value * value, 0);
  const beta = (fourth / times - squared) / (channels * times);
  const delta = (squared - 2 * mean * trace + channels * mean * mean) / channels;
  const part = delta === 0 ? 0 : Math.max(0, Math.min(beta, delta)) / delta;
  return covariance.map(
    (value, at) => (1 - part) * value + (Math.floor(at / channels) === at % channels ? part * mean : 0),
  );
}

/** -p_ij / sqrt(p_ii p_jj) of the inverse p, and 1 on the diagonal. */
function partialCorrelations(matrix: Float64Array, size: number): Float64Array {
  const known = Array.from({ length: size }, (_, i) => i).filter((i) => !Number.isNaN(matrix[i * size + i]));
  const inverse = inverseOf(
    Float64Array.from(known.flatMap((row) => known.map((column) => matrix[row * size + column] as number))),
    known.length,
  );
  const result = new Float64Array(size * size).fill(NaN);
  known.forEach((row, i) => {
    known.forEach((column, j) => {
      const scale = Math.sqrt((inverse[i * known.length + i] as number) * (inverse[j * known.length + j] as number));
      result[row * size + column] = i === j ? 1 : -(inverse[i * known.length + j] as number) / scale;
    });
  });
  return result;
}

/** Of a symmetric positive definite matrix, by Cholesky: NaN where it is not definite. */
function inverseOf(matrix: Float64Array, size: number): Float64Array {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j] as number;
      for (let k = 0; k < j; k++) sum -= (factor[i * size + k] as number) * (factor[j * size + k] as number);
      factor[i * size + j] = i === j ? (sum > 1e-13 ? Math.sqrt(sum) : NaN) : sum / (factor[j * size + j] as number);
    }
  }
  // The inverse of the factor, and then of the matrix: L^-T L^-1.
  const lower = new Float64Array(size * size);
  for (let column = 0; column < size; column++) {
    for (let row = column; row < size; row++) {
      let sum = row === column ? 1 : 0;
      for (let k = column; k < row; k++)
        sum -= (factor[row * size + k] as number) * (lower[k * size + column] as number);
      lower[row * size + column] = sum / (factor[row * size + row] as number);
    }
  }
  const inverse = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < size; k++) sum += (lower[k * size + i] as number) * (lower[k * size + j] as number);
      inverse[i * size + j] = sum;
      inverse[j * size + i] = sum;
    }
  }
  return inverse;
}
