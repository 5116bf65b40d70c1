/** One network with its optimizer: a step, and what it says of samples. Every tensor of a call is freed when it ends. */
import { outputSize, type ModelDescription } from '#app/model/description.ts';
import { SeededRandom } from '#app/run/random.ts';
import type { Capture, GroupSizes } from '../capture/types.ts';
import { tf } from '../device/tensorflow.ts';
import type { Kernels, Optimizer, OptimizerSettings } from '../model/kernels/kernels.ts';
import type { Watch } from '../model/layers/layer.ts';
import { Network } from '../model/network.ts';
import type { Predictions } from './metrics.ts';

export interface TrainerOptions {
  model: ModelDescription;
  kernels: Kernels;
  optimizer: OptimizerSettings;
  /** Weight of each class in the loss. */
  classWeights: readonly number[];
  seed: number;
  capture: Capture | null;
}

export interface Batch {
  /** [samples x product(inputShape)], sorted by group. */
  values: Float32Array;
  targets: readonly number[];
  groupSizes: readonly number[];
}

const evaluationBatch = 32;

export class Trainer {
  readonly network: Network;
  /**
   * Milliseconds of the latest step that capture took of this thread: its waiting for the queue, handing over, and the
   * gradients of all groups but one. What the background thread slows by its use of a core is not in it.
   */
  watchingMs = 0;
  private readonly options: TrainerOptions;
  /** Numbers of the network's output for a sample. */
  private readonly outputs: number;
  private readonly optimizer: Optimizer;
  private readonly random: SeededRandom;

  constructor(options: TrainerOptions) {
    const { model, kernels, capture, seed } = options;
    this.options = options;
    this.outputs = outputSize(model.task, model.inputShape);
    // One generator for the weights and then the masks of dropout: both follow from the seed.
    this.random = new SeededRandom(seed);
    this.network = new Network(model, kernels, capture?.plan ?? [], this.random);
    this.optimizer = kernels.optimizer(this.network.parameters, options.optimizer);
  }

  /**
   * Forward, loss, backward, update. The loss is the mean over the samples of the class-weighted cross-entropy.
   *
   * @param captured the number under which this step is captured; null: it is not
   * @returns what the network said before the update, with dropout
   */
  async step(batch: Batch, captured: number | null): Promise<Predictions> {
    const { kernels, model, classWeights } = this.options;
    return scoped(async () => {
      const samples = batch.targets.length;
      const x = tf.tensor(batch.values, [samples, ...model.inputShape]);
      const labels = tf.tensor1d([...batch.targets], 'int32');
      const logits = this.network.forward(x, { training: true, random: this.random });
      const { losses, gradients } = kernels.softmaxCrossEntropy(logits, labels);
      const shares = batch.targets.map((target) => (classWeights[target] as number) / samples);
      const adjoints = tf.mul(gradients, tf.tensor2d(shares, [samples, 1]));
      const watch = captured === null ? null : this.watch(captured, batch.groupSizes);
      const weightGradients = this.network.backward(adjoints, watch);
      watch?.capture.end();
      this.watchingMs = watch?.spentMs ?? 0;
      this.optimizer.apply(weightGradients);
      await watch?.capture.settled?.();
      return {
        probabilities: softmaxOf(await kernels.read(logits), this.outputs),
        losses: await kernels.read(losses),
        targets: batch.targets,
      };
    });
  }

  private watch(step: number, groupSizes: GroupSizes): Watch | null {
    const { capture } = this.options;
    if (capture === null) return null;
    const started = performance.now();
    capture.begin(step, groupSizes);
    return { capture, groupSizes, spentMs: performance.now() - started };
  }

  /** Without dropout, in small batches, so that validation needs no more memory than training. */
  async predict(
    valuesOf: (rows: readonly number[]) => Float32Array,
    rows: readonly number[],
    targets: readonly number[],
  ): Promise<Predictions> {
    const { kernels, model } = this.options;
    const probabilities = new Float32Array(rows.length * this.outputs);
    const losses = new Float32Array(rows.length);
    for (let first = 0; first < rows.length; first += evaluationBatch) {
      const part = rows.slice(first, first + evaluationBatch);
      await scoped(async () => {
        const x = tf.tensor(valuesOf(part), [part.length, ...model.inputShape]);
        const logits = this.network.forward(x, { training: false, random: this.random });
        const labels = tf.tensor1d(targets.slice(first, first + part.length), 'int32');
        losses.set(await kernels.read(kernels.softmaxCrossEntropy(logits, labels).losses), first);
        probabilities.set(softmaxOf(await kernels.read(logits), this.outputs), first * this.outputs);
      });
    }
    return { probabilities, losses, targets };
  }

  dispose(): void {
    this.optimizer.dispose();
    this.network.dispose();
  }
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

/** Frees what a step made, also when it throws. */
async function scoped<T>(work: () => Promise<T>): Promise<T> {
  const engine = tf.engine();
  engine.startScope();
  try {
    return await work();
  } finally {
    engine.endScope();
  }
}
