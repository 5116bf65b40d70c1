/** The run configuration: everything that decides a training run besides the study. Stored in the session as it is. */
import * as v from 'valibot';
import { activationViews } from '#app/spectra/matrices.ts';
import { preparationSchema } from './preparation.ts';

export const quantities = ['activations', 'adjoints', 'gradient'] as const;
/** A, D and G of a weight layer, in the order in which they are stored. */
export type Quantity = (typeof quantities)[number];

const positiveInteger = v.pipe(v.number(), v.integer(), v.minValue(1));

const positive = v.pipe(v.number(), v.gtValue(0));

/** What the network learns. Classes and groups come from the study; the data of a reconstruction are their own target. */
export const taskSchema = v.variant('kind', [
  v.object({ kind: v.literal('classification') }),
  v.object({
    kind: v.literal('regression'),
    /** Numeric column of the study's table. */
    column: v.string(),
    /** Mean squared error, or Huber's loss with its corner at one standard deviation of the training targets. */
    loss: v.picklist(['mse', 'huber']),
  }),
  v.object({ kind: v.literal('reconstruction'), loss: v.picklist(['mse', 'huber']) }),
]);
export type RunTask = v.InferOutput<typeof taskSchema>;

/** How the learning rate changes over the steps of a run. */
export const scheduleSchema = v.variant('kind', [
  v.object({ kind: v.literal('constant') }),
  /** Times `factor` after every `epochs` epochs. */
  v.object({ kind: v.literal('step'), epochs: positiveInteger, factor: v.pipe(positive, v.maxValue(1)) }),
  /** Times `factor` after each epoch. */
  v.object({ kind: v.literal('exponential'), factor: v.pipe(positive, v.maxValue(1)) }),
  /** Half a cosine from the rate down to `final` times it at the last step (Loshchilov & Hutter 2017), after a linear rise. */
  v.object({
    kind: v.literal('cosine'),
    final: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
    warmupEpochs: v.pipe(v.number(), v.minValue(0)),
  }),
]);
export type Schedule = v.InferOutput<typeof scheduleSchema>;

/** Fields that an older session lacks have the value that it was run with. */
export const configurationSchema = v.object({
  model: v.object({
    /** Name in the catalogue: 'mlp', 'cnn3d', …; 'custom' for a model of a person's own. */
    name: v.string(),
    /** The model's own settings, by name; what is absent takes the model's default. */
    settings: v.record(v.string(), v.union([v.number(), v.boolean(), v.string(), v.array(v.number())])),
  }),
  task: v.optional(taskSchema, { kind: 'classification' }),
  epochs: positiveInteger,
  batchSize: positiveInteger,
  learningRate: positive,
  schedule: v.optional(scheduleSchema, { kind: 'constant' }),
  /** 'adam' and 'adamw' are one method here: weight decay is always decoupled. */
  optimizer: v.picklist(['adam', 'adamw', 'sgd', 'momentum']),
  /** Decoupled weight decay (AdamW) per step, times the learning rate. */
  weightDecay: v.pipe(v.number(), v.minValue(0)),
  /** Largest norm of the whole gradient, which is scaled down to it (Pascanu et al. 2013); null: no limit. */
  gradientClipping: v.optional(v.nullable(positive), null),
  classWeights: v.picklist(['none', 'balanced']),
  seed: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(4294967295)),
  /** 1: one split, a fifth of the subjects held out; k >= 2: k folds, each subject validated once. */
  folds: positiveInteger,
  /** Times that all folds are run, each time with another split and other weights. */
  repeats: v.optional(positiveInteger, 1),
  /** Stop a fold when the validation loss has not improved for `patience` epochs; null: never. */
  earlyStopping: v.nullable(v.object({ patience: positiveInteger })),
  /** Minutes between checkpoints that training can be resumed from; one is stored at the end in any case. */
  checkpointMinutes: v.optional(positive, 5),
  preparation: preparationSchema,
  capture: v.object({
    /** Names of weight layers, or of single weights of them ('lstm_1/recurrent'); null: all. */
    layers: v.nullable(v.array(v.string())),
    quantities: v.array(v.picklist(quantities)),
    /** Capture every n-th step; 0: never. */
    every: v.pipe(v.number(), v.integer(), v.minValue(0)),
    /** What the rows of a convolution's activations are. */
    activationView: v.optional(v.picklist(activationViews), 'channel'),
    /**
     * Sample Grams kept beside the spectra, so that the session can be regrouped: of every n-th captured step, of some
     * layers (null: all that are captured), within so many megabytes; null: none.
     */
    grams: v.optional(
      v.nullable(v.object({ every: positiveInteger, layers: v.nullable(v.array(v.string())), megabytes: positive })),
      null,
    ),
  }),
  device: v.picklist(['auto', 'cpu', 'cuda', 'webgpu']),
});
export type RunConfiguration = v.InferOutput<typeof configurationSchema>;
