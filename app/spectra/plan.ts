/**
 * The capture plan: for each weight layer and quantity, the cheaper of the two exact ways to its singular values, chosen
 * from shapes alone, once, before training. A plan is data: it can be printed and is stored with the session.
 */
import { settingError } from '#app/contract/errors.ts';
import type { SessionLayer } from '#app/contract/session.ts';
import {
  isConvolution,
  isTransposedConvolution,
  isWeightLayer,
  type ModelDescription,
} from '#app/model/description.ts';
import { quantities } from '#app/run/configuration.ts';
import type { Quantity, RunConfiguration } from '#app/run/configuration.ts';
import { rowLength } from './layout.ts';
import type { LayerLayout } from './layout.ts';
import { weightMatrices } from './matrices.ts';
import type { WeightMatrices } from './matrices.ts';
import { float32ProductFloor, float64GramFloor } from './precision.ts';

export interface QuantityPlan {
  quantity: Quantity;
  /** 'sample': from Grams over the rows; 'feature': from Grams over the columns. */
  side: 'sample' | 'feature';
  /** What rows and columns of the matrix are, in words. */
  view: string;
  /** Rows that one sample brings to A or D; 1 for the gradient. */
  rowsPerSample: number;
  /** Singular values stored per set: as many as the largest set, the whole batch, can have. */
  values: number;
  /** Values at or below this fraction of the largest of their set are not resolved (precision.ts). */
  relativeFloor: number;
  /** A theoretical bound on the rank, in words, or ''. */
  bound: string;
}

/** What is decided once, before training, for one weight matrix of a layer. */
export interface LayerPlan {
  weight: WeightMatrices;
  quantities: readonly QuantityPlan[];
  /**
   * True: the layer's backward pass forms the gradient of each group, hands the optimizer their sum and passes the parts
   * to the capture. False: it forms the total alone; the capture forms what it needs of the rows.
   */
  groupGradients: boolean;
  layout: LayerLayout;
  /** Estimated floating-point operations and stored bytes of one captured step. */
  operations: number;
  bytes: number;
}

/** What of a run's configuration decides the plan. */
export type CaptureChoice = Pick<RunConfiguration['capture'], 'layers' | 'quantities' | 'every'> &
  Partial<Pick<RunConfiguration['capture'], 'activationView'>>;

/**
 * @param batchSize samples of a full batch
 * @param groups groups that a batch is split into
 * @param capture which layers and quantities; nothing is planned when `every` is 0 or no quantity is asked for
 * @throws SpectroscopeError 'unknown-layer' (setting) when a layer is not a weight layer of the model
 */
export function planCapture(
  model: ModelDescription,
  batchSize: number,
  groups: number,
  capture: CaptureChoice,
): LayerPlan[] {
  const weightLayers = model.layers.filter(isWeightLayer);
  const weights = weightLayers.flatMap((layer) => weightMatrices(layer, capture.activationView));
  const isNamed = (weight: WeightMatrices, name: string): boolean => weight.name === name || weight.layer.name === name;
  for (const name of capture.layers ?? []) {
    if (weights.some((weight) => isNamed(weight, name))) continue;
    const known = weightLayers.map((layer) => layer.name).join(', ');
    throw settingError(
      'unknown-layer',
      `Model ${model.name} has no weight layer called ${name}; choose among ${known}.`,
      {
        field: 'capture.layers',
        expected: known,
      },
    );
  }
  const asked = quantities.filter((quantity) => capture.quantities.includes(quantity));
  if (capture.every === 0 || asked.length === 0) return [];
  return weights
    .filter((weight) => capture.layers?.some((name) => isNamed(weight, name)) ?? true)
    .map((weight) => planWeight(weight, batchSize, groups, asked));
}

/** The layer as a session describes it. */
export function sessionLayer(plan: LayerPlan, index: number): SessionLayer {
  const { name, inputShape, outputShape, gradient } = plan.weight;
  const { kind, parameters } = plan.weight.layer;
  return {
    index,
    name,
    kind,
    inputShape: [...inputShape],
    outputShape: [...outputShape],
    // Of several matrices, each has its own; their biases belong to none.
    parameters: plan.weight.part === 'weight' ? parameters : gradient.rows * gradient.columns,
    quantities: plan.quantities.map((each) => ({ ...each })),
  };
}

interface CostedPlan {
  plan: QuantityPlan;
  operations: number;
}

function planWeight(weight: WeightMatrices, batchSize: number, groups: number, asked: readonly Quantity[]): LayerPlan {
  const costed = asked.map((quantity) => planQuantity(weight, batchSize, groups, quantity));
  const planned = costed.map(({ plan }) => plan);
  const layout: LayerLayout = { groups, quantities: planned.map(({ quantity, values }) => ({ quantity, values })) };
  return {
    weight,
    quantities: planned,
    groupGradients: !hasRows(weight) && asked.includes('gradient') && !formsPatches(weight, batchSize, groups),
    layout,
    operations: costed.reduce((sum, each) => sum + each.operations, 0),
    bytes: rowLength(layout) * Float32Array.BYTES_PER_ELEMENT,
  };
}

function planQuantity(weight: WeightMatrices, batchSize: number, groups: number, quantity: Quantity): CostedPlan {
  if (quantity === 'gradient') return planGradient(weight, batchSize, groups);
  const { rowsPerSample, columns, view } = weight[quantity];
  const rows = batchSize * rowsPerSample;
  const values = Math.min(rows, columns);
  const side = rows <= columns ? 'sample' : 'feature';
  const gram = side === 'sample' ? gramOperations(columns, rows) : gramOperations(rows, columns);
  const eigenvalues = setsOperations(groups, (share) =>
    eigenvalueOperations(side === 'sample' ? Math.ceil(rows * share) : columns),
  );
  return {
    plan: { quantity, side, view, rowsPerSample, values, relativeFloor: float64GramFloor, bound: '' },
    operations: gram + eigenvalues,
  };
}

function planGradient(weight: WeightMatrices, batchSize: number, groups: number): CostedPlan {
  const { rows, columns, view } = weight.gradient;
  const [narrow, wide] = rows <= columns ? [rows, columns] : [columns, rows];
  const ofMatrices = setsOperations(groups, () => gramOperations(wide, narrow) + eigenvalueOperations(narrow));
  const planned = { quantity: 'gradient', view, rowsPerSample: 1 } as const;

  if (formsPatches(weight, batchSize, groups)) {
    const positions = batchSize * weight.adjoints.rowsPerSample;
    return {
      plan: {
        ...planned,
        side: 'feature',
        values: Math.min(positions, narrow),
        relativeFloor: float64GramFloor,
        bound: '',
      },
      operations: 2 * positions * rows * columns + ofMatrices,
    };
  }
  if (!hasRows(weight)) {
    // The parts come from the backward pass, one filter gradient for each group in place of one for all.
    const values = Math.min(batchSize * weight.adjoints.rowsPerSample, narrow);
    return {
      plan: { ...planned, side: 'feature', values, relativeFloor: float32ProductFloor, bound: '' },
      operations: ofMatrices,
    };
  }

  const batchRows = batchSize * weight.activations.rowsPerSample;
  const feature = 2 * batchRows * rows * columns + ofMatrices;
  const sample =
    gramOperations(rows, batchRows) +
    gramOperations(columns, batchRows) +
    setsOperations(groups, (share) => {
      const setRows = Math.ceil(batchRows * share);
      const order = Math.min(setRows, columns);
      const factor = setRows ** 3 / 3 + setRows ** 2 * columns;
      return factor + gramOperations(Math.max(setRows, columns), order) + eigenvalueOperations(order);
    });
  return {
    plan: {
      ...planned,
      side: sample <= feature ? 'sample' : 'feature',
      values: Math.min(batchRows, narrow),
      relativeFloor: float64GramFloor,
      bound: `rank ≤ min(samples of the set, ${rows}, ${columns})`,
    },
    operations: Math.min(sample, feature),
  };
}

/** Whether A and D are at hand as rows whose product A'D is the gradient; of a convolution, A would be its patches. */
function hasRows({ layer }: WeightMatrices): boolean {
  return !isConvolution(layer) && !isTransposedConvolution(layer);
}

/** Numbers in the patches of a batch, and products with them, that cost the capture thread less than half a millisecond. */
const cheapPatches = 2 ** 19;
const cheapPatchProducts = 2 ** 24;

/**
 * Whether the capture thread forms a filter's gradient of each group from patches of the activations. Each further filter
 * gradient in the backward pass costs training about half a millisecond on all cores, however small it is (measured), so
 * small layers are left to the thread. One group needs no further gradient.
 */
function formsPatches({ layer, adjoints, gradient }: WeightMatrices, batchSize: number, groups: number): boolean {
  if (!isConvolution(layer) || layer.groups > 1) return false;
  const patches = batchSize * adjoints.rowsPerSample * gradient.rows;
  const further = Math.max(0, groups - 1);
  return patches <= cheapPatches * further && patches * gradient.columns <= cheapPatchProducts * further;
}

/** Symmetric product of a matrix with itself: order x order entries, half of them, each a sum over `length`. */
function gramOperations(length: number, order: number): number {
  return length * order * (order + 1);
}

/** Reduction to tridiagonal form, then eigenvalues without vectors (Golub & Van Loan, 8.3). */
function eigenvalueOperations(order: number): number {
  return (4 / 3) * order ** 3 + 30 * order ** 2;
}

/** Groups of equal size and all samples. */
function setsOperations(groups: number, ofShare: (share: number) => number): number {
  return groups * ofShare(1 / Math.max(1, groups)) + ofShare(1);
}
