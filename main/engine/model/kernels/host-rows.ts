/** Work on rows and on products of rows, each one call of the native binding (rows_functions.h, dense.h). */
import type { SeededRandom } from '#app/run/random.ts';
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { callHost, callHostForMore } from './host.ts';
import type { Activated, DenseKernels, GroupedGradient, Groups, NormKernels } from './kernels.ts';

function one(...call: Parameters<typeof callHost>): Tensor {
  return callHost(...call)[0] as Tensor;
}

function columnsOf(x: Tensor): number {
  return x.shape.at(-1) ?? 1;
}

/**
 * Numbers of a gradient that is summed over ranges of rows in any case (main/engine/native/dense.cc): to cut it by group as
 * well costs nothing. With one row per sample it is never cut.
 */
const cheapGradient = 2 ** 17;

export const hostDense: DenseKernels = {
  dense: (x, weight, bias, rectified) =>
    one('dense', [Number(rectified)], [x, weight, bias], [[...x.shape.slice(0, -1), columnsOf(weight)]]),
  denseInputGradient(dy, weight, onto) {
    if (onto === null) {
      const shape = [...dy.shape.slice(0, -1), weight.shape[0]];
      return one('denseInputGradient', [0], [dy, weight], [shape]);
    }
    callHost('denseInputGradient', [1], [dy, weight, onto], []);
    return onto;
  },
  denseWeightGradient(x, dy, groups) {
    const samples = x.shape[0];
    const rows = x.size / (samples * columnsOf(x));
    const shape = [columnsOf(x), columnsOf(dy)];
    const isCheap = x.rank > 2 && columnsOf(x) * columnsOf(dy) <= cheapGradient;
    const isCut = groups !== null && (groups.wantsParts || isCheap);
    const sizes = (isCut ? groups.sizes : [samples]).map((size) => size * rows);
    const [total, ...parts] = callHost(
      'denseWeightGradient',
      sizes,
      [x, dy],
      new Array<number[]>(sizes.length + 1).fill(shape),
    );
    return grouped(total as Tensor, parts, groups);
  },
  addBias(x, bias, rectified) {
    callHost('addBias', [Number(rectified)], [x, bias], []);
    return x;
  },
  biasAdjoints(dy, y) {
    const made = callHost('biasGradient', [], y === null ? [dy] : [dy, y], [[columnsOf(dy)], dy.shape]);
    const [bias, dz = dy] = made as [Tensor, Tensor?];
    return { dz, bias };
  },
};

/** @param parts of the groups that have samples; none where only one has: its gradient is the total */
export function grouped(total: Tensor, parts: readonly Tensor[], groups: Groups | null): GroupedGradient {
  if (groups?.wantsParts !== true) {
    for (const part of parts) part.dispose();
    return { total, parts: null, partsMs: 0 };
  }
  let next = 0;
  const placed = groups.sizes.map((size) => (size === 0 ? null : (parts[next++] ?? total.clone())));
  return { total, parts: placed, partsMs: 0 };
}

export function hostBiasGradient(dy: Tensor): Tensor {
  return one('biasGradient', [], [dy], [[columnsOf(dy)]]);
}

export function hostDropoutMask(shape: readonly number[], rate: number, random: SeededRandom): Tensor {
  const { tensors, numbers } = callHostForMore(
    'dropoutMask',
    shape,
    [],
    [shape],
    Float64Array.of(rate, ...random.state().map((each) => each | 0)),
  );
  const [a = 0, b = 0, c = 0, d = 0] = numbers;
  random.restore([a, b, c, d]);
  return tensors[0] as Tensor;
}

export function hostSum(parts: readonly Tensor[]): Tensor {
  return one('sumOf', [], parts, [(parts[0] as Tensor).shape]);
}

export function hostGelu(x: Tensor): Activated {
  const [y, inner] = callHost('gelu', [], [x], [x.shape, x.shape]) as [Tensor, Tensor];
  return { y, inner };
}

export function hostGeluGradient(dy: Tensor, x: Tensor, { inner }: Activated): Tensor {
  return one('geluGradient', [], [dy, x, inner as Tensor], [x.shape]);
}

export const hostLayerNorm: Pick<NormKernels, 'layerNorm' | 'layerNormGradient'> = {
  layerNorm(x, scale, offset, epsilon) {
    const rows = [x.size / columnsOf(x)];
    const made = callHost('layerNorm', [], [x, scale, offset], [x.shape, rows, rows], Float64Array.of(epsilon));
    const [y, ...moments] = made as [Tensor, ...Tensor[]];
    return { y, moments };
  },
  layerNormGradient(dy, x, scale, moments) {
    const columns = [columnsOf(x)];
    const made = callHost('layerNormGradient', [], [dy, x, scale, ...moments], [x.shape, columns, columns]);
    const [dx, dScale, dOffset] = made as [Tensor, Tensor, Tensor];
    return { dx, dScale, dOffset };
  },
};
