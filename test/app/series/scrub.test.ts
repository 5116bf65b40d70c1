/** Time points in which the head moved take no part: what is left is as if they had never been measured. */
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '#app/run/random.ts';
import type { SeriesPreparation } from '#app/run/series-preparation.ts';
import { plainSeries } from '#app/series/plan-series.ts';
import { prepareSubject } from '#app/series/prepare-subject.ts';

const [times, channels] = [20, 3];
const random = new SeededRandom(3);
const values = Float64Array.from({ length: times * channels }, () => random.normal());
const motion = Float64Array.from({ length: times }, () => random.normal());
const moved = [4, 5, 13];
const scrubbed = Array.from({ length: times }, (_, time) => moved.includes(time));
const without = (all: Float64Array, width: number): Float64Array =>
  Float64Array.from([...all].filter((_, at) => !moved.includes(Math.floor(at / width))));
const prepared = (change: Partial<SeriesPreparation>, isScrubbed: boolean): Float64Array[] => {
  const [series, confound] = isScrubbed ? [values, motion] : [without(values, channels), without(motion, 1)];
  return prepareSubject(
    'sub-01',
    { times: series.length / channels, channels, values: series },
    { columns: 1, values: confound, scrubbed: isScrubbed ? scrubbed : null },
    { ...plainSeries, ...change },
  );
};

describe('scrubbed time points', () => {
  it('count in no regression, z-score and correlation', () => {
    const change = { standardise: true, connectivity: 'pearson' } as const;
    const [own = new Float64Array()] = prepared(change, true);
    const [shorter = new Float64Array()] = prepared(change, false);
    own.forEach((value, at) => expect(value).toBeCloseTo(shorter[at] as number, 12));
  });

  it('are bridged by straight lines in a series of the same length', () => {
    const [own = new Float64Array()] = prepared({ standardise: true }, true);
    const [shorter = new Float64Array()] = prepared({ standardise: true }, false);
    expect(own).toHaveLength(times * channels);
    without(own, channels).forEach((value, at) => expect(value).toBeCloseTo(shorter[at] as number, 12));
    const at = (time: number): number => own[time * channels] as number;
    expect(at(4)).toBeCloseTo(at(3) + (at(6) - at(3)) / 3, 12);
    expect(at(13)).toBeCloseTo((at(12) + at(14)) / 2, 12);
  });

  it('refuse a series, or a window, of which too little is left', () => {
    const all = {
      columns: 0,
      values: new Float64Array(),
      scrubbed: Array.from({ length: times }, (_, time) => time > 1),
    };
    const series = { times, channels, values };
    expect(() => prepareSubject('sub-01', series, all, plainSeries)).toThrow('2 time points are left of a series');
    const windows = { ...plainSeries, connectivity: 'pearson', windows: { length: 5, step: 5 } } as const;
    const some = { ...all, scrubbed: Array.from({ length: times }, (_, time) => time < 3) };
    expect(() => prepareSubject('sub-01', series, some, windows)).toThrow('2 time points are left of a window');
  });
});
