/** Convolutions and pooling on TensorFlow's own. One axis is a plane of one row. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../device/tensorflow.ts';
import { shapeTensor } from './constants.ts';
import { reach, withHoles, withoutHoles } from './holes.ts';
import type { Window, WindowKernels } from './kernels.ts';
import { attribute, run, type Attribute } from './raw.ts';
import { columnsOf, inPlanes, slicesOf, volumeParts } from './volume-maxima.ts';

const float = attribute.type('T', 'float32');

interface WindowOperations {
  /** By TensorFlow's names, which differ between planes and volumes. */
  convolution: string;
  filterGradient: string;
  inputGradient: string;
  average: string;
  convolving: readonly Attribute[];
  convolvingBack: readonly Attribute[];
  pooling: readonly Attribute[];
  dilated: boolean;
}

const known = new WeakMap<Window, WindowOperations>();

/** A layer keeps its window, so its attributes are made once and not at each step. */
function operations(window: Window): WindowOperations {
  const made = known.get(window) ?? operationsOf(window);
  known.set(window, made);
  return made;
}

function operationsOf(window: Window): WindowOperations {
  const volume = window.size.length === 3;
  const along = (numbers: readonly number[]): number[] => [1, ...(numbers.length === 1 ? [1] : []), ...numbers, 1];
  const placed = [
    attribute.int('strides', along(window.strides)),
    attribute.text('padding', window.padding === 'same' ? 'SAME' : 'VALID'),
    attribute.text('data_format', volume ? 'NDHWC' : 'NHWC'),
    float,
  ];
  const convolving = [...placed, attribute.int('dilations', along(window.size.map(() => 1)))];
  const pooling = [...placed, attribute.int('ksize', along(window.size))];
  return {
    convolution: volume ? 'Conv3D' : 'Conv2D',
    filterGradient: volume ? 'Conv3DBackpropFilterV2' : 'Conv2DBackpropFilter',
    inputGradient: volume ? 'Conv3DBackpropInputV2' : 'Conv2DBackpropInput',
    average: volume ? 'AvgPool3D' : 'AvgPool',
    convolving,
    convolvingBack: volume ? [...convolving, attribute.type('Tshape', 'int32')] : convolving,
    pooling,
    dilated: window.dilations.some((dilation) => dilation > 1),
  };
}

/** [N, d, C] as [N, 1, d, C]. */
const plane = ([samples = 0, length = 0, channels = 0]: readonly number[]): number[] => [samples, 1, length, channels];

function lifted(x: Tensor): Tensor {
  return x.rank === 3 ? tf.reshape(x, plane(x.shape)) : x;
}

function lowered(x: Tensor, { size }: Window): Tensor {
  return size.length === 1 ? tf.reshape(x, [x.shape[0], x.shape[2] ?? 0, x.shape[3] ?? 0]) : x;
}

const liftedShape = (shape: readonly number[]): readonly number[] => (shape.length === 3 ? plane(shape) : shape);

function liftedFilter(filter: Tensor, window: Window): Tensor {
  const whole = operations(window).dilated ? withHoles(filter, window) : filter;
  return whole.rank === 3 ? tf.reshape(whole, [1, ...whole.shape]) : whole;
}

function planeMaxima(x: Tensor, window: Window): Tensor {
  return lowered(run('MaxPool', operations(window).pooling, [lifted(x)]), window);
}

function planeMaximaGradient(x: Tensor, y: Tensor, dy: Tensor, window: Window): Tensor {
  return lowered(run('MaxPoolGrad', operations(window).pooling, [lifted(x), lifted(y), lifted(dy)]), window);
}

function maximaGradient(x: Tensor, y: Tensor, dy: Tensor, window: Window): Tensor {
  if (window.size.length < 3) return planeMaximaGradient(x, y, dy, window);
  const { planes, across } = volumeParts(window);
  const slices = slicesOf(x);
  const inner = planeMaxima(slices, planes);
  const columns = columnsOf(inner, x.shape);
  const innerDy = planeMaximaGradient(columns, columnsOf(y, y.shape), columnsOf(dy, y.shape), across);
  return tf.reshape(planeMaximaGradient(slices, inner, tf.reshape(innerDy, inner.shape), planes), x.shape);
}

export const nativeWindows: Omit<WindowKernels, 'convFilterGradients' | 'convWithBias'> = {
  conv: (x, filter, window) =>
    tf.tidy(() => {
      const { convolution, convolving } = operations(window);
      return lowered(run(convolution, convolving, [lifted(x), liftedFilter(filter, window)]), window);
    }),
  convFilterGradient: (x, filterShape, dy, window) =>
    tf.tidy(() => {
      const { filterGradient, convolving, dilated } = operations(window);
      const whole = [...reach(window), ...filterShape.slice(-2)];
      const shape = shapeTensor(window.size.length === 1 ? [1, ...whole] : whole);
      const gradient = run(filterGradient, convolving, [lifted(x), shape, lifted(dy)]);
      const found = window.size.length === 1 ? tf.reshape(gradient, whole) : gradient;
      return dilated ? withoutHoles(found, window) : found;
    }),
  convInputGradient: (xShape, filter, dy, window) =>
    tf.tidy(() => {
      const { inputGradient, convolvingBack } = operations(window);
      const inputs = [shapeTensor(liftedShape(xShape)), liftedFilter(filter, window), lifted(dy)];
      return lowered(run(inputGradient, convolvingBack, inputs), window);
    }),
  maxPool: (x, window) => tf.tidy(() => inPlanes(x, window, planeMaxima)),
  maxPoolGradient: (x, y, dy, window) => tf.tidy(() => maximaGradient(x, y, dy, window)),
  averagePool: (x, window) =>
    tf.tidy(() => lowered(run(operations(window).average, operations(window).pooling, [lifted(x)]), window)),
  averagePoolGradient: (xShape, dy, window) =>
    tf.tidy(() => {
      const { average, pooling } = operations(window);
      return lowered(run(`${average}Grad`, pooling, [shapeTensor(liftedShape(xShape)), lifted(dy)]), window);
    }),
};
