import { describe, expect, it } from 'vitest';
import { effectsOf, metricDifferences, type GridValues, type MemberRuns } from '#app/compare/effects.ts';
import { differInSeedAlone, whatDiffers, type MemberFacts } from '#app/compare/what-differs.ts';
import { defaultConfiguration } from '#app/run/defaults.ts';

const fold = (i: number): string => `fold ${i}`;
/** Two members of three runs each on two positions, one layer, two groups and all. */
const members: MemberRuns[] = [0, 3].map((from) => ({
  runs: [from, from + 1, from + 2],
  validatedOn: [0, 1, 2].map(fold),
  validationShare: 0.5,
}));

function gridOf(valueOf: (run: number, position: number, set: number) => number): GridValues {
  const [runs, positions, sets] = [6, 3, 3];
  const values = Float32Array.from({ length: runs * positions * sets }, (_, i) =>
    valueOf(Math.floor(i / (positions * sets)), Math.floor(i / sets) % positions, i % sets),
  );
  return { positions, layers: ['first'], sets: ['control', 'patient', 'all'], values, looked: [true, true, false] };
}

describe('effects', () => {
  it('are means over the positions that are looked at, of groups and of their difference', () => {
    const grid = gridOf((run, position, set) => (position === 2 ? 1000 : run + (run > 2 ? 4 : 0) * set + position));
    const { differences, pooled } = effectsOf(grid, 'effective-rank', members, false);
    const of = (group: string, versus: string | null) =>
      differences.find((row) => row.group === group && row.versus === versus)?.effect;
    expect(of('control', null)).toBe(-3);
    expect(of('patient', null)).toBe(-7);
    expect(of('control', 'patient')).toBe(4);
    expect(pooled).toHaveLength(1);
    expect(pooled[0]?.each.map((each) => each?.effect)).toEqual([0, -4]);
  });

  it('of sizes are logarithms of ratios', () => {
    const grid = gridOf((run, _, set) => Math.exp(run > 2 ? set : 0));
    const { differences } = effectsOf(grid, 'energy', members, false);
    expect(differences.find(({ versus }) => versus !== null)?.effect).toBeCloseTo(1, 6);
  });

  it('leave out what is missing, and pool runs only of replicates', () => {
    const grid = gridOf((run, _, set) => (run === 5 ? Number.NaN : set + run * run * set));
    const alone = effectsOf(grid, 'effective-rank', members, false).pooled[0];
    expect(alone?.replicates).toBeNull();
    // Two runs of the second member are left: no variance of its own, so nothing to weigh.
    expect(alone?.randomEffects).toBeNull();
    expect(effectsOf(grid, 'effective-rank', members, true).pooled[0]?.replicates?.runs).toBe(5);
  });

  it('are corrected over all that have a p', () => {
    const grid = gridOf((run, _, set) => [1, 1.2, 0.9, 3, 4, 7][run]! * (1 + set));
    const { differences } = effectsOf(grid, 'effective-rank', members, false);
    expect(differences.every(({ p }) => p !== null)).toBe(true);
    for (const { p, pCorrected } of differences) expect(pCorrected).toBeGreaterThanOrEqual(p as number);
  });

  it('of metrics are those that all members have', () => {
    const rows = metricDifferences(members, [{ auc: [0.8, 0.7, 0.9], r: [1, 1, 1] }, { auc: [0.7, 0.65, 0.75] }]);
    expect(rows.map(({ metric }) => metric)).toEqual(['auc']);
    expect(rows[0]).toMatchObject({ method: 'paired', n: [3, 3], members: [0, 1] });
    expect(rows[0]?.effect).toBeCloseTo(0.1, 12);
  });
});

describe('what differs', () => {
  const configuration = { ...defaultConfiguration({ kind: 'table', subjects: [] }, 'mlp') };
  const facts = (letter: string, change: Partial<MemberFacts['view']> = {}, other: Partial<MemberFacts> = {}) => ({
    letter,
    run: null,
    subjects: ['s1', 's2'].map((id) => ({ id, group: 'control' })),
    dataSha256: 'abcdef0123456789',
    ...other,
    view: {
      session: `${letter}.spectra`,
      study: 'Memory',
      studyGroups: [{ name: 'control', colour: 0, subjects: 2 }],
      target: 'diagnosis',
      classes: ['control', 'patient'],
      inputShape: [4],
      configuration,
      provenance: { device: 'CPU', 'free memory': letter },
      ...change,
    },
  });
  const rowOf = (rows: ReturnType<typeof whatDiffers>, name: string | RegExp) =>
    rows.find((row) => (typeof name === 'string' ? row.name === name : name.test(row.name)));

  it('is nothing of the configuration and provenance between twins, and the data are the same', () => {
    const rows = whatDiffers([facts('A'), facts('B')]);
    expect(rows.every(({ section, same }) => section === 'data' && same)).toBe(true);
  });

  it('names settings by their path, and what of the subjects, labels and data is shared', () => {
    const other = facts(
      'B',
      { configuration: { ...configuration, earlyStopping: { patience: 3 }, epochs: 9 } },
      {
        subjects: [
          { id: 's2', group: 'patient' },
          { id: 's9', group: 'control' },
        ],
        dataSha256: null,
      },
    );
    const rows = whatDiffers([facts('A'), other]);
    expect(rowOf(rows, 'epochs')?.values).toEqual(['40', '9']);
    expect(rowOf(rows, 'early stopping, patience')?.values).toEqual(['–', '3']);
    expect(rowOf(rows, 'subjects that A has')).toMatchObject({ values: ['all 2', '1 of 2'], same: false });
    expect(rowOf(rows, /in the group/)).toMatchObject({ values: ['all 2', '0 of 1'], same: false });
    expect(rowOf(rows, /SHA-256/)).toMatchObject({ values: ['abcdef012345', 'not known'], same: false });
  });

  it('tells replicates: one network and data, another seed', () => {
    const seeded = (letter: string, seed: number) => facts(letter, { configuration: { ...configuration, seed } });
    expect(differInSeedAlone([seeded('A', 1), seeded('B', 2)])).toBe(true);
    expect(differInSeedAlone([seeded('A', 1), seeded('B', 1)])).toBe(false);
    expect(
      differInSeedAlone([
        { ...seeded('A', 1), run: 0 },
        { ...seeded('A', 1), run: 1 },
      ]),
    ).toBe(true);
    const slower = facts('B', { configuration: { ...configuration, seed: 2, learningRate: 1e-4 } });
    expect(differInSeedAlone([seeded('A', 1), slower])).toBe(false);
    expect(differInSeedAlone([seeded('A', 1), { ...seeded('B', 2), dataSha256: null }])).toBe(false);
  });
});
