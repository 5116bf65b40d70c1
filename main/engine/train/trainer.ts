/** One network with its optimizer: a step, and what it says of samples. Every tensor of a call is freed when it ends. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { product, type ModelDescription } from '#app/model/description.ts';
import { SeededRandom, type RandomState } from '#app/run/random.ts';
import type { Capture, GroupSizes } from '../capture/types.ts';
import { tf } from '../device/tensorflow.ts';
import type { Kernels, Optimizer, OptimizerSettings, OptimizerState } from '../model/kernels/kernels.ts';
import type { Watch } from '../model/layers/layer.ts';
import { maskedInput } from '../model/mask.ts';
import { Network, type NetworkWeights } from '../model/network.ts';
import type { Predictions } from './metrics.ts';
import { objectiveOf, type Objective, type ValueLoss } from './objective.ts';

export interface TrainerOptions {
  model: ModelDescription;
  kernels: Kernels;
  optimizer: OptimizerSettings;
  /** Weight of each class in the loss; empty where there are no classes. */
  classWeights: readonly number[];
  /** Of a regression or a reconstruction: mean squared error unless said. */
  loss?: ValueLoss;
  /** Largest norm of the whole gradient that the optimizer is given; null: no limit. */
  gradientClipping?: number | null;
  seed: number;
  capture: Capture | null;
}

export interface Batch {
  /** [samples x product(inputShape)], sorted by group; NaN where a series is padded. */
  values: Float32Array;
  /** Class of each sample, or its number on the scale of the outputs; 0 for a reconstruction. */
  targets: readonly number[];
  groupSizes: readonly number[];
}

export interface WeightsAndRandom {
  weights: ReadonlyMap<string, NetworkWeights>;
  random: RandomState;
}

export interface TrainerState extends WeightsAndRandom {
  optimizer: OptimizerState;
}

/** Forward, loss and backward of a step. */
interface Pass {
  outputs: Tensor;
  losses: Tensor;
  gradients: Tensor[];
  watch: Watch;
}

/** Samples that are measured at once, and numbers that they have together, at most. */
const mostEvaluated = 32;
const mostNumbers = 2 ** 24;

export class Trainer {
  readonly network: Network;
  readonly objective: Objective;
  /** Samples that `predict` asks for at once. */
  readonly evaluationBatch: number;
  /**
   * Milliseconds of the latest step that capture took of this thread: its waiting for the queue, handing over, and the
   * gradients of all groups but one. What the background thread slows by its use of a core is not in it.
   */
  watchingMs = 0;
  private readonly options: TrainerOptions;
  private readonly optimizer: Optimizer;
  private readonly random: SeededRandom;

  constructor(options: TrainerOptions) {
    const { model, kernels, capture, seed } = options;
    this.options = options;
    const { classWeights, loss = 'mse' } = options;
    this.evaluationBatch = Math.max(1, Math.min(mostEvaluated, Math.floor(mostNumbers / product(model.inputShape))));
    this.objective = objectiveOf(model, kernels, { classWeights, loss });
    // One generator for the weights and then the masks of dropout: both follow from the seed.
    this.random = new SeededRandom(seed);
    this.network = new Network(model, kernels, capture?.plan ?? [], this.random);
    this.optimizer = kernels.optimizer(this.network.parameters, options.optimizer);
  }

  /**
   * Forward, loss, backward, update. The loss is the mean over the samples of what the objective says, weighted by class.
   *
   * Capture sees the gradients as they are; what the optimizer is given may be limited in norm.
   *
   * @param captured the number under which this step is captured; null: it is not
   * @param learningRate of this step, where it is not that of the optimizer's settings
   * @returns what the network said before the update, with dropout
   */
  async step(batch: Batch, captured: number | null, learningRate?: number): Promise<Predictions> {
    return scoped(async () => {
      const pass = this.pass(batch, captured);
      const { gradientClipping = null } = this.options;
      this.optimizer.apply(pass.gradients, learningRate, gradientClipping);
      return await this.predictionsOf(pass, batch);
    });
  }

  /**
   * Looks at a step that was carried out before, with the weights and the random state from before it, under other groups:
   * all of a step but the update.
   *
   * @param batch as it was, but sorted by the other groups
   * @param order place that each sample of the batch had in the step
   */
  async look(batch: Batch, captured: number, order: readonly number[]): Promise<Predictions> {
    return scoped(async () => await this.predictionsOf(this.pass(batch, captured, order), batch));
  }

  private pass({ values, targets, groupSizes }: Batch, captured: number | null, order?: readonly number[]): Pass {
    const { x, mask } = maskedInput(values, targets.length, this.options.model.inputShape);
    const outputs = this.network.forward(x, { training: true, random: this.random, mask, ...(order && { order }) });
    const { losses, adjoints } = this.objective.evaluate(outputs, x, targets);
    const watch = this.watch(captured, groupSizes);
    const gradients = this.network.backward(adjoints, watch);
    watch.capture?.end();
    this.watchingMs = watch.spentMs;
    return { outputs, losses, gradients, watch };
  }

  private async predictionsOf({ outputs, losses, watch }: Pass, { targets }: Batch): Promise<Predictions> {
    await watch.capture?.settled?.();
    return { outputs: await this.said(outputs), losses: await this.options.kernels.read(losses), targets };
  }

  /** A reconstruction is as large as the data: it is not read. */
  private async said(outputs: Tensor): Promise<Float32Array> {
    const { kept, predictions } = this.objective;
    return kept === 0 ? new Float32Array() : predictions(await this.options.kernels.read(outputs));
  }

  private watch(step: number | null, groupSizes: GroupSizes): Watch {
    const { capture } = this.options;
    if (capture === null || step === null) return { capture: null, groupSizes, spentMs: 0 };
    const started = performance.now();
    capture.begin(step, groupSizes);
    return { capture, groupSizes, spentMs: performance.now() - started };
  }

  /**
   * Without dropout, in small batches, so that validation needs no more memory than training.
   *
   * @param valuesOf of some rows; it is told which will be asked for next
   */
  async predict(
    valuesOf: (rows: readonly number[], next: readonly number[]) => Float32Array | Promise<Float32Array>,
    rows: readonly number[],
    targets: readonly number[],
  ): Promise<Predictions> {
    const { kernels, model } = this.options;
    const { evaluationBatch } = this;
    const { kept } = this.objective;
    const predictions = new Float32Array(rows.length * kept);
    const losses = new Float32Array(rows.length);
    for (let first = 0; first < rows.length; first += evaluationBatch) {
      const part = rows.slice(first, first + evaluationBatch);
      const next = rows.slice(first + evaluationBatch, first + 2 * evaluationBatch);
      await scoped(async () => {
        const { x, mask } = maskedInput(await valuesOf(part, next), part.length, model.inputShape);
        const outputs = this.network.forward(x, { training: false, random: this.random, mask });
        const found = this.objective.losses(outputs, x, targets.slice(first, first + part.length));
        losses.set(await kernels.read(found), first);
        predictions.set(await this.said(outputs), first * kept);
      });
    }
    return { outputs: predictions, losses, targets };
  }

  /** All that the steps to come depend on. */
  async state(): Promise<TrainerState> {
    return { ...(await this.weightsAndRandom()), optimizer: await this.optimizer.state() };
  }

  restore(state: TrainerState): void {
    this.restoreWeights(state);
    this.optimizer.restore(state.optimizer);
  }

  /** All that a look at the step to come depends on. */
  async weightsAndRandom(): Promise<WeightsAndRandom> {
    return { weights: await this.network.weights(), random: this.random.state() };
  }

  restoreWeights({ weights, random }: WeightsAndRandom): void {
    this.network.restore(weights);
    this.random.restore(random);
  }

  dispose(): void {
    this.optimizer.dispose();
    this.network.dispose();
  }
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
