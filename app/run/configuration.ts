/** The run configuration: everything that decides a training run besides the study. Stored in the session as it is. */
import * as v from 'valibot';

export const quantities = ['activations', 'adjoints', 'gradient'] as const;
/** A, D and G of a weight layer, in the order in which they are stored. */
export type Quantity = (typeof quantities)[number];

const positiveInteger = v.pipe(v.number(), v.integer(), v.minValue(1));

export const configurationSchema = v.object({
  model: v.object({
    /** Name in the catalogue: 'mlp', 'cnn3d'. */
    name: v.string(),
    /** The model's own settings, by name; what is absent takes the model's default. */
    settings: v.record(v.string(), v.union([v.number(), v.boolean(), v.array(v.number())])),
  }),
  epochs: positiveInteger,
  batchSize: positiveInteger,
  learningRate: v.pipe(v.number(), v.gtValue(0)),
  optimizer: v.picklist(['adam', 'sgd', 'momentum']),
  /** Decoupled weight decay (AdamW) per step, times the learning rate. */
  weightDecay: v.pipe(v.number(), v.minValue(0)),
  classWeights: v.picklist(['none', 'balanced']),
  seed: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(4294967295)),
  /** 1: one split, a fifth of the subjects held out; k >= 2: k folds, each subject validated once. */
  folds: positiveInteger,
  /** Stop a fold when the validation loss has not improved for `patience` epochs; null: never. */
  earlyStopping: v.nullable(v.object({ patience: positiveInteger })),
  preparation: v.object({
    /** z-score of each feature (table) or of each scan's grid (volumes), fitted on the training part of each fold. */
    standardise: v.boolean(),
    /** Volumes: edge of the cubic voxel that scans are averaged to, in millimetres; null: as they are. */
    targetSpacingMm: v.nullable(v.pipe(v.number(), v.gtValue(0))),
  }),
  capture: v.object({
    /** Names of weight layers; null: all. */
    layers: v.nullable(v.array(v.string())),
    quantities: v.array(v.picklist(quantities)),
    /** Capture every n-th step; 0: never. */
    every: v.pipe(v.number(), v.integer(), v.minValue(0)),
  }),
  device: v.picklist(['auto', 'cpu', 'cuda', 'webgpu']),
});
export type RunConfiguration = v.InferOutput<typeof configurationSchema>;
