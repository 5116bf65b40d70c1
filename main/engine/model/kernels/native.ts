/**
 * Kernels on TensorFlow's fused operations, 1.3 to 4 times the speed of the composed ones on two cores; on the processor
 * with our own where those are many calls or go over memory several times.
 */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../device/tensorflow.ts';
import { composedDense, composedLayerNorm, composedWindows, drawnDropoutMask } from './composed.ts';
import { isHost } from './host.ts';
import { HostParameter, hostOptimizer } from './host-optimizer.ts';
import { hostBiasGradient, hostDense, hostDropoutMask, hostLayerNorm, hostSum } from './host-rows.ts';
import { hostWindows } from './host-windows.ts';
import { nativeActivations } from './native-activations.ts';
import { nativeNorms } from './native-norms.ts';
import { NativeParameter, nativeOptimizer } from './native-optimizer.ts';
import { nativeWindows } from './native-windows.ts';
import type { DenseKernels, Kernels } from './kernels.ts';
import { attribute, run, runTwo } from './raw.ts';
import { nativeSequence } from './sequence-native.ts';

const float = attribute.type('T', 'float32');
const channelsLast = attribute.text('data_format', 'NHWC');

const product = [false, true].map((transposeA) =>
  [false, true].map((transposeB) => [
    float,
    attribute.bool('transpose_a', transposeA),
    attribute.bool('transpose_b', transposeB),
  ]),
);
const bias = [float, channelsLast];
const crossEntropy = [float, attribute.type('Tlabels', 'int32')];

/** On any device. */
const basic = {
  ...nativeActivations,
  matMul: (a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor =>
    run('MatMul', product[Number(transposeA)]?.[Number(transposeB)] ?? [], [a, b]),
  biasAdd: (x: Tensor, addend: Tensor): Tensor => run('BiasAdd', bias, [x, addend]),
  biasGradient: (dy: Tensor): Tensor => run('BiasAddGrad', bias, [dy]),
  sum: (parts: readonly Tensor[]): Tensor =>
    parts.length === 1 ? tf.clone(parts[0] as Tensor) : run('AddN', [attribute.int('N', parts.length), float], parts),
};

type ByDevice = DenseKernels &
  Pick<
    Kernels,
    | 'biasGradient'
    | 'dropoutMask'
    | 'sum'
    | 'layerNorm'
    | 'layerNormGradient'
    | 'convFilterGradients'
    | 'convWithBias'
    | 'convInputGradient'
    | 'parameter'
    | 'optimizer'
  >;

const onCard: ByDevice = {
  biasGradient: basic.biasGradient,
  sum: basic.sum,
  dropoutMask: drawnDropoutMask,
  ...composedDense(basic),
  ...composedLayerNorm(nativeNorms),
  convInputGradient: nativeWindows.convInputGradient,
  ...composedWindows({ ...basic, ...composedDense(basic), ...nativeWindows }),
  parameter: (name, shape, values) => new NativeParameter(name, shape, values),
  optimizer: (parameters, settings) => nativeOptimizer(parameters as readonly NativeParameter[], settings),
};

const onHost: ByDevice = {
  biasGradient: hostBiasGradient,
  sum: (parts) => (parts.length === 1 ? tf.clone(parts[0] as Tensor) : hostSum(parts)),
  dropoutMask: hostDropoutMask,
  ...hostDense,
  ...hostLayerNorm,
  ...hostWindows,
  parameter: (name, shape, values) => new HostParameter(name, shape, values),
  optimizer: (parameters, settings) => hostOptimizer(parameters as readonly HostParameter[], settings),
};

function kernelsOn(device: ByDevice): Kernels {
  return {
    name: 'native',
    ...basic,
    ...nativeNorms,
    ...nativeWindows,
    ...device,
    sequence: nativeSequence,
    softmaxCrossEntropy: (logits, labels) => {
      const [losses, gradients] = runTwo('SparseSoftmaxCrossEntropyWithLogits', crossEntropy, [logits, labels]);
      return { losses, gradients };
    },
    read: (x) => x.dataSync<'float32'>().slice(),
  };
}

/** Those of a graphics card, which also run on the processor. */
export const cardKernels = kernelsOn(onCard);
export const nativeKernels = isHost ? kernelsOn(onHost) : cardKernels;
