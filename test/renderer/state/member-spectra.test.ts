/** Singular values and floors of two runs on shared positions, and the panel that marks what is not resolved. */
import { describe, expect, it } from 'vitest';
import type { CompareAnswer } from '#app/contract/compare.ts';
import type { SpectrumColumns } from '#app/contract/session.ts';
import { chartColours } from '../../../renderer/charts/colours.ts';
import { spectraAxis, spectraPanel } from '../../../renderer/pages/compare/spectra-panels.ts';
import { memberSpectraOn, type RunSpectra } from '../../../renderer/state/member-spectra.ts';

/** Steps 0, 1, 2 of one group and 'all', two values each; the second one of the group lies at `second`. */
function run(name: string, second: number, floor: number): RunSpectra {
  const mean = Float32Array.from([0, 1, 2].flatMap(() => [1, second, 2, 1]));
  const columns: SpectrumColumns = {
    first: Int32Array.of(0, 1, 2),
    last: Int32Array.of(0, 1, 2),
    sets: ['patients', 'all'],
    indices: [0, 1],
    minimum: mean,
    mean,
    maximum: mean,
    floor: Float32Array.from([0, 1, 2].flatMap(() => [floor, floor / 10])),
  };
  const steps = Float64Array.of(0, 1, 2);
  return { columns, course: { step: steps, coordinate: steps }, name };
}

const alignment: CompareAnswer['alignment'] = { kind: 'step', words: '', extent: { from: 0, to: 2 }, common: null };
const answer: CompareAnswer = {
  members: [
    {
      ...{ session: 's', run: null, letter: 'A', title: 't', study: 's', model: 'mlp', target: 't' },
      ...{ targetIsGroups: true, subjects: 8, metrics: {}, runs: [] },
    },
  ],
  layers: [{ label: 'dense_1', layers: [{ name: 'dense_1', index: 0 }] }],
  ...{ layerWords: '', groups: [{ name: 'patients', colour: 0 }], alignment, positions: Float64Array.of(0, 1, 2) },
  ...{
    values: new Float32Array(0),
    unit: '',
    differences: [],
    pooled: [],
    metricDifferences: [],
    differing: [],
    notes: [],
  },
};

describe('singular values of a member', () => {
  it('are the mean of the runs that have them resolved', () => {
    const spectra = memberSpectraOn(answer, [run('fold 1', 0.5, 1e-3), run('fold 2', 1e-4, 1e-3)]);
    expect([...spectra.series('patients', 0)]).toEqual([1, 1, 1]);
    expect([...spectra.series('patients', 1)]).toEqual([0.5, 0.5, 0.5]);
    expect(spectra.runs).toEqual(['fold 1', 'fold 2']);
  });

  it('have the highest floor of the runs, by set, and none where there is no such set', () => {
    const spectra = memberSpectraOn(answer, [run('fold 1', 0.5, 1e-3), run('fold 2', 0.5, 1e-2)]);
    expect([...spectra.floor('patients')]).toEqual([...Float32Array.of(0.01, 0.01, 0.01)]);
    expect([...spectra.floor('all')]).toEqual([...Float32Array.of(0.001, 0.001, 0.001)]);
    expect([...spectra.floor('nobody')]).toEqual([NaN, NaN, NaN]);
  });

  it('are drawn with what is below the floor hatched, and listed with it', () => {
    const spectra = memberSpectraOn(answer, [run('fold 1', 2e-3, 1e-3)]);
    const sets = [{ index: 0, key: 'patients', name: 'patients', colour: '#123456', dash: [] }];
    const plot = spectraPanel(
      {
        ...{ answer, quantity: 'gradient', summary: 'effective-rank', scale: 'raw', layer: 0, sets },
        ...{ span: { from: 0, to: 2 }, width: 900, colours: chartColours(false), empty: '' },
      },
      0,
      spectra,
      spectraAxis([spectra], sets, 'raw'),
    );
    const hatch = plot.marks.find((mark) => mark.kind === 'hatch');
    const floor = Math.fround(1e-3);
    expect(Array.from(hatch?.boxes ?? [])).toEqual([0, 0.5, 0, floor, 0.5, 1.5, 0, floor, 1.5, 2, 0, floor]);
    expect(plot.legend.map(({ look }) => look)).toEqual(['line', 'floor']);
    expect(plot.table().header).toEqual(['step', 'patients s1', 'patients s2', 'patients resolution floor']);
    expect(plot.table().rows[0]).toEqual([0, 1, Math.fround(2e-3), floor]);
  });
});
