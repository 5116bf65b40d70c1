/**
 * The capture plan: for each weight layer and quantity, the cheaper of the two exact ways to its singular values, chosen
 * from shapes alone, once, before training. A plan is data: it can be printed and is stored with the session.
 */
import { settingError } from '#app/contract/errors.ts';
import type { SessionLayer } from '#app/contract/session.ts';
import { isWeightLayer, type ModelDescription } from '#app/model/description.ts';
import { quantities } from '#app/run/configuration.ts';
import type { Quantity, RunConfiguration } from '#app/run/configuration.ts';
import { inWriting, type Words } from '#app/text/sentence.ts';
import { t } from '#app/text/text.ts';
import { rowLength } from './layout.ts';
import type { LayerLayout } from './layout.ts';
import { weightMatrices } from './matrices.ts';
import type { WeightMatrices } from './matrices.ts';
import { eigenvalueOperations, gramOperations, setsOperations } from './costs.ts';
import { planGradient } from './gradient-plan.ts';
import { float64GramFloor } from './precision.ts';

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
  /** A theoretical bound on the rank, or ''. */
  bound: Words;
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
  /** The first weight of the plan that meets the very same rows of A or of D, and computes them for this one; null: none. */
  sharedActivations: number | null;
  sharedAdjoints: number | null;
  /** Whether sample Grams are kept at the steps of their cadence (kept-grams.ts). */
  keepsGrams: boolean;
  layout: LayerLayout;
  /** Estimated floating-point operations of the capture thread and stored bytes of one captured step, Grams left out. */
  operations: number;
  bytes: number;
}

/** What of a run's configuration decides the plan. */
export type CaptureChoice = Pick<RunConfiguration['capture'], 'layers' | 'quantities' | 'every'> &
  Partial<Pick<RunConfiguration['capture'], 'activationView' | 'grams'>>;

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
  const weights = model.layers.filter(isWeightLayer).flatMap((layer) => weightMatrices(layer, capture.activationView));
  requireKnown(capture.layers, 'capture.layers', weights, model);
  requireKnown(capture.grams?.layers, 'capture.grams.layers', weights, model);
  const asked = quantities.filter((quantity) => capture.quantities.includes(quantity));
  if (capture.every === 0 || asked.length === 0) return [];
  const { grams = null } = capture;
  const captured = weights.filter((weight) => isAmong(weight, capture.layers));
  return captured.map((weight) => ({
    ...planWeight(weight, batchSize, groups, asked, captured),
    keepsGrams: grams !== null && isAmong(weight, grams.layers),
  }));
}

/** @param names of layers or of single weights; null: all */
function isAmong(weight: WeightMatrices, names: readonly string[] | null): boolean {
  return names?.some((name) => weight.name === name || weight.layer.name === name) ?? true;
}

function requireKnown(
  names: readonly string[] | null | undefined,
  field: string,
  weights: readonly WeightMatrices[],
  model: ModelDescription,
): void {
  for (const name of names ?? []) {
    if (weights.some((weight) => isAmong(weight, [name]))) continue;
    const known = [...new Set(weights.map(({ layer }) => layer.name))].join(', ');
    throw settingError(
      'unknown-layer',
      t('The model {model} has no weight layer called {name}; choose among {known}.', {
        model: model.name,
        name,
        known,
      }),
      { field, expected: known },
    );
  }
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
    quantities: plan.quantities.map(({ bound, ...each }) => ({
      ...each,
      bound: inWriting(bound),
      ...(typeof bound === 'string' ? {} : { boundSaid: bound }),
    })),
  };
}

interface CostedPlan {
  plan: QuantityPlan;
  operations: number;
}

function planWeight(
  weight: WeightMatrices,
  batchSize: number,
  groups: number,
  asked: readonly Quantity[],
  captured: readonly WeightMatrices[],
): Omit<LayerPlan, 'keepsGrams'> {
  const gradient = asked.includes('gradient') ? planGradient(weight, batchSize, groups) : null;
  const shared = {
    activations: asked.includes('activations') ? firstWithRows(weight, 'activations', captured) : null,
    adjoints: asked.includes('adjoints') ? firstWithRows(weight, 'adjoints', captured) : null,
  };
  const costed = asked.map((quantity): CostedPlan => {
    if (quantity === 'gradient') return gradient ?? planGradient(weight, batchSize, groups);
    const rows = planRows(weight, batchSize, groups, quantity);
    return shared[quantity] === null ? rows : { ...rows, operations: 0 };
  });
  const planned = costed.map(({ plan }) => plan);
  const layout: LayerLayout = { groups, quantities: planned.map(({ quantity, values }) => ({ quantity, values })) };
  return {
    weight,
    quantities: planned,
    groupGradients: gradient?.groupGradients ?? false,
    sharedActivations: shared.activations,
    sharedAdjoints: shared.adjoints,
    layout,
    operations: costed.reduce((sum, each) => sum + each.operations, 0),
    bytes: rowLength(layout) * Float32Array.BYTES_PER_ELEMENT,
  };
}

/** Index of an earlier weight that meets the very same rows; null when this one is the first. */
function firstWithRows(
  weight: WeightMatrices,
  quantity: 'activations' | 'adjoints',
  captured: readonly WeightMatrices[],
): number | null {
  const first = captured.findIndex(({ rowNames }) => rowNames[quantity] === weight.rowNames[quantity]);
  return captured[first] === weight ? null : first;
}

function planRows(
  weight: WeightMatrices,
  batchSize: number,
  groups: number,
  quantity: 'activations' | 'adjoints',
): CostedPlan {
  const { rowsPerSample, columns, view } = weight[quantity];
  const rows = batchSize * rowsPerSample;
  const values = Math.min(rows, columns);
  const sample =
    gramOperations(columns, rows) + setsOperations(groups, (share) => eigenvalueOperations(Math.ceil(rows * share)));
  const feature = gramOperations(rows, columns) + setsOperations(groups, () => eigenvalueOperations(columns));
  const side = sample <= feature ? 'sample' : 'feature';
  return {
    plan: { quantity, side, view, rowsPerSample, values, relativeFloor: float64GramFloor, bound: '' },
    operations: Math.min(sample, feature),
  };
}
