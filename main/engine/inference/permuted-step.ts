/** One kept step under many labellings: problems for native code, and the values that tests take from its answers. */
import { compare, spectrumStatistics, type TestStatistic } from '#app/inference/statistics.ts';
import { MakeupAdjustment } from '#app/inference/size-effect.ts';
import { quantities, type Quantity } from '#app/run/configuration.ts';
import { triangleOf } from '#app/spectra/kept-grams.ts';
import { gradientProducts, unpacked } from '#app/spectra/regroup.ts';
import { regroupShape } from '../capture/layer-shape.ts';
import type { PermutationProblem, PermutationSummaries } from '../capture/native.ts';
import { factorsBySize } from '../session/measures.ts';
import { quantityIndex, type KeptLayer } from './kept-steps.ts';
import type { LabelledStep } from './labellings.ts';

/** What is compared: a statistic of a layer's quantity between two groups. */
export interface TestQuestion {
  /** Number in the session. */
  stored: number;
  layer: string;
  quantity: Quantity;
  statistic: TestStatistic;
  groups: readonly [number, number];
}

/** Of so many strata the mixes are taken into account: each takes two regressors. */
const mostStrata = 8;

export function questionsOf(
  { stored, layer, regroupable }: KeptLayer,
  statistics: readonly TestStatistic[],
  pairs: readonly (readonly [number, number])[],
): TestQuestion[] {
  const has = (quantity: Quantity): boolean => layer.view.quantities.some((each) => each.quantity === quantity);
  const of = (quantity: Quantity, statistic: TestStatistic): TestQuestion[] =>
    pairs.map((groups) => ({ stored, layer: layer.view.name, quantity, statistic, groups }));
  return [
    ...regroupable.flatMap((quantity) =>
      statistics.filter((each) => each !== 'alignment').flatMap((each) => of(quantity, each)),
    ),
    ...(statistics.includes('alignment') && has('gradient') ? of('gradient', 'alignment') : []),
  ];
}

/** @param kept triangles of the layer's Grams over the `samples` of the batch */
export function problemOf(
  { layer, regroupable }: KeptLayer,
  kept: Float64Array,
  samples: number,
  groups: number,
  { orders, groupSizes }: LabelledStep,
  statistics: readonly TestStatistic[],
): PermutationProblem {
  const asStored = Array.from({ length: samples }, (_, i) => i);
  const whole = (triangle: Float64Array | null): Float64Array =>
    triangle === null ? new Float64Array() : unpacked(triangle, samples, asStored);
  const floorOf = (quantity: Quantity): number =>
    layer.view.quantities.find((each) => each.quantity === quantity)?.relativeFloor ?? 0;
  return {
    shape: Int32Array.from(regroupShape(layer.view, regroupable)),
    groups,
    groupSizes,
    orders,
    gramA: whole(triangleOf(kept, samples, 'activations')),
    gramD: whole(triangleOf(kept, samples, 'adjoints')),
    products: whole(gradientProducts(kept, samples)),
    floors: Float64Array.from(quantities, floorOf),
    factors: Float64Array.from(quantities.flatMap((quantity) => factorsBySize(layer, quantity, samples))),
    wantsSpectra: statistics.some((statistic) => statistic !== 'energy' && statistic !== 'alignment'),
  };
}

/** For each pair of groups, of a step: what their sizes and mixes do. */
export function adjustmentOf(
  [g, h]: readonly [number, number],
  { groupSizes, strataSizes, strata }: LabelledStep,
  groups: number,
): MakeupAdjustment {
  const labellings = groupSizes.length / groups;
  const size = (labelling: number, group: number): number => groupSizes[labelling * groups + group] ?? 0;
  const share = (labelling: number, group: number, stratum: number): number =>
    (strataSizes[(labelling * groups + group) * strata + stratum] ?? 0) / size(labelling, group);
  const ratios = new Float64Array(labellings);
  for (let i = 0; i < labellings; i++) ratios[i] = Math.log(size(i, g) / size(i, h));
  const mixes = Array.from({ length: Math.min(strata, mostStrata) - 1 }, (_, stratum) => {
    const differences = new Float64Array(labellings);
    for (let i = 0; i < labellings; i++) differences[i] = share(i, g, stratum) - share(i, h, stratum);
    return differences;
  });
  return new MakeupAdjustment([ratios, ...mixes]);
}

/** @param values receives that of each labelling */
export function writeValues(
  { quantity, statistic, groups: [first, second] }: TestQuestion,
  { summaries, distances, cosines }: PermutationSummaries,
  groups: number,
  values: Float64Array,
): void {
  const labellings = values.length;
  const pairs = (groups * (groups - 1)) / 2;
  const pair = pairPosition(groups, first, second);
  const q = quantityIndex(quantity);
  if (statistic === 'alignment') {
    for (let i = 0; i < labellings; i++) values[i] = cosines[i * pairs + pair] ?? Number.NaN;
  } else if (statistic === 'spectrum-distance') {
    for (let i = 0; i < labellings; i++)
      values[i] = distances[(i * quantities.length + q) * pairs + pair] ?? Number.NaN;
  } else {
    const each = spectrumStatistics.length;
    const stride = quantities.length * groups * each;
    const start = q * groups * each + spectrumStatistics.indexOf(statistic);
    for (let i = 0; i < labellings; i++) {
      const at = i * stride + start;
      const [one, other] = [summaries[at + first * each], summaries[at + second * each]];
      values[i] = compare(statistic, one ?? Number.NaN, other ?? Number.NaN);
    }
  }
}

/** Of (g, h), g < h, among the pairs of different groups by rows. */
function pairPosition(groups: number, g: number, h: number): number {
  const [low, high] = g < h ? [g, h] : [h, g];
  return low * (groups - 1) - (low * (low - 1)) / 2 + (high - low - 1);
}
