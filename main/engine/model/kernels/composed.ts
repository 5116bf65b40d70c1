/** Kernels that are made of others: where no single call covers them, and the oracle of those that are one call. */
import { product } from '#app/model/description.ts';
import type { SeededRandom } from '#app/run/random.ts';
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../device/tensorflow.ts';
import type {
  ActivationKernels,
  DenseKernels,
  GroupedGradient,
  Groups,
  Kernels,
  NormKernels,
  WindowKernels,
} from './kernels.ts';

type DenseParts = Pick<Kernels, 'matMul' | 'biasAdd' | 'biasGradient' | 'sum'> & ActivationKernels;

/** All axes but the last as one. Shares its memory. */
function rowsOf(x: Tensor): Tensor {
  return x.rank === 2 ? x : tf.reshape(x, [-1, x.shape.at(-1) ?? 1]);
}

/** Rows with the axes of x before its last again. */
function axesOf(rows: Tensor, x: Tensor): Tensor {
  return x.rank === 2 ? rows : tf.reshape(rows, [...x.shape.slice(0, -1), rows.shape[1] ?? 1]);
}

export function composedDense(kernels: DenseParts): DenseKernels {
  const rectify = (x: Tensor): Tensor => {
    const { y } = kernels.activation('relu', 0, x);
    x.dispose();
    return y;
  };
  const gradient = (x: Tensor, dy: Tensor): Tensor => kernels.matMul(rowsOf(x), rowsOf(dy), true, false);
  const addBias = (x: Tensor, bias: Tensor, rectified: boolean): Tensor => {
    const z = kernels.biasAdd(x, bias);
    x.dispose();
    return rectified ? rectify(z) : z;
  };
  return {
    addBias,
    dense: (x, weight, bias, rectified) =>
      tf.tidy(() => axesOf(addBias(kernels.matMul(rowsOf(x), weight, false, false), bias, rectified), x)),
    denseInputGradient(dy, weight, onto) {
      const dx = tf.tidy(() => {
        const product = axesOf(kernels.matMul(rowsOf(dy), weight, false, true), dy);
        return onto === null ? product : kernels.sum([onto, product]);
      });
      onto?.dispose();
      return dx;
    },
    denseWeightGradient(x, dy, groups) {
      return partsAndTotal(kernels, groups, x, dy, gradient);
    },
    biasAdjoints(dy, y) {
      const dz = y === null ? dy : kernels.activationGradient('relu', 0, dy, y, { y, inner: null });
      return { dz, bias: tf.tidy(() => kernels.biasGradient(rowsOf(dz))) };
    },
  };
}

/** By one product for each group: all but one of them are what the parts take beyond the total. */
export function partsAndTotal(
  kernels: Pick<Kernels, 'sum'>,
  groups: Groups | null,
  x: Tensor,
  dy: Tensor,
  gradient: (x: Tensor, dy: Tensor) => Tensor,
): GroupedGradient {
  if (groups?.wantsParts !== true) return { total: tf.tidy(() => gradient(x, dy)), parts: null, partsMs: 0 };
  const started = performance.now();
  let gradientsMs = 0;
  let first = 0;
  const parts = groups.sizes.map((size) => {
    if (size === 0) return null;
    // Slices along the first axis share memory with the whole on the CPU.
    const [rows, errors] = [samples(x, first, size), samples(dy, first, size)];
    first += size;
    const forming = performance.now();
    const part = tf.tidy(() => gradient(rows, errors));
    gradientsMs += performance.now() - forming;
    rows.dispose();
    errors.dispose();
    return part;
  });
  const present = parts.filter((part) => part !== null);
  const total = kernels.sum(present);
  return { total, parts, partsMs: performance.now() - started - gradientsMs / present.length };
}

/** Of two axes, since tfjs's WebGPU backend cannot slice five. */
function samples(x: Tensor, first: number, count: number): Tensor {
  return tf.tidy(() => {
    const flat = tf.reshape(x, [x.shape[0] ?? 1, -1]);
    return tf.reshape(tf.slice(flat, [first, 0], [count, flat.shape[1] ?? 1]), [count, ...x.shape.slice(1)]);
  });
}

/** [samples, …, d1, d2, d3, C] -> [samples x …, d1, d2, d3, C] with `axes` positions. Shares its memory. */
function imagesOf(x: Tensor, axes: number): Tensor {
  return x.rank === axes + 2 ? x : tf.reshape(x, [-1, ...x.shape.slice(-axes - 1)]);
}

export function composedWindows(
  kernels: Pick<Kernels, 'sum' | 'conv' | 'convFilterGradient' | 'addBias'>,
): Pick<WindowKernels, 'convFilterGradients' | 'convWithBias'> {
  return {
    convWithBias: (x, filter, bias, window, rectified) =>
      kernels.addBias(kernels.conv(x, filter, window), bias, rectified),
    convFilterGradients(x, filterShape, dy, window, groups) {
      const axes = window.size.length;
      return partsAndTotal(kernels, groups, x, dy, (rows, errors) =>
        kernels.convFilterGradient(imagesOf(rows, axes), filterShape, imagesOf(errors, axes), window),
      );
    },
  };
}

export function drawnDropoutMask(shape: readonly number[], rate: number, random: SeededRandom): Tensor {
  const scale = 1 / (1 - rate);
  const values = new Float32Array(product(shape));
  for (let i = 0; i < values.length; i++) values[i] = random.next() < rate ? 0 : scale;
  return tf.tensor(values, [...shape]);
}

export function composedLayerNorm(
  kernels: Pick<NormKernels, 'standardize' | 'standardizeGradient' | 'scaleColumns' | 'scaleColumnsGradient'>,
): Pick<NormKernels, 'layerNorm' | 'layerNormGradient'> {
  return {
    layerNorm(x, scale, offset, epsilon) {
      const { y: normal, precision } = kernels.standardize(rowsOf(x), epsilon);
      return { y: tf.reshape(kernels.scaleColumns(normal, scale, offset), x.shape), moments: [normal, precision] };
    },
    layerNormGradient(dy, _, scale, [normal, precision]) {
      const scaled = kernels.scaleColumnsGradient(rowsOf(dy), normal as Tensor, scale);
      const dx = kernels.standardizeGradient(scaled.dx, { y: normal as Tensor, precision: precision as Tensor });
      return { ...scaled, dx: tf.reshape(dx, dy.shape) };
    },
  };
}
