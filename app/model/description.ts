/** What a model is, as data: known before a tensor exists. Shapes leave out the batch axis. */

export type LayerKind = 'dense' | 'conv3d' | 'relu' | 'dropout' | 'flatten' | 'max-pool-3d' | 'global-average-pool-3d';

interface Described {
  /** Unique within the model, in the manner of Keras: 'dense_1', 'conv3d_2'. */
  name: string;
  kind: LayerKind;
  inputShape: readonly number[];
  outputShape: readonly number[];
  /** Trainable numbers. */
  parameters: number;
  /** Multiply-accumulates of one sample's forward pass. */
  multiplyAccumulates: number;
}

export interface DenseDescription extends Described {
  kind: 'dense';
  units: number;
}
export interface Conv3dDescription extends Described {
  kind: 'conv3d';
  filters: number;
  kernel: readonly [number, number, number];
  strides: readonly [number, number, number];
  padding: 'same' | 'valid';
}
export interface DropoutDescription extends Described {
  kind: 'dropout';
  rate: number;
}
export interface MaxPool3dDescription extends Described {
  kind: 'max-pool-3d';
  window: readonly [number, number, number];
  strides: readonly [number, number, number];
}
export interface PlainDescription extends Described {
  kind: 'relu' | 'flatten' | 'global-average-pool-3d';
}
export type LayerDescription =
  DenseDescription | Conv3dDescription | DropoutDescription | MaxPool3dDescription | PlainDescription;

/** Layers that hold a weight matrix: the ones whose spectra are captured. */
export type WeightLayerDescription = DenseDescription | Conv3dDescription;

export interface ModelDescription {
  name: string;
  inputShape: readonly number[];
  /** Classes of the target. */
  classes: number;
  layers: readonly LayerDescription[];
}

/** One setting of a model that a person can change. */
export type ModelSetting =
  | { name: string; title: string; kind: 'number'; default: number; minimum: number; maximum: number; step: number }
  | { name: string; title: string; kind: 'integers'; default: readonly number[]; minimum: number; maximum: number }
  | { name: string; title: string; kind: 'boolean'; default: boolean };

/** An entry of the catalogue. One file each, one line in `catalogue.ts`. */
export interface ModelDefinition {
  /** Name on the command line. */
  name: string;
  title: string;
  /** One sentence for a clinician: what it is good for. */
  summary: string;
  input: 'table' | 'volumes';
  settings: readonly ModelSetting[];
  /**
   * @param inputShape one sample, without the batch axis: [features] or [x, y, z, channels]
   * @throws SpectroscopeError (kind 'setting') when the settings cannot give a network for this input
   */
  describe(
    inputShape: readonly number[],
    classes: number,
    settings: Readonly<Record<string, number | boolean | number[]>>,
  ): ModelDescription;
}

export function isWeightLayer(layer: LayerDescription): layer is WeightLayerDescription {
  return layer.kind === 'dense' || layer.kind === 'conv3d';
}
