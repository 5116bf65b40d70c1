/** Summaries under many labellings, against those of the spectra that regrouping gives one labelling at a time. */
import { describe, expect, it } from 'vitest';
import { spectrumStatistics } from '#app/inference/statistics.ts';
import { quantities, type Quantity } from '#app/run/configuration.ts';
import { SeededRandom } from '#app/run/random.ts';
import { alignmentOffset, pairIndex, spectrumOffset } from '#app/spectra/layout.ts';
import { float64GramFloor } from '#app/spectra/precision.ts';
import { summarise } from '#app/spectra/summaries.ts';
import { regroupShape } from '../../../main/engine/capture/layer-shape.ts';
import { summariesOfPermutations, type PermutationProblem } from '../../../main/engine/capture/native.ts';
import { regroupRow } from '../../../main/engine/capture/regroup.ts';

const samples = 14;
const inputs = 4;
const outputs = 9;
const labellings = 21;
const layer = {
  kind: 'dense',
  inputShape: [inputs],
  outputShape: [outputs],
  quantities: quantities.map((quantity) => ({
    quantity,
    rowsPerSample: 1,
    view: '',
    values: Math.min(samples, quantity === 'adjoints' ? outputs : inputs),
  })),
};
const random = new SeededRandom(11);

function gram(columns: number): Float64Array {
  const rows = Array.from({ length: samples }, () => Array.from({ length: columns }, () => random.normal()));
  return Float64Array.from(
    rows.flatMap((a) => rows.map((b) => a.reduce((sum, each, i) => sum + each * (b[i] ?? 0), 0))),
  );
}

const gramA = gram(inputs);
const gramD = gram(outputs);
/** Of each labelling; a group may be absent. */
const sizesOf = Array.from(
  { length: labellings },
  (_, i) =>
    [
      [5, 6, 3],
      [0, 9, 5],
      [2, 2, 10],
    ][i % 3]!,
);
const orders = Array.from({ length: labellings }, () => random.shuffle(Array.from({ length: samples }, (_, i) => i)));
const factors = quantities.map((_, q) => sizesOf.map((sizes) => sizes.map((size) => (q + 1) / size)));
const problem: PermutationProblem = {
  shape: Int32Array.from(regroupShape(layer, quantities)),
  groups: 3,
  groupSizes: Int32Array.from(sizesOf.flat()),
  orders: Int32Array.from(orders.flat()),
  gramA,
  gramD,
  products: gramA.map((a, i) => a * (gramD[i] ?? 0)),
  floors: Float64Array.from(quantities, () => float64GramFloor),
  factors: Float64Array.from(
    quantities.flatMap((_, q) => Array.from({ length: samples }, (_size, i) => (q + 1) / (i + 1))),
  ),
  wantsSpectra: true,
};
const found = await summariesOfPermutations(problem, 2);

/** Descending values of one set under one labelling, and the cosines of the groups' gradients. */
function regrouped(labelling: number): {
  spectrum(quantity: Quantity, group: number): number[];
  cosine(g: number, h: number): number;
} {
  const sizes = sizesOf[labelling] ?? [];
  const labels = new Array<number>(samples).fill(0);
  const groupOf = sizes.flatMap((size, group) => new Array<number>(size).fill(group));
  orders[labelling]?.forEach((sample, place) => (labels[sample] = groupOf[place] ?? 0));
  const packed = [gramA, gramD].flatMap((whole) =>
    Array.from({ length: samples }, (_, i) => [...whole.subarray(i * samples + i, (i + 1) * samples)]).flat(),
  );
  const { row, layout } = regroupRow(layer, Float64Array.from(packed), labels, sizes.length);
  const product = (g: number, h: number): number => row[alignmentOffset(layout) + pairIndex(sizes.length, g, h)] ?? NaN;
  return {
    spectrum: (quantity, group) => {
      const start = spectrumOffset(layout, quantity, group);
      const values = layout.quantities.find((each) => each.quantity === quantity)?.values ?? 0;
      return [...row.subarray(start, start + values)].filter((value) => !Number.isNaN(value));
    },
    cosine: (g, h) => product(g, h) / Math.sqrt(product(g, g) * product(h, h)),
  };
}

function isAbsent(labelling: number, group: number): boolean {
  return sizesOf[labelling]?.[group] === 0;
}

function slopeOf(values: readonly number[]): number {
  const points = values.map((value, i) => [Math.log(i + 1), Math.log(value)] as const);
  const mean = (of: (point: readonly [number, number]) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [mx, my] = [mean(([x]) => x), mean(([, y]) => y)];
  return mean(([x, y]) => (x - mx) * (y - my)) / mean(([x]) => (x - mx) ** 2);
}

describe.each(quantities.map((quantity, q) => ({ quantity, q })))(
  '$quantity under permuted labels',
  ({ quantity, q }) => {
    it('have the summaries of the size-normalised spectrum of every group', () => {
      for (let labelling = 0; labelling < labellings; labelling++) {
        const { spectrum } = regrouped(labelling);
        const sizes = sizesOf[labelling] ?? [];
        sizes.forEach((_, group) => {
          const factor = factors[q]?.[labelling]?.[group] ?? NaN;
          const values = spectrum(quantity, group).map((value) => value * factor);
          const resolved = values.filter((value) => value > (values[0] ?? 0) * float64GramFloor);
          const expected = { ...summarise(values, (values[0] ?? 0) * float64GramFloor), slope: slopeOf(resolved) };
          spectrumStatistics.forEach((name, i) => {
            const at = ((labelling * quantities.length + q) * 3 + group) * spectrumStatistics.length + i;
            const value = found.summaries[at] ?? NaN;
            if (isAbsent(labelling, group) || (name === 'slope' && resolved.length < 3)) expect(value).toBeNaN();
            else expect(Math.abs(value - expected[name])).toBeLessThanOrEqual(2e-5 * Math.abs(expected[name]));
          });
        });
      }
    });

    it('have the distances of each two groups', () => {
      const pairs = [
        [0, 1],
        [0, 2],
        [1, 2],
      ] as const;
      for (let labelling = 0; labelling < labellings; labelling++) {
        const { spectrum } = regrouped(labelling);
        pairs.forEach(([g, h], pair) => {
          const [s, t] = [g, h].map((group) =>
            spectrum(quantity, group).map((value) => value * (factors[q]?.[labelling]?.[group] ?? NaN)),
          );
          const length = Math.max(s?.length ?? 0, t?.length ?? 0);
          let [apart, norms] = [0, 0];
          for (let i = 0; i < length; i++) {
            const [a, b] = [s?.[i] ?? 0, t?.[i] ?? 0];
            apart += (a - b) ** 2;
            norms += (a * a + b * b) / 2;
          }
          const value = found.distances[(labelling * quantities.length + q) * pairs.length + pair];
          if (isAbsent(labelling, g) || isAbsent(labelling, h)) expect(value).toBeNaN();
          else expect(value).toBeCloseTo(Math.sqrt(apart / norms), 5);
        });
      }
    });
  },
);

it('gradients of groups have their cosines under permuted labels', () => {
  for (let labelling = 0; labelling < labellings; labelling++) {
    const { cosine } = regrouped(labelling);
    [cosine(0, 1), cosine(0, 2), cosine(1, 2)].forEach((expected, pair) => {
      const value = found.cosines[labelling * 3 + pair];
      if (Number.isNaN(expected)) expect(value).toBeNaN();
      else expect(value).toBeCloseTo(expected, 5);
    });
  }
});

it('energies and cosines alone are the same, without the spectra', async () => {
  const alone = await summariesOfPermutations({ ...problem, wantsSpectra: false }, 2);
  const energy = spectrumStatistics.indexOf('energy');
  expect(alone.cosines).toEqual(found.cosines);
  alone.summaries.forEach((value, at) => {
    if (at % spectrumStatistics.length !== energy) expect(value).toBeNaN();
    else if (Number.isNaN(found.summaries[at])) expect(value).toBeNaN();
    else expect(Math.abs(value - found.summaries[at]!) / value).toBeLessThan(1e-6);
  });
});
