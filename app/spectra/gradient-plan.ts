/** How the singular values of a weight's group gradients are reached. */
import { sentence, type Words } from '#app/text/sentence.ts';
import { eigenvalueOperations, gramOperations, setsOperations } from './costs.ts';
import { hasRows, type WeightMatrices } from './matrices.ts';
import type { QuantityPlan } from './plan.ts';
import { float32ProductFloor, float64GramFloor } from './precision.ts';

export interface GradientPlan {
  plan: QuantityPlan;
  /** See `LayerPlan`. */
  groupGradients: boolean;
  operations: number;
}

export function planGradient(weight: WeightMatrices, batchSize: number, groups: number): GradientPlan {
  const { rows, columns, view, rowsPerSample } = weight.gradient;
  const [narrow, wide] = rows <= columns ? [rows, columns] : [columns, rows];
  const batchRows = batchSize * rowsPerSample;
  const ofMatrices = setsOperations(groups, () => gramOperations(wide, narrow) + eigenvalueOperations(narrow));
  const forming = 2 * batchRows * rows * columns + ofMatrices;
  const planned = { quantity: 'gradient', view, rowsPerSample: 1, values: Math.min(batchRows, narrow) } as const;
  const fromBackward: GradientPlan = {
    plan: { ...planned, side: 'feature', relativeFloor: float32ProductFloor, bound: rankBound(weight) },
    groupGradients: true,
    operations: ofMatrices,
  };
  const fromThread = (side: QuantityPlan['side'], operations: number, relativeFloor: number): GradientPlan => ({
    plan: { ...planned, side, relativeFloor, bound: rankBound(weight) },
    groupGradients: false,
    operations,
  });

  // One pass over the batch forms the filter gradients of all groups in the time of one (measured).
  if (!hasRows(weight)) return fromBackward;
  const sample = sampleOperations(weight, batchRows, groups);
  const cheapest = Math.min(sample, forming);
  // One row per sample: the training step stays the same with and without capture, bit for bit.
  const furtherProducts = Math.max(0, groups - 1) * furtherProductOperations;
  if (rowsPerSample > 1 && ofMatrices + furtherProducts < cheapest) return fromBackward;
  return fromThread(sample <= forming ? 'sample' : 'feature', cheapest, float64GramFloor);
}

/**
 * What one more product of rows in the backward pass costs training, in operations of the thread that would form it
 * otherwise: it is called from JavaScript, and its result is added to a sum.
 */
const furtherProductOperations = 2 ** 22;

/** The Grams of all rows; for each set a Cholesky factor and a product with it. */
function sampleOperations({ gradient: { rows, columns } }: WeightMatrices, batchRows: number, groups: number): number {
  const ofSets = setsOperations(groups, (share) => {
    const setRows = Math.ceil(batchRows * share);
    const order = Math.min(setRows, columns);
    const factor = setRows ** 3 / 3 + setRows ** 2 * columns;
    return factor + gramOperations(Math.max(setRows, columns), order) + eigenvalueOperations(order);
  });
  return gramOperations(rows, batchRows) + gramOperations(columns, batchRows) + ofSets;
}

function rankBound(weight: WeightMatrices): Words {
  if (!hasRows(weight)) return '';
  const { rows, columns, rowsPerSample } = weight.gradient;
  return rowsPerSample === 1
    ? sentence('rank ≤ min(samples of the set, {rows}, {columns})', { rows, columns })
    : sentence('rank ≤ min(rows of the set, {rows}, {columns})', { rows, columns });
}
