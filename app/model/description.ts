/**
 * What a model is, as data: known before a tensor exists. A model is a graph of layers in an order in which each follows
 * those it takes from. Shapes leave out the batch axis; the last axis holds features or channels.
 */

interface Described {
  /** Unique within the model, in the manner of Keras: 'dense_1', 'conv3d_2'. */
  name: string;
  kind: string;
  /** Names of the layers whose outputs it takes; `modelInput` stands for the model's own input. */
  inputs: readonly string[];
  /** Of the first of its inputs. */
  inputShape: readonly number[];
  outputShape: readonly number[];
  /** Trainable numbers. */
  parameters: number;
  /** Multiply-accumulates of one sample's forward pass. */
  multiplyAccumulates: number;
}

/** In `inputs`: what the model itself is given. */
export const modelInput = 'input';

/** Z = A W + b along the last axis; axes before it are rows. */
export interface DenseDescription extends Described {
  kind: 'dense';
  units: number;
}

export type Padding = 'same' | 'valid';

/** What convolutions of one, two and three axes share; axes of the input before those are rows of their own. */
interface Convolution extends Described {
  filters: number;
  /** One number for each axis. */
  kernel: readonly number[];
  strides: readonly number[];
  padding: Padding;
}
export interface ConvDescription extends Convolution {
  kind: 'conv1d' | 'conv2d' | 'conv3d';
  dilations: readonly number[];
  /** Input channels and filters fall into so many parts that do not see each other; 1: an ordinary convolution. */
  groups: number;
}
/** The transpose of a strided convolution: its output is `strides` times as large as its input. */
export interface ConvTransposeDescription extends Convolution {
  kind: 'conv1d-transpose' | 'conv2d-transpose' | 'conv3d-transpose';
}

/** Takes [time, features]. Gates in the order of Keras: LSTM input, forget, cell, output; GRU update, reset, candidate. */
export interface RecurrentDescription extends Described {
  kind: 'lstm' | 'gru';
  /**
   * Of a GRU. False: its reset gate multiplies the candidate's recurrent product, as in Keras and cuDNN; true: the state
   * before that product, as in TensorFlow.js (Keras's `reset_after: false`).
   */
  resetBefore: boolean;
  units: number;
  /** 'backward' reads the last time first; its outputs are in the order of the input. */
  direction: 'forward' | 'backward';
  /** True: the state at each time [time, units]; false: the state after the last that was read [units]. */
  sequences: boolean;
}

/** Multi-head self-attention over [tokens, features] (Vaswani et al. 2017): four dense layers, Q, K, V and O. */
export interface AttentionDescription extends Described {
  kind: 'attention';
  heads: number;
  /** Features of a head; queries, keys and values have heads x keySize. */
  keySize: number;
}

/** A row of a learnt table for each whole number of the input: [tokens] -> [tokens, units]. */
export interface EmbeddingDescription extends Described {
  kind: 'embedding';
  vocabulary: number;
  units: number;
}

/** Adds a learnt row to each token, by its place: [tokens, features]. */
export interface PositionDescription extends Described {
  kind: 'position';
}

export interface NormDescription extends Described {
  /** Over the batch and all axes but the last; over the features of a row; over the axes of a sample in groups of channels. */
  kind: 'batch-norm' | 'layer-norm' | 'group-norm';
  epsilon: number;
  /** Batch norm: how much of the running statistics a step keeps. */
  momentum: number;
  /** Group norm: parts of the channels. 1 elsewhere. */
  groups: number;
}

export const activationFunctions = [
  'relu',
  'leaky-relu',
  'elu',
  'gelu',
  'tanh',
  'sigmoid',
  'softplus',
  'swish',
  'softmax',
] as const;
export type ActivationFunction = (typeof activationFunctions)[number];
export interface ActivationDescription extends Described {
  kind: 'activation';
  function: ActivationFunction;
  /** Slope below zero of 'leaky-relu' and scale of 'elu'. */
  alpha: number;
}

export interface DropoutDescription extends Described {
  kind: 'dropout';
  rate: number;
  /** True: whole channels are dropped, at all positions alike. */
  spatial: boolean;
}

export interface PoolDescription extends Described {
  kind: 'max-pool' | 'average-pool';
  /** One number for each pooled axis: one to three. */
  window: readonly number[];
  strides: readonly number[];
  padding: Padding;
}
/** Over all axes but the last. */
export interface GlobalPoolDescription extends Described {
  kind: 'global-average-pool' | 'global-max-pool';
}

/** Pads with zeros, or cuts off, so many positions before and after along each axis but the last. */
export interface EdgeDescription extends Described {
  kind: 'zero-pad' | 'crop';
  before: readonly number[];
  after: readonly number[];
}
/** Repeats each position so many times along each axis but the last. */
export interface UpsampleDescription extends Described {
  kind: 'upsample';
  factors: readonly number[];
}
export interface PermuteDescription extends Described {
  kind: 'permute';
  /** Which axis of the input each axis of the output is, from 0, the batch left out. */
  axes: readonly number[];
}
/** Nothing but another shape, or nothing at all. */
export interface PlainDescription extends Described {
  kind: 'flatten' | 'reshape';
}
/** Of several inputs: their sum (axes of size 1 are repeated), or one beside the other along the last axis. */
export interface JoinDescription extends Described {
  kind: 'add' | 'concatenate';
}

export type LayerDescription =
  | WeightLayerDescription
  | PositionDescription
  | NormDescription
  | ActivationDescription
  | DropoutDescription
  | PoolDescription
  | GlobalPoolDescription
  | EdgeDescription
  | UpsampleDescription
  | PermuteDescription
  | PlainDescription
  | JoinDescription;
export type LayerKind = LayerDescription['kind'];

/** Layers that hold weight matrices: the ones whose spectra are captured. */
export type WeightLayerDescription =
  | DenseDescription
  | ConvDescription
  | ConvTransposeDescription
  | RecurrentDescription
  | AttentionDescription
  | EmbeddingDescription;

/** What a network learns: one of several classes, a number, or its own input. */
export type Task = { kind: 'classification'; classes: number } | { kind: 'regression' } | { kind: 'reconstruction' };

export interface ModelDescription {
  name: string;
  inputShape: readonly number[];
  task: Task;
  /** The last one's output is the model's: logits [classes], a value [1], or the shape of the input. */
  layers: readonly LayerDescription[];
}

/** What a study's data look like to a model: one sample's shape in brackets. */
export type InputKind =
  /** [features] */
  | 'table'
  /** [x, y, z, channels] */
  | 'volumes'
  /** [time, regions] */
  | 'series'
  /** Symmetric, [regions, regions, 1] */
  | 'matrix';

export type SettingValue = number | boolean | string | number[];

/** One setting of a model that a person can change. */
export type ModelSetting = { name: string; title: string } & (
  | { kind: 'number'; default: number; minimum: number; maximum: number; step: number }
  | { kind: 'integers'; default: readonly number[]; minimum: number; maximum: number }
  | { kind: 'boolean'; default: boolean }
  | { kind: 'choice'; default: string; choices: readonly string[] }
);

/** An entry of the catalogue. One file each, one line in `catalogue.ts`. */
export interface ModelDefinition {
  /** Name on the command line. */
  name: string;
  title: string;
  /** One sentence for a clinician: what it is good for. */
  summary: string;
  /** What it can be fed, the most natural first. */
  inputs: readonly InputKind[];
  /** Where that depends on the settings. @throws SpectroscopeError (setting) when they cannot be read */
  inputsFor?(settings: Readonly<Record<string, SettingValue>>): readonly InputKind[];
  tasks: readonly Task['kind'][];
  settings: readonly ModelSetting[];
  /**
   * @param inputShape one sample, without the batch axis
   * @throws SpectroscopeError (kind 'setting') when the settings cannot give a network for this input
   */
  describe(
    inputShape: readonly number[],
    task: Task,
    settings: Readonly<Record<string, SettingValue>>,
  ): ModelDescription;
  /** What a person should know of the model with these settings, a sentence each. */
  notes?(settings: Readonly<Record<string, SettingValue>>): readonly string[];
}

const weightKinds: readonly LayerKind[] = [
  'dense',
  'conv1d',
  'conv2d',
  'conv3d',
  'conv1d-transpose',
  'conv2d-transpose',
  'conv3d-transpose',
  'lstm',
  'gru',
  'attention',
  'embedding',
];

export function isWeightLayer(layer: LayerDescription): layer is WeightLayerDescription {
  return weightKinds.includes(layer.kind);
}

export function isConvolution(layer: LayerDescription): layer is ConvDescription {
  return layer.kind === 'conv1d' || layer.kind === 'conv2d' || layer.kind === 'conv3d';
}

export function isTransposedConvolution(layer: LayerDescription): layer is ConvTransposeDescription {
  return layer.kind === 'conv1d-transpose' || layer.kind === 'conv2d-transpose' || layer.kind === 'conv3d-transpose';
}

/** Numbers of the model's output for one sample. */
export function outputSize(task: Task, inputShape: readonly number[]): number {
  if (task.kind === 'classification') return task.classes;
  return task.kind === 'regression' ? 1 : product(inputShape);
}

export function product(numbers: readonly number[]): number {
  return numbers.reduce((result, each) => result * each, 1);
}
