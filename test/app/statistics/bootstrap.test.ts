import { describe, expect, test } from 'vitest';
import { SeededRandom } from '#app/run/random.ts';
import { bootstrap, percentile } from '#app/statistics/bootstrap.ts';
import { sessionMetrics, type SubjectResult } from '#app/statistics/run-metrics.ts';

const mean = (items: readonly number[]) => ({
  mean: items.length === 0 ? null : items.reduce((a, b) => a + b, 0) / items.length,
});

test('a percentile lies between its two neighbours', () => {
  expect(percentile([0, 10, 20, 30], 0.5)).toBe(15);
  expect(percentile([0, 10, 20, 30], 0.025)).toBeCloseTo(0.75, 12);
  expect(percentile([4], 0.975)).toBe(4);
});

describe('an interval', () => {
  const random = new SeededRandom(3);
  const subjects = Array.from({ length: 200 }, () => [random.normal()]);

  test('of a mean is that of theory: 1.96 standard errors to either side', () => {
    const { value, low, high } = bootstrap(subjects, mean, 1).mean;
    const flat = subjects.flat();
    const centre = flat.reduce((a, b) => a + b, 0) / 200;
    const error = Math.sqrt(flat.reduce((sum, each) => sum + (each - centre) ** 2, 0) / 200 / 200);
    expect(value).toBeCloseTo(centre, 12);
    expect(Math.abs((low ?? 0) - (centre - 1.96 * error))).toBeLessThan(0.15 * error);
    expect(Math.abs((high ?? 0) - (centre + 1.96 * error))).toBeLessThan(0.15 * error);
  });

  test('is the same for the same seed and another for another', () => {
    expect(bootstrap(subjects, mean, 5)).toEqual(bootstrap(subjects, mean, 5));
    expect(bootstrap(subjects, mean, 5)).not.toEqual(bootstrap(subjects, mean, 6));
  });

  test('is as wide when each subject was seen twice: items of one subject are no new evidence', () => {
    const twice = subjects.map(([x = 0]) => [x, x]);
    expect(bootstrap(twice, mean, 5).mean.low).toBeCloseTo(bootstrap(subjects, mean, 5).mean.low ?? 0, 12);
  });

  test('is none where all resamples are alike: that knows nothing of chance', () => {
    expect(bootstrap([[1], [1], [1], [1], [1]], mean, 1).mean).toEqual({ value: 1, low: null, high: null });
  });

  test('is none for one subject', () => {
    expect(bootstrap([[3]], mean, 1).mean).toEqual({ value: 3, low: null, high: null });
  });
});

test('a session: runs, all together, groups', () => {
  const result = (run: number, subject: string, group: number, target: number, p: number): SubjectResult => ({
    run,
    subject,
    group,
    target,
    loss: 0.5,
    outputs: Float32Array.of(1 - p, p),
  });
  const { parts } = sessionMetrics({
    task: 'classification',
    classes: ['a', 'b'],
    groups: ['x', 'y'],
    runs: ['fold 1', 'fold 2', 'fold 3'],
    results: [
      result(0, 's1', 0, 0, 0.25),
      result(0, 's2', 1, 1, 0.75),
      result(1, 's3', 0, 1, 0.25),
      result(1, 's4', 1, 0, 0.75),
    ],
    seed: 1,
  });
  expect(parts.map(({ kind, name, subjects, scores }) => [kind, name, subjects, scores['accuracy']?.value])).toEqual([
    ['run', 'fold 1', 2, 1],
    ['run', 'fold 2', 2, 0],
    ['pooled', 'pooled', 4, 0.5],
    ['group', 'x', 2, 0.5],
    ['group', 'y', 2, 0.5],
  ]);
  expect(parts[2]?.confusion).toEqual([
    [1, 1],
    [1, 1],
  ]);
  const regression = sessionMetrics({
    task: 'regression',
    classes: [],
    groups: ['x'],
    runs: ['fold 1'],
    results: [1, 2, 4].map((target) => ({
      run: 0,
      subject: `s${target}`,
      group: 0,
      target,
      loss: 1,
      outputs: [target + 1],
    })),
    seed: 1,
  });
  expect(regression.parts[0]?.scores['mae']).toEqual({ value: 1, low: null, high: null });
  expect(regression.parts[0]?.scores['r']?.value).toBeCloseTo(1, 12);
  expect(regression.parts[0]?.confusion).toEqual([]);
});

test('rows of one person come and go together: ten copies of each person make no interval narrower', () => {
  const people = Array.from({ length: 12 }, (_, i) => ({ name: `p${i}`, right: i % 3 !== 0 }));
  const session = (rows: number, isNamed: boolean) =>
    sessionMetrics({
      task: 'classification',
      classes: ['a', 'b'],
      groups: ['x'],
      runs: ['fold 1'],
      results: people.flatMap(({ name, right }) =>
        Array.from({ length: rows }, (_, row) => ({
          ...{ run: 0, subject: `${name}_run-${row}`, group: 0, target: 1, loss: 0.5 },
          ...(isNamed ? { person: name } : {}),
          outputs: right ? [0.2, 0.8] : [0.8, 0.2],
        })),
      ),
      seed: 3,
    }).parts[0];
  const width = (part: ReturnType<typeof session>): number =>
    (part?.scores['accuracy']?.high ?? NaN) - (part?.scores['accuracy']?.low ?? NaN);
  const single = session(1, false);
  const several = session(10, true);
  expect(several?.subjects).toBe(120);
  expect(several?.scores['accuracy']).toEqual(single?.scores['accuracy']);
  expect(width(session(10, false))).toBeLessThan(0.5 * width(several));
});
