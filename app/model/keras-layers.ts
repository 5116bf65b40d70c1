/** Each kind of Keras layer as layers of ours: what it builds, or why it cannot. */
import { settingError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';
import { product } from './description.ts';
import { Unmappable, type KerasConfig } from './keras-config.ts';
import {
  activate,
  activationOf,
  paddingOf,
  plain,
  requireChannelsLast,
  type Activation,
  type MappedLayer,
  type Reader,
} from './keras-parts.ts';
import {
  bidirectional,
  conv,
  convTranspose,
  dense,
  embedding,
  recurrent,
  timeDistributed,
} from './keras-weight-layers.ts';
import type { LayerStack } from './layers.ts';

/** An axis counts the batch, so that the last is as many as a sample has. */
function requireLastAxis(config: KerasConfig): (stack: LayerStack) => void {
  const axes = config.values['axis'] === undefined ? [-1] : config.integers('axis');
  return (stack) => {
    const last = stack.outputShape.length;
    if (axes.length === 1 && (axes[0] === -1 || axes[0] === last)) return;
    throw settingError('custom-model', t('axis {axes} is not the last', { axes: axes.join(', ') }), {
      field: 'model',
    });
  };
}

function normNotes(config: KerasConfig): string[] {
  return config.flag('center', true) && config.flag('scale', true) ? [] : [t('learns both a scale and a shift here')];
}

const batchNorm: Reader = (config) => {
  const [momentum, epsilon, check] = [
    config.number('momentum', 0.99),
    config.number('epsilon', 1e-3),
    requireLastAxis(config),
  ];
  return plain((stack) => {
    check(stack);
    stack.batchNorm(momentum, epsilon);
  }, normNotes(config));
};

const layerNorm: Reader = (config) => {
  const [epsilon, check] = [config.number('epsilon', 1e-3), requireLastAxis(config)];
  return plain((stack) => {
    check(stack);
    stack.layerNorm(epsilon);
  }, normNotes(config));
};

function activationLayer(read: (config: KerasConfig) => Activation | null): Reader {
  return (config) => {
    const activation = read(config);
    return { build: (stack) => activate(stack, activation), notes: [], activation };
  };
}

const rectifier = activationLayer((config) => {
  if ((config.values['max_value'] ?? null) !== null) throw new Unmappable(t('is cut off at a largest value'));
  config.require('threshold', 0);
  const slope = config.number('negative_slope', 0);
  return slope === 0 ? { name: 'relu' } : { name: 'leaky-relu', alpha: slope };
});

const leakyRectifier = activationLayer((config) => ({
  name: 'leaky-relu',
  alpha: config.number('alpha', config.number('negative_slope', 0.3)),
}));

const softmaxLayer: Reader = (config) => {
  const check = requireLastAxis(config);
  const activation = { name: 'softmax' } as const;
  const build = (stack: LayerStack): void => {
    check(stack);
    activate(stack, activation);
  };
  return { build, notes: [], activation };
};

function dropout(spatial: boolean): Reader {
  return (config) => {
    const rate = config.number('rate', 0);
    if (rate < 0 || rate >= 1) throw new Unmappable(t('drops {rate} of its input', { rate }));
    return plain((stack) => stack.dropout(rate, spatial));
  };
}

function pool(kind: 'max-pool' | 'average-pool', axes: number): Reader {
  return (config) => {
    requireChannelsLast(config);
    const window = config.counts('pool_size', axes, new Array<number>(axes).fill(2));
    const strides = config.counts('strides', axes, window);
    const padding = paddingOf(config);
    return plain((stack) => stack.pool(kind, window, { strides, padding }));
  };
}

function globalPool(kind: 'global-average-pool' | 'global-max-pool'): Reader {
  return (config) => {
    requireChannelsLast(config);
    config.require('keepdims', false);
    return plain((stack) => stack.globalPool(kind));
  };
}

/** 1, [1, 2] (the same before and after; of one axis: before, after) or [[1, 1], [2, 2]]. */
function edges(config: KerasConfig, name: string, axes: number): { before: number[]; after: number[] } {
  const value = config.values[name];
  const perAxis: unknown[] =
    Array.isArray(value) && !(axes === 1 && value.length === 2) ? value : new Array(axes).fill(value);
  const pairs = perAxis.map((each) => (Array.isArray(each) ? each : [each, each]) as unknown[]);
  const isEdge = (each: unknown): each is number => Number.isInteger(each) && (each as number) >= 0;
  if (pairs.length !== axes || pairs.some((pair) => pair.length !== 2 || !pair.every(isEdge))) {
    const values = { name, value: JSON.stringify(value), expected: t('whole numbers for {axes} axes', { axes }) };
    throw new Unmappable(t('has {name} {value}, expected {expected}', values));
  }
  return { before: pairs.map(([before]) => before as number), after: pairs.map(([, after]) => after as number) };
}

function zeroPad(axes: number): Reader {
  return (config) => {
    requireChannelsLast(config);
    const { before, after } = edges(config, 'padding', axes);
    return plain((stack) => stack.zeroPad(before, after));
  };
}

function crop(axes: number): Reader {
  return (config) => {
    requireChannelsLast(config);
    const { before, after } = edges(config, 'cropping', axes);
    return plain((stack) => stack.crop(before, after));
  };
}

function upsample(axes: number): Reader {
  return (config) => {
    requireChannelsLast(config);
    config.require('interpolation', 'nearest');
    const factors = config.counts('size', axes, new Array<number>(axes).fill(2));
    return plain((stack) => stack.upsample(factors));
  };
}

const reshape: Reader = (config) => {
  const target = config.integers('target_shape');
  return plain((stack) => {
    const known = product(target.filter((size) => size !== -1));
    stack.reshape(target.map((size) => (size === -1 ? product(stack.outputShape) / known : size)));
  });
};

const permute: Reader = (config) => {
  const axes = config.integers('dims').map((axis) => axis - 1);
  if ([...axes].sort((a, b) => a - b).some((axis, place) => axis !== place))
    throw new Unmappable(t('does not name each axis once'));
  return plain((stack) => stack.permute(axes));
};

const concatenate: Reader = (config) => {
  const check = requireLastAxis(config);
  const build: MappedLayer['build'] = (stack, others) => {
    check(stack);
    stack.join('concatenate', others);
  };
  return { build, notes: [], joins: true };
};

const readers: Readonly<Record<string, Reader>> = {
  Dense: dense,
  Conv1D: conv(1),
  Conv2D: conv(2),
  Conv3D: conv(3),
  Conv1DTranspose: convTranspose(1),
  Conv2DTranspose: convTranspose(2),
  Conv3DTranspose: convTranspose(3),
  LSTM: recurrent('lstm'),
  GRU: recurrent('gru'),
  Bidirectional: bidirectional,
  TimeDistributed: timeDistributed,
  Embedding: embedding,
  BatchNormalization: batchNorm,
  LayerNormalization: layerNorm,
  Activation: activationLayer((config) => activationOf(config)),
  ReLU: rectifier,
  LeakyReLU: leakyRectifier,
  ELU: activationLayer((config) => ({ name: 'elu', alpha: config.number('alpha', 1) })),
  Softmax: softmaxLayer,
  Dropout: dropout(false),
  SpatialDropout1D: dropout(true),
  SpatialDropout2D: dropout(true),
  SpatialDropout3D: dropout(true),
  MaxPooling1D: pool('max-pool', 1),
  MaxPooling2D: pool('max-pool', 2),
  MaxPooling3D: pool('max-pool', 3),
  AveragePooling1D: pool('average-pool', 1),
  AveragePooling2D: pool('average-pool', 2),
  AveragePooling3D: pool('average-pool', 3),
  GlobalMaxPooling1D: globalPool('global-max-pool'),
  GlobalMaxPooling2D: globalPool('global-max-pool'),
  GlobalMaxPooling3D: globalPool('global-max-pool'),
  GlobalAveragePooling1D: globalPool('global-average-pool'),
  GlobalAveragePooling2D: globalPool('global-average-pool'),
  GlobalAveragePooling3D: globalPool('global-average-pool'),
  ZeroPadding1D: zeroPad(1),
  ZeroPadding2D: zeroPad(2),
  ZeroPadding3D: zeroPad(3),
  Cropping1D: crop(1),
  Cropping2D: crop(2),
  Cropping3D: crop(3),
  UpSampling1D: upsample(1),
  UpSampling2D: upsample(2),
  UpSampling3D: upsample(3),
  Flatten: (config) => {
    requireChannelsLast(config);
    return plain((stack) => stack.flatten());
  },
  Reshape: reshape,
  Permute: permute,
  Add: () => ({ build: (stack, others) => stack.join('add', others), notes: [], joins: true }),
  Concatenate: concatenate,
};

/** @throws Unmappable */
export function mapKerasLayer(className: string, config: KerasConfig): MappedLayer {
  const read = Object.hasOwn(readers, className) ? readers[className] : undefined;
  if (read === undefined) throw new Unmappable(t('is of a kind that is not known here'));
  const layer = read(config);
  const restrained = Object.entries(config.values).some(
    ([name, value]) => /_(regularizer|constraint)$/.test(name) && value !== null,
  );
  const note = t(
    'has a regulariser or a constraint in the file and none here, where weight decay is a setting of the run',
  );
  return restrained ? { ...layer, notes: [...layer.notes, note] } : layer;
}
