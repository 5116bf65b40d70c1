/** Layers that give numbers mean 0 and variance 1, then a learnt scale and offset for each channel. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { product, type NormDescription } from '#app/model/description.ts';
import { tf } from '../../device/tensorflow.ts';
import type { Kernels, Parameter, Standardized } from '../kernels/kernels.ts';
import { kept, type Layer, type LayerMaterials } from './layer.ts';

/** Over the batch and all positions; by the running statistics when not in training. */
export function batchNormLayer(description: NormDescription, { kernels }: LayerMaterials): Layer {
  const { name, epsilon, momentum } = description;
  const { scale, offset, channels } = scaleAndOffset(description, kernels);
  const mean = kernels.parameter(`${name}/mean`, [channels], new Float32Array(channels));
  const variance = kernels.parameter(`${name}/variance`, [channels], new Float32Array(channels).fill(1));
  let input: Tensor | null = null;
  let moments: readonly Tensor[] | null = null;
  return {
    parameters: [scale, offset],
    statistics: [mean, variance],
    forward(x, { training }) {
      const rows = tf.reshape(x, [-1, channels]);
      const running = { mean: mean.value, variance: variance.value };
      if (!training) {
        const y = kernels.batchNormInference(rows, scale.value, offset.value, running, epsilon);
        return tf.reshape(y, x.shape);
      }
      const found = kernels.batchNorm(rows, scale.value, offset.value, running, { epsilon, momentum });
      input = rows;
      moments = found.moments;
      mean.copy(found.running.mean);
      variance.copy(found.running.variance);
      return tf.reshape(found.y, x.shape);
    },
    backward(dy) {
      const rows = tf.reshape(dy, [-1, channels]);
      const back = kernels.batchNormGradient(rows, kept(input), scale.value, kept(moments), epsilon);
      return { dx: tf.reshape(back.dx, dy.shape), gradients: [back.dScale, back.dOffset] };
    },
  };
}

/** Layer norm (Ba et al. 2016): the channels at each position. */
export function layerNormLayer(description: NormDescription, { kernels }: LayerMaterials): Layer {
  const { epsilon } = description;
  const { scale, offset } = scaleAndOffset(description, kernels);
  let input: Tensor | null = null;
  let moments: readonly Tensor[] | null = null;
  return {
    parameters: [scale, offset],
    forward(x) {
      const normal = kernels.layerNorm(x, scale.value, offset.value, epsilon);
      input = x;
      moments = normal.moments;
      return normal.y;
    },
    backward(dy) {
      const { dx, dScale, dOffset } = kernels.layerNormGradient(dy, kept(input), scale.value, kept(moments));
      return { dx, gradients: [dScale, dOffset] };
    },
  };
}

/** Group norm (Wu & He 2018): all positions of a sample, in groups of channels that follow one another. */
export function groupNormLayer(description: NormDescription, { kernels }: LayerMaterials): Layer {
  const { epsilon } = description;
  const { scale, offset, channels } = scaleAndOffset(description, kernels);
  const rows = normalisedRows(description);
  let standardized: Standardized | null = null;
  let normal: Tensor | null = null;
  return {
    parameters: [scale, offset],
    forward(x) {
      standardized = kernels.standardize(rows.of(x), epsilon);
      normal = rows.back(standardized.y);
      return tf.reshape(kernels.scaleColumns(normal, scale.value, offset.value), x.shape);
    },
    backward(dy) {
      const errors = tf.reshape(dy, [-1, channels]);
      const scaled = kernels.scaleColumnsGradient(errors, kept(normal), scale.value);
      const dx = tf.tidy(() => {
        const back = kernels.standardizeGradient(rows.of(scaled.dx), kept(standardized));
        return tf.reshape(rows.back(back), dy.shape);
      });
      scaled.dx.dispose();
      return { dx, gradients: [scaled.dScale, scaled.dOffset] };
    },
  };
}

function scaleAndOffset(
  { name, inputShape }: NormDescription,
  kernels: Kernels,
): { scale: Parameter; offset: Parameter; channels: number } {
  const channels = inputShape.at(-1) ?? 1;
  return {
    scale: kernels.parameter(`${name}/scale`, [channels], new Float32Array(channels).fill(1)),
    offset: kernels.parameter(`${name}/offset`, [channels], new Float32Array(channels)),
    channels,
  };
}

interface NormalisedRows {
  /** A row for all that is normalised together. */
  of(x: Tensor): Tensor;
  /** [positions x channels] again. */
  back(rows: Tensor): Tensor;
}

function normalisedRows({ inputShape, groups }: NormDescription): NormalisedRows {
  const channels = inputShape.at(-1) ?? 1;
  const positions = product(inputShape.slice(0, -1));
  const width = positions * channels;
  if (groups === 1 || positions === 1) {
    return {
      of: (x) => tf.reshape(x, [-1, width / groups]),
      back: (rows) => tf.reshape(rows, [-1, channels]),
    };
  }
  const each = channels / groups;
  return {
    of: (x) =>
      tf.tidy(() => {
        const parted = tf.transpose(tf.reshape(x, [-1, positions, groups, each]), [0, 2, 1, 3]);
        return tf.reshape(parted, [-1, positions * each]);
      }),
    back: (rows) =>
      tf.tidy(() => {
        const together = tf.transpose(tf.reshape(rows, [-1, groups, positions, each]), [0, 2, 1, 3]);
        return tf.reshape(together, [-1, channels]);
      }),
  };
}
