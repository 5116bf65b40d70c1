/**
 * Summaries under permuted labels of awkward layers, against those of the spectra that regrouping gives one labelling at a
 * time; prints the largest relative error of each case and statistic as JSON. Run by lanes.test.ts for each instruction set.
 */
import { spectrumStatistics } from '#app/inference/statistics.ts';
import { quantities } from '#app/run/configuration.ts';
import { SeededRandom } from '#app/run/random.ts';
import { spectrumOffset } from '#app/spectra/layout.ts';
import { float64GramFloor } from '#app/spectra/precision.ts';
import { summarise } from '#app/spectra/summaries.ts';
import { regroupShape } from '../../../main/engine/capture/layer-shape.ts';
import { summariesOfPermutations, type PermutationSummaries } from '../../../main/engine/capture/native.ts';
import { regroupRow } from '../../../main/engine/capture/regroup.ts';

interface Case {
  samples: number;
  inputs: number;
  outputs: number;
  groups: number;
  scale?: number;
  /** Changes the rows of the activations. */
  bend?(rows: number[][]): void;
}

const cases: Readonly<Record<string, Case>> = {
  'more inputs and outputs than samples': { samples: 32, inputs: 60, outputs: 50, groups: 2 },
  'three groups': { samples: 33, inputs: 40, outputs: 40, groups: 3 },
  'two outputs': { samples: 24, inputs: 40, outputs: 2, groups: 2 },
  'one input': { samples: 16, inputs: 1, outputs: 30, groups: 2 },
  'groups too large for lanes': { samples: 230, inputs: 300, outputs: 300, groups: 2 },
  'very large numbers': { samples: 20, inputs: 30, outputs: 30, groups: 2, scale: 1e8 },
  'very small numbers': { samples: 20, inputs: 30, outputs: 30, groups: 2, scale: 1e-8 },
  'units that are off for half of the samples': {
    samples: 32,
    inputs: 60,
    outputs: 50,
    groups: 2,
    bend: (rows) => rows.forEach((row, i) => i % 2 === 0 && row.fill(0)),
  },
  'samples that come twice': {
    samples: 32,
    inputs: 60,
    outputs: 50,
    groups: 2,
    bend: (rows) => rows.forEach((row, i) => i >= 16 && row.splice(0, row.length, ...(rows[i - 16] ?? []))),
  },
};

interface Labelled {
  gramA: Float64Array;
  gramD: Float64Array;
  /** Of each labelling. */
  orders: readonly number[][];
  sizes: readonly number[][];
}

function errorsOf(
  of: Case,
  { gramA, gramD, orders, sizes }: Labelled,
  found: PermutationSummaries,
): Record<string, number> {
  const { samples, groups } = of;
  const layer = layerOf(of);
  const packed = [gramA, gramD].flatMap((whole) =>
    Array.from({ length: samples }, (_, i) => [...whole.subarray(i * samples + i, (i + 1) * samples)]).flat(),
  );
  const errors: Record<string, number> = {};
  orders.forEach((order, labelling) => {
    const labels = new Array<number>(samples).fill(0);
    const groupOf = (sizes[labelling] ?? []).flatMap((size, group) => new Array<number>(size).fill(group));
    order.forEach((sample, place) => (labels[sample] = groupOf[place] ?? 0));
    const { row, layout } = regroupRow(layer, Float64Array.from(packed), labels, groups);
    quantities.forEach((quantity, q) => {
      const length = layout.quantities.find((each) => each.quantity === quantity)?.values ?? 0;
      for (let group = 0; group < groups; group++) {
        const start = spectrumOffset(layout, quantity, group);
        const values = [...row.subarray(start, start + length)].filter((value) => !Number.isNaN(value));
        const expected = summarise(values, (values[0] ?? 0) * float64GramFloor);
        spectrumStatistics.forEach((name, i) => {
          if (name === 'slope') return;
          const at = ((labelling * quantities.length + q) * groups + group) * spectrumStatistics.length + i;
          const error = Math.abs((found.summaries[at] ?? Number.NaN) - expected[name]) / Math.abs(expected[name]);
          errors[name] = Number.isNaN(error) ? Number.NaN : Math.max(errors[name] ?? 0, error);
        });
      }
    });
  });
  return errors;
}

function layerOf({ samples, inputs, outputs }: Case) {
  return {
    kind: 'dense',
    inputShape: [inputs],
    outputShape: [outputs],
    quantities: quantities.map((quantity) => ({
      quantity,
      rowsPerSample: 1,
      view: '',
      values: Math.min(
        samples,
        quantity === 'activations' ? inputs : quantity === 'adjoints' ? outputs : Math.min(inputs, outputs),
      ),
    })),
  };
}

function gramOf(rows: readonly number[][]): Float64Array {
  return Float64Array.from(
    rows.flatMap((a) => rows.map((b) => a.reduce((sum, each, i) => sum + each * (b[i] ?? 0), 0))),
  );
}

async function check(of: Case): Promise<Record<string, number>> {
  const random = new SeededRandom(5);
  const rows = (columns: number): number[][] =>
    Array.from({ length: of.samples }, () => Array.from({ length: columns }, () => (of.scale ?? 1) * random.normal()));
  const activations = rows(of.inputs);
  of.bend?.(activations);
  const gramA = gramOf(activations);
  const gramD = gramOf(rows(of.outputs));
  const labellings = of.samples > 100 ? 3 : 21;
  const labels = Array.from({ length: labellings }, () =>
    Array.from({ length: of.samples }, (_, i) => (i < 2 * of.groups ? i % of.groups : random.integer(of.groups))),
  );
  const orders = labels.map((each) =>
    Array.from({ length: of.groups }, (_, group) => each.flatMap((label, i) => (label === group ? [i] : []))).flat(),
  );
  const sizes = labels.map((each) =>
    Array.from({ length: of.groups }, (_, group) => each.filter((label) => label === group).length),
  );
  const found = await summariesOfPermutations(
    {
      shape: Int32Array.from(regroupShape(layerOf(of), quantities)),
      groups: of.groups,
      groupSizes: Int32Array.from(sizes.flat()),
      orders: Int32Array.from(orders.flat()),
      gramA,
      gramD,
      products: gramA.map((a, i) => a * (gramD[i] ?? 0)),
      floors: Float64Array.from(quantities, () => float64GramFloor),
      factors: new Float64Array(quantities.length * of.samples).fill(1),
      wantsSpectra: true,
    },
    2,
  );
  return errorsOf(of, { gramA, gramD, orders, sizes }, found);
}

const errors: Record<string, Record<string, number>> = {};
for (const [name, each] of Object.entries(cases)) errors[name] = await check(each);
console.log(JSON.stringify(errors, (_, value: unknown) => (Number.isNaN(value) ? 'NaN' : value)));
