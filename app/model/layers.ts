/** Describes layers one after another: shapes, parameters and multiply-accumulates follow from the input. */
import { settingError } from '#app/contract/errors.ts';
import type {
  Conv3dDescription,
  DenseDescription,
  DropoutDescription,
  LayerDescription,
  MaxPool3dDescription,
  PlainDescription,
} from './description.ts';

type Triple = readonly [number, number, number];

/** Builds a sequential network; names follow Keras: kind and a count from 1. */
export class LayerStack {
  readonly layers: LayerDescription[] = [];
  private readonly counts = new Map<string, number>();
  private shape: readonly number[];

  /** @param inputShape one sample, without the batch axis */
  constructor(inputShape: readonly number[]) {
    this.shape = inputShape;
  }

  get outputShape(): readonly number[] {
    return this.shape;
  }

  dense(units: number): this {
    const inputs = this.flatSize('dense');
    return this.add<DenseDescription>({
      name: this.name('dense'),
      kind: 'dense',
      units,
      inputShape: this.shape,
      outputShape: [units],
      parameters: inputs * units + units,
      multiplyAccumulates: inputs * units,
    });
  }

  /** @throws SpectroscopeError when a valid convolution has no room */
  conv3d(filters: number, kernel: Triple, strides: Triple, padding: 'same' | 'valid'): this {
    const [spatial, channels] = this.volume('conv3d');
    const output = spatial.map((size, axis) =>
      outputSize(size, kernel[axis] as number, strides[axis] as number, padding),
    );
    const weights = product(kernel) * channels * filters;
    return this.add<Conv3dDescription>({
      name: this.name('conv3d'),
      kind: 'conv3d',
      filters,
      kernel,
      strides,
      padding,
      inputShape: this.shape,
      outputShape: [...output, filters],
      parameters: weights + filters,
      multiplyAccumulates: product(output) * weights,
    });
  }

  maxPool3d(window: Triple, strides: Triple): this {
    const [spatial, channels] = this.volume('max-pool-3d');
    const output = spatial.map((size, axis) =>
      outputSize(size, window[axis] as number, strides[axis] as number, 'valid'),
    );
    return this.add<MaxPool3dDescription>({
      name: this.name('max_pool_3d'),
      kind: 'max-pool-3d',
      window,
      strides,
      inputShape: this.shape,
      outputShape: [...output, channels],
      parameters: 0,
      multiplyAccumulates: 0,
    });
  }

  relu(): this {
    return this.plain('relu', this.shape);
  }

  flatten(): this {
    return this.plain('flatten', [product(this.shape)]);
  }

  globalAveragePool3d(): this {
    const [, channels] = this.volume('global-average-pool-3d');
    return this.plain('global-average-pool-3d', [channels]);
  }

  /** No layer at all at a rate of 0. */
  dropout(rate: number): this {
    if (rate === 0) return this;
    return this.add<DropoutDescription>({
      name: this.name('dropout'),
      kind: 'dropout',
      rate,
      inputShape: this.shape,
      outputShape: this.shape,
      parameters: 0,
      multiplyAccumulates: 0,
    });
  }

  private plain(kind: PlainDescription['kind'], outputShape: readonly number[]): this {
    return this.add<PlainDescription>({
      name: this.name(kind.replaceAll('-', '_')),
      kind,
      inputShape: this.shape,
      outputShape,
      parameters: 0,
      multiplyAccumulates: 0,
    });
  }

  private add<L extends LayerDescription>(layer: L): this {
    this.layers.push(layer);
    this.shape = layer.outputShape;
    return this;
  }

  private name(stem: string): string {
    const count = (this.counts.get(stem) ?? 0) + 1;
    this.counts.set(stem, count);
    return `${stem}_${count}`;
  }

  private flatSize(kind: string): number {
    if (this.shape.length !== 1) {
      throw settingError(
        'layer-input',
        `A ${kind} layer needs a vector, not ${this.shape.join(' x ')}: flatten it first.`,
      );
    }
    return this.shape[0] as number;
  }

  private volume(kind: string): [Triple, number] {
    const [x, y, z, channels] = this.shape;
    if (this.shape.length !== 4 || x === undefined || y === undefined || z === undefined || channels === undefined) {
      throw settingError('layer-input', `A ${kind} layer needs volumes, not ${this.shape.join(' x ')}.`);
    }
    return [[x, y, z], channels];
  }
}

/** Convolution arithmetic of TensorFlow: 'same' rounds up, 'valid' keeps whole windows. */
function outputSize(size: number, window: number, stride: number, padding: 'same' | 'valid'): number {
  if (padding === 'same') return Math.ceil(size / stride);
  if (size < window) {
    throw settingError(
      'volume-too-small',
      `A window of ${window} voxels does not fit into ${size}: take fewer layers or a smaller voxel size.`,
      { field: 'preparation.targetSpacingMm' },
    );
  }
  return Math.floor((size - window) / stride) + 1;
}

export function product(numbers: readonly number[]): number {
  return numbers.reduce((result, each) => result * each, 1);
}
