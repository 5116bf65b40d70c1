/** How a study's data are laid out for a model: what each number of its input is, before any is read. */
import { settingError } from '#app/contract/errors.ts';
import { modelNamed } from './catalogue.ts';
import {
  type InputKind,
  type LayerKind,
  type ModelDefinition,
  type ModelDescription,
  type SettingValue,
  type Task,
} from './description.ts';
import { featureGrid } from './feature-grid.ts';
import { kindsInWords, kindWords } from './input-kinds.ts';

/** A study's data, as prepared for all models alike. */
export interface StudyData {
  kind: InputKind;
  /** One sample: [features], [x, y, z, channels], … */
  inputShape: readonly number[];
  /** Names of the features of a table, otherwise empty. */
  features: readonly string[];
  /** Series of different lengths, the shorter padded; absent: not. */
  padded?: boolean | undefined;
}

export interface ModelInput {
  kind: InputKind;
  /** One sample, as the model is given it. */
  inputShape: readonly number[];
  /** What a person should know of the layout; null: nothing. */
  note: string | null;
  /** @param values [samples x numbers of the study] -> [samples x product(inputShape)]; the same array where nothing moves */
  arrange: (values: Float32Array) => Float32Array;
  /** Which number of the study each number of the input is, in C order; -1: zero; null: they are the same, in order. */
  columns: Int32Array | null;
}

export interface ChosenModel {
  name: string;
  settings: Readonly<Record<string, SettingValue>>;
}

/** What each kind of data can be laid out as, the most natural first. */
const layouts: Readonly<Record<InputKind, readonly InputKind[]>> = {
  table: ['table', 'series', 'matrix'],
  series: ['series'],
  matrix: ['matrix', 'table'],
  volumes: ['volumes'],
};

/** Whether a study of this kind can be laid out for a model; its numbers may still not fit. */
export function canFeed(study: InputKind, { inputs }: Pick<ModelDefinition, 'inputs'>): boolean {
  return inputs.some((kind) => layouts[study].includes(kind));
}

/** @throws SpectroscopeError (setting) when the model does not take such data, with the numbers where they do not fit */
export function modelInput(
  { kind, inputShape, features }: StudyData,
  { title, inputs }: Pick<ModelDefinition, 'title' | 'inputs'>,
): ModelInput {
  const layout = layouts[kind].find((each) => inputs.includes(each));
  if (layout === undefined) {
    const given = kind === 'table' ? 'a table' : kindWords(kind);
    const connections = kind === 'series' && inputs.some((each) => layouts.matrix.includes(each));
    const cure = connections ? 'choose another model, or learn from their connectivity' : 'choose another model';
    throw settingError('model-input', `${title} does not take ${given}: ${cure}.`, {
      field: 'model',
      expected: kindsInWords(inputs),
    });
  }
  if (layout === kind) return { kind, inputShape, note: null, arrange: (values) => values, columns: null };
  if (kind === 'matrix') return asConnections(inputShape);
  return layout === 'matrix' ? asMatrix(title, features.length) : asSeries(features);
}

/**
 * The model of a run, with its input.
 * @throws SpectroscopeError (setting) when it does not take these data, learn this task or work with these settings
 */
export function modelForStudy(
  { name, settings }: ChosenModel,
  data: StudyData,
  task: Task,
): { input: ModelInput; model: ModelDescription; notes: string[] } {
  const definition = modelNamed(name);
  const inputs = definition.inputsFor?.(settings) ?? definition.inputs;
  const input = modelInput(data, { title: definition.title, inputs });
  if (!definition.tasks.includes(task.kind)) {
    throw settingError('model-task', `${definition.title} does not learn ${taskWords[task.kind]}.`, {
      field: 'task',
      expected: definition.tasks.join(' or '),
    });
  }
  const model = definition.describe(input.inputShape, task, settings);
  if (data.padded === true) requireMaskable(definition.title, model);
  const notes = [...(input.note === null ? [] : [input.note]), ...(definition.notes?.(settings) ?? [])];
  return { input, model, notes };
}

/** Layers that can leave out what is padded. */
const maskable: readonly LayerKind[] = [
  ...(['dense', 'lstm', 'gru', 'attention', 'position', 'layer-norm', 'activation', 'dropout'] as const),
  ...(['global-average-pool', 'global-max-pool', 'add', 'concatenate'] as const),
];

function requireMaskable(title: string, { layers }: ModelDescription): void {
  const unable = layers.find(({ kind }) => !maskable.includes(kind));
  if (unable === undefined) return;
  throw settingError(
    'no-mask',
    `${title} cannot leave out what is padded (its layer ${unable.name} sees it): crop the series, or choose a recurrent model or a Transformer.`,
    { field: 'preparation.series.lengths', expected: 'crop' },
  );
}

/**
 * Names of what each number of a model's input is, in C order over its shape; null: a zero.
 * @returns null where the numbers are those of the study in its order
 */
export function inputOrder({ name, settings }: ChosenModel, data: StudyData): (string | null)[] | null {
  const definition = modelNamed(name);
  const inputs = definition.inputsFor?.(settings) ?? definition.inputs;
  const { columns } = modelInput(data, { title: definition.title, inputs });
  return columns === null ? null : Array.from(columns, (column) => data.features[column] ?? null);
}

const taskWords: Readonly<Record<Task['kind'], string>> = {
  classification: 'classes: choose reconstruction, or another model',
  regression: 'a number: choose reconstruction, or another model',
  reconstruction: 'to give back its input: choose another task, or an autoencoder',
};

/** Columns named by region and time become [times, regions]; others one number after another, [features, 1]. */
function asSeries(features: readonly string[]): ModelInput {
  const grid = featureGrid(features);
  if (grid === null) {
    return {
      kind: 'series',
      inputShape: [features.length, 1],
      note: `The ${features.length} features are read as a series of single numbers, in the order of the table's columns: what the model learns depends on that order.`,
      arrange: (values) => values,
      columns: null,
    };
  }
  const { times, regions, columns } = grid;
  return {
    kind: 'series',
    inputShape: [times, regions.length],
    note: `By their names, the ${features.length} features are ${times} time points of ${regions.length === 1 ? `one region (${regions[0] ?? ''})` : `${regions.length} regions`}.`,
    arrange: (values) => rearranged(values, features.length, columns),
    columns,
  };
}

const fewestRegions = 3;

/** Features above the diagonal, row by row, become a symmetric matrix with zeros on the diagonal. */
function asMatrix(title: string, features: number): ModelInput {
  const regions = Math.floor((1 + Math.sqrt(1 + 8 * features)) / 2);
  if (pairsOf(regions) !== features || regions < fewestRegions) {
    const near = Math.max(regions, fewestRegions);
    throw settingError(
      'not-a-connectome',
      `${title} takes the connections between all pairs of R regions, R (R - 1) / 2 features; this table has ${features}, and ${near} regions have ${pairsOf(near)}, ${near + 1} have ${pairsOf(near + 1)}. Choose the features on the Data page, or another model.`,
      { field: 'model', expected: 'R (R - 1) / 2 features' },
    );
  }
  const columns = matrixColumns(regions);
  return {
    kind: 'matrix',
    inputShape: [regions, regions, 1],
    note: `The ${features} features are read as the connections of ${regions} regions: above the diagonal, row by row, in the order of the table's columns.`,
    arrange: (values) => rearranged(values, features, columns),
    columns,
  };
}

/** What is above the diagonal of a matrix, row by row. */
function asConnections([regions = 0]: readonly number[]): ModelInput {
  const columns = new Int32Array(pairsOf(regions));
  let pair = 0;
  for (let row = 0; row < regions; row++) {
    for (let column = row + 1; column < regions; column++) columns[pair++] = row * regions + column;
  }
  return {
    kind: 'table',
    inputShape: [columns.length],
    note: `The model is given the ${columns.length} connections above the diagonal of ${regions} x ${regions} matrices, row by row.`,
    arrange: (values) => rearranged(values, regions * regions, columns),
    columns,
  };
}

function pairsOf(regions: number): number {
  return (regions * (regions - 1)) / 2;
}

/** [regions x regions]: which feature each entry is; -1 on the diagonal. */
function matrixColumns(regions: number): Int32Array {
  const columns = new Int32Array(regions * regions).fill(-1);
  let feature = 0;
  for (let row = 0; row < regions; row++) {
    for (let column = row + 1; column < regions; column++) {
      columns[row * regions + column] = feature;
      columns[column * regions + row] = feature++;
    }
  }
  return columns;
}

/** @param columns which of the `width` numbers of a sample each number of the result is; -1: zero */
function rearranged(values: Float32Array, width: number, columns: Int32Array): Float32Array {
  const samples = values.length / width;
  const result = new Float32Array(samples * columns.length);
  for (let sample = 0; sample < samples; sample++) {
    columns.forEach((column, place) => {
      if (column !== -1) result[sample * columns.length + place] = values[sample * width + column] as number;
    });
  }
  return result;
}
