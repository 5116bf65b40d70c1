/**
 * The weight matrices of a layer, each with the matrices of Z = A W: activations A, adjoints D = dL/dZ and the gradient
 * G = A'D. Most layers have one; a recurrent layer has two, or three where a reset gate parts the rows, and attention four.
 */
import {
  isConvolution,
  isTransposedConvolution,
  product,
  type ConvDescription,
  type ConvTransposeDescription,
  type WeightLayerDescription,
} from '#app/model/description.ts';

/** Which of a layer's matrices: 'weight' where there is one. */
export type WeightPart = 'weight' | 'input' | 'recurrent' | 'candidate' | 'query' | 'key' | 'value' | 'output';

/**
 * What the rows of a convolution's activations are. 'channel': a row for each input position, a column for each channel.
 * 'patch': a row for each output position, a column for each number under the kernel, the matrix that meets the weight.
 * 'sample': a row for each sample, a column for each number of its input.
 */
export const activationViews = ['channel', 'patch', 'sample'] as const;
export type ActivationView = (typeof activationViews)[number];

export interface RowMatrix {
  /** Rows that one sample brings. */
  rowsPerSample: number;
  columns: number;
  /** What rows and columns are, in words. */
  view: string;
}

export interface WeightMatrices {
  /** As it is captured and stored: 'dense_1', 'lstm_1/recurrent', 'attention_2/query'. */
  name: string;
  layer: WeightLayerDescription;
  part: WeightPart;
  /** One sample's rows of A and of D without their view: last axis columns of the weight. */
  inputShape: readonly number[];
  outputShape: readonly number[];
  activations: RowMatrix;
  /** Of a convolution's activations; null for other layers. */
  activationView: ActivationView | null;
  adjoints: RowMatrix;
  gradient: {
    rows: number;
    columns: number;
    view: string;
    /** Rows of one sample that A'D sums over; of a grouped convolution, those of all its parts. */
    rowsPerSample: number;
  };
  /** Weights of one layer that meet the very same rows have the same names of them. */
  rowNames: { activations: string; adjoints: string };
}

/** Whether A and D are at hand as rows whose product A'D is the gradient; of a convolution, A would be its patches. */
export function hasRows({ layer }: WeightMatrices): boolean {
  return !isConvolution(layer) && !isTransposedConvolution(layer);
}

/** Whether a sample brings one row to A and one to D, so that the Grams over samples give all spectra of any group. */
export function hasSingleRows(weight: WeightMatrices): boolean {
  return hasRows(weight) && weight.activations.rowsPerSample === 1 && weight.adjoints.rowsPerSample === 1;
}

/** @param view of a convolution's activations; other layers have one view */
export function weightMatrices(layer: WeightLayerDescription, view: ActivationView = 'channel'): WeightMatrices[] {
  if (isConvolution(layer) || isTransposedConvolution(layer)) return [convolution(layer, view)];
  const { name, inputShape, outputShape } = layer;
  switch (layer.kind) {
    case 'dense':
      return [dense(layer, 'weight', name, inputShape, outputShape, rowWords(inputShape, 'position'), 'input')];
    case 'embedding': {
      // A is the one-hot form of the input.
      const shape = [...inputShape, layer.vocabulary];
      return [dense(layer, 'weight', name, shape, outputShape, rowWords(shape, 'position'), 'word')];
    }
    case 'lstm':
    case 'gru': {
      const [time = 1, features = 1] = inputShape;
      const gates = [time, (layer.kind === 'lstm' ? 4 : 3) * layer.units];
      const rows = 'sample x time';
      const state = [time, layer.units];
      const input = dense(layer, 'input', `${name}/input`, [time, features], gates, rows, 'input');
      const recurrent = (columns: readonly number[]): WeightMatrices =>
        dense(layer, 'recurrent', `${name}/recurrent`, state, columns, rows, 'unit of the state before');
      if (!layer.resetBefore) return [input, recurrent(gates)];
      // Update and reset meet the state, the candidate what the reset gate leaves of it: A differs, so each is a weight.
      const after = 'unit of the state after the reset';
      return [
        input,
        recurrent([time, 2 * layer.units]),
        dense(layer, 'candidate', `${name}/candidate`, state, state, rows, after),
      ];
    }
    case 'attention': {
      const [tokens = 1, features = 1] = inputShape;
      const inner = [tokens, layer.heads * layer.keySize];
      const outer = [tokens, features];
      return (['query', 'key', 'value', 'output'] as const).map((part) =>
        part === 'output'
          ? dense(layer, part, `${name}/${part}`, inner, outer, 'sample x token', 'feature of a head')
          : dense(layer, part, `${name}/${part}`, outer, inner, 'sample x token', 'feature'),
      );
    }
  }
}

function rowWords(shape: readonly number[], axis: string): string {
  return product(shape.slice(0, -1)) === 1 ? 'sample' : `sample x ${axis}`;
}

function dense(
  layer: WeightLayerDescription,
  part: WeightPart,
  name: string,
  inputShape: readonly number[],
  outputShape: readonly number[],
  rows: string,
  input: string,
): WeightMatrices {
  const [inputs, outputs] = [inputShape.at(-1) ?? 0, outputShape.at(-1) ?? 0];
  const rowsPerSample = product(outputShape.slice(0, -1));
  return {
    name,
    layer,
    part,
    inputShape,
    outputShape,
    activations: { rowsPerSample, columns: inputs, view: `rows ${rows}, columns ${input}` },
    activationView: null,
    adjoints: { rowsPerSample, columns: outputs, view: `rows ${rows}, columns unit` },
    gradient: { rows: inputs, columns: outputs, view: `rows ${input}, columns unit`, rowsPerSample },
    rowNames: {
      activations: layer.kind === 'attention' && part !== 'output' ? layer.name : name,
      // The candidate of a GRU meets its recurrent kernel after the reset gate, so its two weights differ in D.
      adjoints: layer.kind === 'lstm' ? layer.name : name,
    },
  };
}

/**
 * Adjoints: a row for each output position, a column for each output channel. The gradient has the kernel unrolled to
 * [positions x input channels of a filter, filters]; a transposed convolution's [positions x filters, input channels], as
 * its filter is the one of the convolution that it transposes.
 */
function convolution(layer: ConvDescription | ConvTransposeDescription, view: ActivationView): WeightMatrices {
  const { name, inputShape, outputShape, filters } = layer;
  const channels = inputShape.at(-1) ?? 0;
  const kernelPositions = product(layer.kernel);
  const [inputPositions, outputPositions] = [inputShape, outputShape].map((shape) => product(shape.slice(0, -1))) as [
    number,
    number,
  ];
  const transposed = isTransposedConvolution(layer);
  // A transposed convolution multiplies the channels at an input position: that is its patch.
  const seen = transposed && view === 'patch' ? 'channel' : view;
  const rows = kernelPositions * (transposed ? filters : channels / layer.groups);
  return {
    name,
    layer,
    part: 'weight',
    inputShape,
    outputShape,
    activations: activationsOf(seen, inputPositions, outputPositions, channels, kernelPositions),
    activationView: seen,
    adjoints: {
      rowsPerSample: outputPositions,
      columns: filters,
      view: 'rows sample x output position, columns output channel',
    },
    gradient: {
      rows,
      columns: transposed ? channels : filters,
      view: transposed
        ? 'rows kernel position x output channel, columns input channel'
        : 'rows kernel position x input channel, columns output channel',
      rowsPerSample: transposed ? inputPositions : outputPositions * layer.groups,
    },
    rowNames: { activations: name, adjoints: name },
  };
}

function activationsOf(
  view: ActivationView,
  inputPositions: number,
  outputPositions: number,
  channels: number,
  kernelPositions: number,
): RowMatrix {
  if (view === 'sample') {
    return {
      rowsPerSample: 1,
      columns: inputPositions * channels,
      view: 'rows sample, columns input position x input channel',
    };
  }
  if (view === 'patch') {
    return {
      rowsPerSample: outputPositions,
      columns: kernelPositions * channels,
      view: 'rows sample x output position, columns kernel position x input channel',
    };
  }
  return {
    rowsPerSample: inputPositions,
    columns: channels,
    view: 'rows sample x input position, columns input channel',
  };
}
