/**
 * Describes layers one after another: shapes, parameters and multiply-accumulates follow from the input. A layer follows
 * the one before it unless `from` names another; `join` brings branches together.
 */
import { settingError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';
import {
  modelInput,
  product,
  type ActivationFunction,
  type ConvDescription,
  type ConvTransposeDescription,
  type JoinDescription,
  type LayerDescription,
  type Padding,
  type PoolDescription,
  type RecurrentDescription,
} from './description.ts';
import { addedShape, concatenatedShape, edgesOf, lastAxis, positionsOf, rowsOf, type Place } from './layer-input.ts';
import { paddedSize, transposedSize } from './window.ts';

interface ConvolutionOptions {
  kernel: readonly number[];
  strides?: readonly number[];
  padding?: Padding;
  dilations?: readonly number[];
  groups?: number;
}

type RecurrentOptions = Partial<Pick<RecurrentDescription, 'direction' | 'sequences' | 'resetBefore'>>;

type Numbers = Partial<Pick<LayerDescription, 'parameters' | 'multiplyAccumulates'>>;

/** Builds a network; names follow Keras: kind and a count from 1. */
export class LayerStack {
  readonly layers: LayerDescription[] = [];
  private readonly counts = new Map<string, number>();
  private at: Place;

  /** @param inputShape one sample, without the batch axis */
  constructor(inputShape: readonly number[]) {
    this.at = { name: modelInput, shape: inputShape };
  }

  get outputShape(): readonly number[] {
    return this.at.shape;
  }

  /** Where the next layer would take its input from. */
  get place(): Place {
    return this.at;
  }

  /** The next layer takes its input from there. */
  from(place: Place): this {
    this.at = place;
    return this;
  }

  dense(units: number): this {
    const { shape } = this.at;
    const inputs = lastAxis(this.at, 'dense');
    const rows = product(shape.slice(0, -1));
    return this.add('dense', { kind: 'dense', units }, [...shape.slice(0, -1), units], {
      parameters: inputs * units + units,
      multiplyAccumulates: rows * inputs * units,
    });
  }

  /** Convolution over as many axes as the kernel has. @throws SpectroscopeError when a valid convolution has no room */
  conv(filters: number, options: ConvolutionOptions): this {
    const { kernel, padding = 'same', groups = 1 } = options;
    const axes = kernel.length;
    const strides = options.strides ?? kernel.map(() => 1);
    const dilations = options.dilations ?? kernel.map(() => 1);
    const kind = `conv${axes}d` as ConvDescription['kind'];
    const { leading, spatial, channels } = positionsOf(this.at, kind, axes);
    if (channels % groups !== 0 || filters % groups !== 0) {
      throw settingError(
        'convolution-groups',
        t('{channels} channels and {filters} filters cannot be divided into {groups} groups.', {
          channels,
          filters,
          groups,
        }),
        { field: 'groups', expected: t('a divisor of both') },
      );
    }
    const output = spatial.map((size, axis) =>
      paddedSize(size, kernel[axis] ?? 1, strides[axis] ?? 1, dilations[axis] ?? 1, padding),
    );
    const weights = (product(kernel) * channels * filters) / groups;
    const layer = { kind, filters, kernel, strides, padding, dilations, groups } as const;
    return this.add(kind, layer, [...leading, ...output, filters], {
      parameters: weights + filters,
      multiplyAccumulates: product(leading) * product(output) * weights,
    });
  }

  /** Transposed convolution; 'same': each axis becomes `strides` times as long. */
  convTranspose(filters: number, options: Pick<ConvolutionOptions, 'kernel' | 'strides' | 'padding'>): this {
    const { kernel, padding = 'same' } = options;
    const axes = kernel.length;
    const strides = options.strides ?? kernel.map(() => 1);
    const kind = `conv${axes}d-transpose` as ConvTransposeDescription['kind'];
    const { leading, spatial, channels } = positionsOf(this.at, kind, axes);
    const output = spatial.map((size, axis) => transposedSize(size, kernel[axis] ?? 1, strides[axis] ?? 1, padding));
    const weights = product(kernel) * channels * filters;
    const layer = { kind, filters, kernel, strides, padding } as const;
    return this.add(kind, layer, [...leading, ...output, filters], {
      parameters: weights + filters,
      multiplyAccumulates: product(leading) * product(spatial) * weights,
    });
  }

  recurrent(
    kind: 'lstm' | 'gru',
    units: number,
    { direction = 'forward', sequences = false, resetBefore = false }: RecurrentOptions = {},
  ): this {
    const [time, features] = rowsOf(this.at, kind);
    const gates = kind === 'lstm' ? 4 : 3;
    // A GRU has a bias of its own for the recurrent product where its reset gate is applied after it.
    const biases = kind === 'lstm' || resetBefore ? gates * units : 2 * gates * units;
    const weights = (features + units) * gates * units;
    const layer = { kind, units, direction, sequences, resetBefore } as const;
    return this.add(kind, layer, sequences ? [time, units] : [units], {
      parameters: weights + biases,
      multiplyAccumulates: time * weights,
    });
  }

  /** @param keySize features of a head; by default those of the input shared out */
  attention(heads: number, keySize?: number): this {
    const [tokens, features] = rowsOf(this.at, 'attention');
    const size = keySize ?? Math.max(1, Math.floor(features / heads));
    const inner = heads * size;
    return this.add('attention', { kind: 'attention', heads, keySize: size }, this.at.shape, {
      parameters: 3 * (features * inner + inner) + inner * features + features,
      multiplyAccumulates: 4 * tokens * features * inner + 2 * tokens * tokens * inner,
    });
  }

  embedding(vocabulary: number, units: number): this {
    const layer = { kind: 'embedding', vocabulary, units } as const;
    return this.add('embedding', layer, [...this.at.shape, units], { parameters: vocabulary * units });
  }

  position(): this {
    const [tokens, features] = rowsOf(this.at, 'position');
    return this.add('position', { kind: 'position' }, this.at.shape, { parameters: tokens * features });
  }

  batchNorm(momentum = 0.9, epsilon = 1e-3): this {
    return this.norm('batch-norm', { momentum, epsilon, groups: 1 });
  }

  layerNorm(epsilon = 1e-5): this {
    return this.norm('layer-norm', { momentum: 0, epsilon, groups: 1 });
  }

  groupNorm(groups: number, epsilon = 1e-5): this {
    const channels = lastAxis(this.at, 'group-norm');
    if (channels % groups !== 0) {
      throw settingError(
        'norm-groups',
        t('{channels} channels cannot be divided into {groups} groups.', { channels, groups }),
        {
          field: 'groups',
          expected: t('a divisor of {width}', { width: channels }),
        },
      );
    }
    return this.norm('group-norm', { momentum: 0, epsilon, groups });
  }

  activation(name: ActivationFunction, alpha = name === 'elu' ? 1 : 0.2): this {
    return this.add(name.replaceAll('-', '_'), { kind: 'activation', function: name, alpha }, this.at.shape);
  }

  relu(): this {
    return this.activation('relu');
  }

  /** No layer at all at a rate of 0. */
  dropout(rate: number, spatial = false): this {
    return rate === 0 ? this : this.add('dropout', { kind: 'dropout', rate, spatial }, this.at.shape);
  }

  pool(
    kind: PoolDescription['kind'],
    window: readonly number[],
    { strides = window, padding = 'valid' }: { strides?: readonly number[]; padding?: Padding } = {},
  ): this {
    const { leading, spatial, channels } = positionsOf(this.at, kind, window.length);
    const output = spatial.map((size, axis) => paddedSize(size, window[axis] ?? 1, strides[axis] ?? 1, 1, padding));
    return this.add(kind, { kind, window, strides, padding }, [...leading, ...output, channels]);
  }

  globalPool(kind: 'global-average-pool' | 'global-max-pool' = 'global-average-pool'): this {
    return this.add(kind, { kind }, [lastAxis(this.at, kind)]);
  }

  zeroPad(before: readonly number[], after: readonly number[]): this {
    return this.add('zero-pad', { kind: 'zero-pad', before, after }, edgesOf(this.at, before, after, 1));
  }

  crop(before: readonly number[], after: readonly number[]): this {
    return this.add('crop', { kind: 'crop', before, after }, edgesOf(this.at, before, after, -1));
  }

  upsample(factors: readonly number[]): this {
    const { leading, spatial, channels } = positionsOf(this.at, 'upsample', factors.length);
    const output = spatial.map((size, axis) => size * (factors[axis] ?? 1));
    return this.add('upsample', { kind: 'upsample', factors }, [...leading, ...output, channels]);
  }

  permute(axes: readonly number[]): this {
    const { shape } = this.at;
    const output = axes.map((axis) => shape[axis] ?? 1);
    return this.add('permute', { kind: 'permute', axes }, output);
  }

  flatten(): this {
    return this.add('flatten', { kind: 'flatten' }, [product(this.at.shape)]);
  }

  reshape(shape: readonly number[]): this {
    if (product(shape) !== product(this.at.shape)) {
      throw settingError(
        'layer-input',
        t('{given} numbers cannot be laid out as {wanted}.', {
          given: this.at.shape.join(' x '),
          wanted: shape.join(' x '),
        }),
      );
    }
    return this.add('reshape', { kind: 'reshape' }, shape);
  }

  /** Brings branches together with the place in hand, which is the first of them. */
  join(kind: JoinDescription['kind'], others: readonly Place[]): this {
    const places = [this.at, ...others];
    const output = kind === 'add' ? addedShape(places) : concatenatedShape(places);
    return this.add(
      kind,
      { kind },
      output,
      {},
      places.map(({ name }) => name),
    );
  }

  private norm(
    kind: 'batch-norm' | 'layer-norm' | 'group-norm',
    options: { momentum: number; epsilon: number; groups: number },
  ): this {
    return this.add(kind, { kind, ...options }, this.at.shape, { parameters: 2 * lastAxis(this.at, kind) });
  }

  private add(
    stem: string,
    own: object,
    outputShape: readonly number[],
    numbers: Numbers = {},
    inputs: readonly string[] = [this.at.name],
  ): this {
    const name = this.name(stem.replaceAll('-', '_'));
    const common = { name, inputs, inputShape: this.at.shape, outputShape, parameters: 0, multiplyAccumulates: 0 };
    this.layers.push({ ...common, ...numbers, ...own } as LayerDescription);
    this.at = { name, shape: outputShape };
    return this;
  }

  private name(stem: string): string {
    const count = (this.counts.get(stem) ?? 0) + 1;
    this.counts.set(stem, count);
    return `${stem}_${count}`;
  }
}
