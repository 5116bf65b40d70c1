/** Against SciPy, scikit-learn and nilearn: test/fixtures/series-maths/reference.py. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filterBand, paddedTimes } from '#app/series/butterworth.ts';
import { connectivityOf, fisherZ } from '#app/series/connectivity.ts';
import { detrend, fillGaps, standardiseChannels } from '#app/series/detrend.ts';
import { plainSeries } from '#app/series/plan-series.ts';
import { prepareSubject } from '#app/series/prepare-subject.ts';
import { regressOut } from '#app/series/regress.ts';

const file = join(import.meta.dirname, '..', '..', 'fixtures', 'series-maths', 'reference.json');
const reference = JSON.parse(readFileSync(file, 'utf8')) as Record<string, number[]> & {
  channels: number;
  times: number;
  repetitionTimeS: number;
};
const { channels, times } = reference;
const series = () => Float64Array.from(reference['series']!);

function expectClose(found: Float64Array, name: string, tolerance = 1e-9): void {
  const expected = reference[name]!;
  expect(found.length).toBe(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  const furthest = Math.max(...expected.map((value, i) => Math.abs(value - found[i]!)));
  expect(furthest / largest).toBeLessThan(tolerance);
}

describe('detrending, as scipy.signal.detrend', () => {
  it.each([
    ['mean', 'detrendMean'],
    ['linear', 'detrendLinear'],
  ] as const)('%s', (kind, name) => {
    const values = series();
    detrend(values, channels, kind);
    expectClose(values, name);
  });

  it('none leaves the numbers alone', () => {
    const values = series();
    detrend(values, channels, 'none');
    expect(values).toEqual(series());
  });
});

describe('Butterworth filters, as scipy.signal.sosfiltfilt of order 5', () => {
  it.each([
    ['bandPass', 0.01, 0.1],
    ['bandPassNarrow', 0.05, 0.08],
    ['lowPass', null, 0.1],
    ['highPass', 0.01, null],
  ] as const)('%s', (name, low, high) => {
    const values = series();
    const part = (frequency: number | null) => (frequency === null ? null : frequency * reference.repetitionTimeS);
    filterBand(values, channels, { low: part(low), high: part(high) });
    expectClose(values, name, 1e-8);
  });

  it('need as many times as SciPy asks for', () => {
    expect(paddedTimes({ low: 0.02, high: 0.2 })).toBe(33);
    expect(paddedTimes({ low: null, high: 0.2 })).toBe(18);
  });
});

it('z-scores over time; a constant channel becomes 0', () => {
  const values = series();
  standardiseChannels(values, channels);
  expectClose(values, 'standardised');
  const constant = new Float64Array(10).fill(0.1);
  standardiseChannels(constant, 1);
  expect([...constant]).toEqual(new Array(10).fill(0));
});

it('gaps are bridged by straight lines, ends by the nearest value', () => {
  const values = Float64Array.of(NaN, 1, NaN, NaN, 4, NaN);
  expect(fillGaps(values, 1)).toBe(4);
  expect([...values]).toEqual([1, 1, 2, 3, 4, 4]);
  const nothing = Float64Array.of(NaN, NaN);
  fillGaps(nothing, 1);
  expect([...nothing]).toEqual([0, 0]);
});

describe('confounds, as nilearn.signal.clean', () => {
  const confounds = { columns: 4, values: Float64Array.from(reference['confounds']!) };

  it('with trend and band taken off both', () => {
    const settings = {
      ...plainSeries,
      repetitionTimeS: reference.repetitionTimeS,
      detrend: 'linear',
      bandPassHz: { low: 0.01, high: 0.1 },
    } as const;
    const [cleaned] = prepareSubject('s', { times, channels, values: series() }, confounds, settings);
    expectClose(cleaned!, 'cleaned', 1e-7);
  });

  it('with the trend alone', () => {
    const settings = { ...plainSeries, detrend: 'linear' } as const;
    const [cleaned] = prepareSubject('s', { times, channels, values: series() }, confounds, settings);
    expectClose(cleaned!, 'cleanedUnfiltered', 1e-8);
  });

  it('what is left does not go with any of them', () => {
    const values = series();
    regressOut(values, channels, confounds.values, 4);
    const centred = confounds.values.slice();
    detrend(centred, 4, 'mean');
    for (let column = 0; column < 4; column++) {
      let product = 0;
      for (let time = 0; time < times; time++) product += values[time * channels]! * centred[time * 4 + column]!;
      expect(Math.abs(product)).toBeLessThan(1e-7);
    }
  });
});

describe('connectivity', () => {
  it('Pearson, as numpy.corrcoef, and its Fisher z', () => {
    const matrix = connectivityOf(series(), channels, 'pearson');
    expectClose(matrix, 'pearson');
    expectClose(fisherZ(matrix, channels), 'fisher');
  });

  it('partial, as nilearn.connectome', () => {
    expectClose(connectivityOf(series(), channels, 'partial'), 'partial', 1e-8);
  });

  it('partial of 8 times and 12 regions, shrunk as by sklearn.covariance.ledoit_wolf', () => {
    expectClose(connectivityOf(Float64Array.from(reference['short']!), 12, 'partial'), 'partialShrunk', 1e-8);
  });

  it('of a constant channel is missing, and leaves the others alone', () => {
    const values = Float64Array.from([1, 2, 3, 5, 4, 3, 7, 8, 3, 1, 9, 3]);
    const matrix = connectivityOf(values, 3, 'partial');
    expect(matrix[2]).toBeNaN();
    expect(matrix[8]).toBeNaN();
    expect(matrix[1]).toBeCloseTo(connectivityOf(Float64Array.from([1, 2, 5, 4, 7, 8, 1, 9]), 2, 'pearson')[1]!, 12);
  });

  it('Fisher z of a perfect correlation is finite', () => {
    const matrix = fisherZ(Float64Array.of(1, 1, 1, 1), 2);
    expect(matrix[0]).toBe(0);
    expect(matrix[1]).toBeGreaterThan(8);
    expect(Number.isFinite(matrix[1])).toBe(true);
  });
});

it('windows are pieces of the prepared series, the last one whole', () => {
  const values = Float64Array.from({ length: 10 }, (_, i) => i);
  const settings = { ...plainSeries, windows: { length: 4, step: 3 } };
  const pieces = prepareSubject('s', { times: 10, channels: 1, values }, null, settings);
  expect(pieces.map((piece) => [...piece])).toEqual([
    [0, 1, 2, 3],
    [3, 4, 5, 6],
    [6, 7, 8, 9],
  ]);
});

it('a series that is too short for the filter is refused by name', () => {
  const settings = { ...plainSeries, repetitionTimeS: 2, bandPassHz: { low: 0.01, high: 0.1 } };
  const short = { times: 20, channels: 1, values: new Float64Array(20) };
  expect(() => prepareSubject('sub-07', short, null, settings)).toThrow('sub-07: a series of 20 time points');
});

it('a confound that is nothing but a trend takes no more than the trend away', () => {
  const line = { columns: 1, values: Float64Array.from({ length: times }, (_, time) => time / 10) };
  const settings = { ...plainSeries, detrend: 'linear' } as const;
  const [cleaned] = prepareSubject('s', { times, channels, values: series() }, line, settings);
  expectClose(cleaned!, 'detrendLinear');
});
