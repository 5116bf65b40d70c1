/** Convolutions and pooling on public tfjs operations, and their gradients by its tape. One axis is a plane of one row. */
import type { Tensor, Tensor4D, Tensor5D } from '@tensorflow/tfjs-node-gpu';
import { product } from '#app/model/description.ts';
import { tf } from '../../device/tensorflow.ts';
import { reach, withHoles } from './holes.ts';
import type { Window, WindowKernels } from './kernels.ts';
import { pullBack } from './pull-back.ts';
import { inPlanes } from './volume-maxima.ts';

/** Planes have two numbers, volumes three. */
type Pair = [number, number];
type Triple = [number, number, number];
const along = (numbers: readonly number[]): Pair =>
  (numbers.length === 1 ? [1, numbers[0] ?? 1] : [...numbers]) as Pair;

/** [N, d, C] as [N, 1, d, C], and back. */
function asPlane(x: Tensor, compute: (plane: Tensor4D) => Tensor): Tensor {
  if (x.rank !== 3) return compute(x as Tensor4D);
  const [samples = 0, length = 0, channels = 0] = x.shape;
  const y = compute(tf.reshape(x, [samples, 1, length, channels]));
  return tf.reshape(y, [samples, y.shape[2] ?? 0, y.shape[3] ?? 0]);
}

/**
 * Without what lies behind the last window, where strides are longer than windows: tfjs pads there by a negative number, and
 * its WebGPU backend then begins beside the first voxel. A slice of three axes, whose gradient any backend has right.
 */
function underWindows(x: Tensor, window: Window): Tensor {
  if (window.padding === 'valid') return x;
  return reach(window).reduce((cut, length, axis) => {
    const [edge = 1, stride] = [cut.shape[axis + 1], window.strides[axis] ?? 1];
    const seen = (Math.ceil(edge / stride) - 1) * stride + length;
    if (seen >= edge) return cut;
    const before = product(cut.shape.slice(0, axis + 1));
    const after = product(cut.shape.slice(axis + 2));
    const part = tf.slice(tf.reshape(cut, [before, edge, after]), [0, 0, 0], [before, seen, after]);
    return tf.reshape(part, [...cut.shape.slice(0, axis + 1), seen, ...cut.shape.slice(axis + 2)]);
  }, x);
}

function convolve(input: Tensor, filter: Tensor, window: Window): Tensor {
  const { strides, padding } = window;
  const whole = withHoles(filter, window);
  const x = underWindows(input, window);
  if (strides.length === 3) return tf.conv3d(x as Tensor5D, whole as Tensor5D, [...strides] as Triple, padding);
  const flat = (whole.rank === 3 ? tf.expandDims(whole) : whole) as Tensor4D;
  return asPlane(x, (plane) => tf.conv2d(plane, flat, along(strides), padding));
}

function maximum(x: Tensor, window: Window): Tensor {
  return inPlanes(underWindows(x, window), window, (each, { size, strides, padding }) =>
    asPlane(each, (plane) => tf.maxPool(plane, along(size), along(strides), padding)),
  );
}

function average(input: Tensor, window: Window): Tensor {
  const { size, strides, padding } = window;
  const x = underWindows(input, window);
  if (size.length === 3) return tf.avgPool3d(x as Tensor5D, [...size] as Triple, [...strides] as Triple, padding);
  return asPlane(x, (plane) => tf.avgPool(plane, along(size), along(strides), padding));
}

export const portableWindows: Omit<WindowKernels, 'convFilterGradients' | 'convWithBias'> = {
  conv: (x, filter, window) => tf.tidy(() => convolve(x, filter, window)),
  convFilterGradient: (x, filterShape, dy, window) =>
    tf.tidy(() => pullBack((filter) => convolve(x, filter, window), tf.zeros([...filterShape]), dy)),
  convInputGradient: (xShape, filter, dy, window) =>
    tf.tidy(() => pullBack((x) => convolve(x, filter, window), tf.zeros([...xShape]), dy)),
  maxPool: (x, window) => tf.tidy(() => maximum(x, window)),
  maxPoolGradient: (x, _, dy, window) => tf.tidy(() => pullBack((each) => maximum(each, window), x, dy)),
  averagePool: (x, window) => tf.tidy(() => average(x, window)),
  averagePoolGradient: (xShape, dy, window) =>
    tf.tidy(() => pullBack((each) => average(each, window), tf.zeros([...xShape]), dy)),
};
