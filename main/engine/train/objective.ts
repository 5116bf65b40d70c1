/** What a network is trained for: from its outputs and the targets to losses, adjoints, predictions and metrics. */
import { settingError, type SpectroscopeError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { Metrics } from '#app/contract/session.ts';
import { outputSize, type ModelDescription, type Task } from '#app/model/description.ts';
import type { RunTask } from '#app/run/configuration.ts';
import { tf } from '../device/tensorflow.ts';
import type { Kernels } from '../model/kernels/kernels.ts';
import { metricsOf, reconstructionMetrics, regressionMetrics, type Predictions } from './metrics.ts';

/** How far outputs are from values: of all tasks but classification. */
export type ValueLoss = Exclude<RunTask, { kind: 'classification' }>['loss'];

export interface Objective {
  /** Numbers that are kept of what a network says of one sample; 0: its loss alone. */
  readonly kept: number;
  /**
   * @param outputs [samples x ...], what the network gave
   * @param inputs [samples x ...], what it was given
   * @param targets of each sample: its class, or its number on the scale of the outputs; not looked at by a reconstruction
   * @returns losses [samples], and gradients of the mean of the weighted losses with respect to the outputs
   */
  evaluate(outputs: Tensor, inputs: Tensor, targets: readonly number[]): { losses: Tensor; adjoints: Tensor };
  /** The losses alone [samples]. */
  losses(outputs: Tensor, inputs: Tensor, targets: readonly number[]): Tensor;
  /** @returns [samples x kept] */
  predictions(outputs: Float32Array): Float32Array;
  metrics(said: Predictions): Metrics;
}

export interface ObjectiveSettings {
  /** Weight of each class in the loss; not looked at by other tasks. */
  classWeights: readonly number[];
  loss: ValueLoss;
}

export function objectiveOf(
  { task, inputShape }: Pick<ModelDescription, 'task' | 'inputShape'>,
  kernels: Kernels,
  settings: ObjectiveSettings,
): Objective {
  if (task.kind === 'classification') return classification(outputSize(task, inputShape), kernels, settings);
  return valueObjective(task.kind, settings.loss);
}

/** Cross-entropy of the softmax of logits, weighted by class. */
function classification(classes: number, kernels: Kernels, { classWeights }: ObjectiveSettings): Objective {
  const entropy = (outputs: Tensor, targets: readonly number[]) =>
    kernels.softmaxCrossEntropy(outputs, tf.tensor1d([...targets], 'int32'));
  return {
    kept: classes,
    evaluate(outputs, _, targets) {
      const { losses, gradients } = entropy(outputs, targets);
      const shares = targets.map((target) => (classWeights[target] as number) / targets.length);
      return { losses, adjoints: tf.mul(gradients, tf.tensor2d(shares, [targets.length, 1])) };
    },
    losses: (outputs, _, targets) => entropy(outputs, targets).losses,
    predictions: (outputs) => softmaxOf(outputs, classes),
    metrics: (said) => metricsOf(said, classWeights),
  };
}

/**
 * The mean over a sample's outputs of the squared error e^2 ('mse'), or of Huber's loss with its corner at 1 ('huber'):
 * e^2 / 2 up to it, |e| - 1/2 beyond (Huber 1964).
 */
function valueObjective(task: Exclude<Task['kind'], 'classification'>, loss: ValueLoss): Objective {
  const isRegression = task === 'regression';
  const errors = (outputs: Tensor, inputs: Tensor, targets: readonly number[]): Tensor =>
    tf.sub(outputs, isRegression ? tf.tensor2d([...targets], [targets.length, 1]) : inputs);
  const lossesOf = (error: Tensor): Tensor => {
    const samples = error.shape[0];
    return tf.tidy(() => {
      const size = tf.abs(error);
      const each =
        loss === 'mse'
          ? tf.square(error)
          : tf.where(tf.lessEqual(size, 1), tf.mul(tf.square(error), 0.5), tf.sub(size, 0.5));
      return tf.mean(tf.reshape(each, [samples, -1]), 1);
    });
  };
  const slope = (error: Tensor): Tensor => (loss === 'mse' ? tf.mul(error, 2) : tf.clipByValue(error, -1, 1));
  return {
    kept: isRegression ? 1 : 0,
    evaluate(outputs, inputs, targets) {
      const error = errors(outputs, inputs, targets);
      // Of the mean over the samples and over each sample's outputs.
      return { losses: lossesOf(error), adjoints: tf.tidy(() => tf.div(slope(error), error.size)) };
    },
    losses: (outputs, inputs, targets) => lossesOf(errors(outputs, inputs, targets)),
    predictions: (outputs) => (isRegression ? outputs : new Float32Array()),
    metrics: isRegression ? regressionMetrics : reconstructionMetrics,
  };
}

/** Probabilities of rows of logits: so few numbers that another kernel would take longer to call than to compute. */
function softmaxOf(logits: Float32Array, classes: number): Float32Array {
  const probabilities = new Float32Array(logits.length);
  for (let first = 0; first < logits.length; first += classes) {
    const row = logits.subarray(first, first + classes);
    const largest = row.reduce((most, each) => Math.max(most, each), -Infinity);
    const powers = Float64Array.from(row, (each) => Math.exp(each - largest));
    const sum = powers.reduce((total, each) => total + each, 0);
    powers.forEach((power, i) => (probabilities[first + i] = power / sum));
  }
  return probabilities;
}

/** What ends a training whose loss has overflowed. */
export function lossError(): SpectroscopeError {
  return settingError(
    'loss-not-finite',
    t(
      'The loss is not a number any more: the learning rate is too large for these data. Take a smaller one and train again.',
    ),
    { field: 'learningRate' },
  );
}
