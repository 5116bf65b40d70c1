/** Kernels on TensorFlow's fused operations: 1.3 to 4 times the speed of the composed ones on two cores. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../device/tensorflow.ts';
import { NativeParameter, nativeOptimizer } from './native-optimizer.ts';
import type { Kernels, Window3d } from './kernels.ts';
import { attribute, run, runTwo } from './raw.ts';

const float = attribute.type('T', 'float32');
const channelsLast = attribute.text('data_format', 'NHWC');

function window(window3d: Window3d): { strides: readonly number[]; padding: string } {
  return { strides: [1, ...window3d.strides, 1], padding: window3d.padding === 'same' ? 'SAME' : 'VALID' };
}

function convolution(window3d: Window3d) {
  const { strides, padding } = window(window3d);
  return [
    float,
    attribute.int('strides', strides),
    attribute.text('padding', padding),
    attribute.text('data_format', 'NDHWC'),
    attribute.int('dilations', [1, 1, 1, 1, 1]),
  ];
}

function pooling(window3d: Window3d) {
  const { strides, padding } = window(window3d);
  return [
    attribute.int('ksize', [1, ...window3d.size, 1]),
    attribute.int('strides', strides),
    attribute.text('padding', padding),
    attribute.text('data_format', 'NDHWC'),
    float,
  ];
}

const shapeTensor = (shape: readonly number[]): Tensor => tf.tensor1d([...shape], 'int32');

export const nativeKernels: Kernels = {
  name: 'native',
  matMul: (a, b, transposeA, transposeB) =>
    run(
      'MatMul',
      [float, attribute.bool('transpose_a', transposeA), attribute.bool('transpose_b', transposeB)],
      [a, b],
    ),
  biasAdd: (x, bias) => run('BiasAdd', [float, channelsLast], [x, bias]),
  biasGradient: (dy) => run('BiasAddGrad', [float, channelsLast], [dy]),
  relu: (x) => run('Relu', [float], [x]),
  reluGradient: (dy, y) => run('ReluGrad', [float], [dy, y]),
  conv3d: (x, filter, window3d) => run('Conv3D', convolution(window3d), [x, filter]),
  conv3dFilterGradient: (x, filterShape, dy, window3d) =>
    run('Conv3DBackpropFilterV2', convolution(window3d), [x, shapeTensor(filterShape), dy]),
  conv3dInputGradient: (xShape, filter, dy, window3d) =>
    run(
      'Conv3DBackpropInputV2',
      [...convolution(window3d), attribute.type('Tshape', 'int32')],
      [shapeTensor(xShape), filter, dy],
    ),
  maxPool3d: (x, window3d) => run('MaxPool3D', pooling(window3d), [x]),
  maxPool3dGradient: (x, y, dy, window3d) =>
    run('MaxPool3DGrad', [...pooling(window3d), attribute.type('TInput', 'float32')], [x, y, dy]),
  softmaxCrossEntropy: (logits, labels) => {
    const [losses, gradients] = runTwo(
      'SparseSoftmaxCrossEntropyWithLogits',
      [float, attribute.type('Tlabels', 'int32')],
      [logits, labels],
    );
    return { losses, gradients };
  },
  sum: (parts) =>
    parts.length === 1 ? tf.clone(parts[0] as Tensor) : run('AddN', [attribute.int('N', parts.length), float], parts),
  parameter: (name, shape, values) => new NativeParameter(name, shape, values),
  optimizer: (parameters, settings) => nativeOptimizer(parameters as readonly NativeParameter[], settings),
};
