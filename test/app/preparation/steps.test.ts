/** Each step against scikit-learn, statsmodels and neuroCombat: fitted on the first rows, applied to all. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyChain, fitChain, restoreChain } from '#app/preparation/chain.ts';
import type { Covariate, Rows } from '#app/preparation/rows.ts';
import { usualPreparation, type PreparationSettings } from '#app/run/preparation.ts';

interface Reference {
  training: number;
  site: string[];
  sex: string[];
  age: number[];
  varying: boolean[];
  values: number[][];
  missing: (number | null)[][];
  flat: number[][];
  mean: number[][];
  median: number[][];
  scaled: number[][];
  residuals: number[][];
  combat: number[][];
  combatKeep: number[][];
}

const folder = join(import.meta.dirname, '..', '..', 'fixtures', 'preparation');
const reference = JSON.parse(readFileSync(join(folder, 'reference.json'), 'utf8')) as Reference;
const training = Array.from({ length: reference.training }, (_, row) => row);
const off: PreparationSettings = { ...usualPreparation, standardise: false };
const covariates: Covariate[] = [
  { name: 'age', kind: 'number', values: reference.age },
  { name: 'sex', kind: 'category', values: reference.sex },
  { name: 'site', kind: 'category', values: reference.site },
];

function rowsOf(table: readonly (readonly (number | null)[])[], change: Partial<Rows> = {}): Rows {
  const raw = Float32Array.from(table.flat(), (value) => value ?? NaN);
  const width = table[0]?.length ?? 0;
  return { raw, values: raw.slice(), width, columns: width, indicators: 0, covariates, ...change };
}

function expectClose(found: Float32Array, expected: readonly (readonly number[])[], within: number): void {
  const flat = expected.flat();
  expect(found).toHaveLength(flat.length);
  flat.forEach((value, i) => expect(Math.abs((found[i] ?? NaN) - value), `value ${i}`).toBeLessThan(within));
}

describe('a missing value', () => {
  it.each(['mean', 'median'] as const)('becomes the %s of the training rows, as by SimpleImputer', (impute) => {
    const rows = rowsOf(reference.missing);
    expect([...rows.raw].filter(Number.isNaN).length).toBeGreaterThan(20);
    fitChain(rows, training, { ...off, impute });
    expectClose(rows.values, reference[impute], 1e-5);
  });

  it('of a feature that no training row has becomes 0', () => {
    const rows = rowsOf([[null], [null], [3]]);
    fitChain(rows, [0, 1], off);
    expect([...rows.values]).toEqual([0, 0, 3]);
  });

  it('does not count in the deviation that z-scores are by', () => {
    const rows = rowsOf([[1], [3], [null], [null]]);
    fitChain(rows, [0, 1, 2], usualPreparation);
    expect([...rows.values]).toEqual([-1, 1, 0, 0]);
  });
});

describe('features that hardly vary', () => {
  it('are fed as 0, those that VarianceThreshold drops', () => {
    const rows = rowsOf(reference.flat);
    fitChain(rows, training, { ...off, minimumVariance: 0.01 });
    const kept = reference.flat.map((line) => line.map((value, i) => (reference.varying[i] === true ? value : 0)));
    expect(reference.varying.filter((each) => !each)).toHaveLength(2);
    expectClose(rows.values, kept, 1e-6);
  });
});

describe('z-scores', () => {
  it('are those of StandardScaler', () => {
    const rows = rowsOf(reference.values);
    fitChain(rows, training, usualPreparation);
    expectClose(rows.values, reference.scaled, 1e-5);
  });

  it('of a constant feature are 0, also where it is not constant outside the training rows', () => {
    const rows = rowsOf([[7], [7], [9]]);
    fitChain(rows, [0, 1], usualPreparation);
    expect([...rows.values]).toEqual([0, 0, 0]);
  });

  it('of voxels keep the contrast between them', () => {
    const rows = rowsOf(
      [
        [0, 0, 4],
        [0, 0, 4],
      ],
      { columns: 1 },
    );
    fitChain(rows, [0, 1], usualPreparation);
    expect(rows.values[0]).toBeCloseTo(-Math.SQRT1_2, 5);
    expect(rows.values[2]).toBeCloseTo(Math.SQRT2, 5);
  });
});

describe('a series', () => {
  it('has one mean and deviation for each channel, over time', () => {
    const rows = rowsOf([[1, 10, 3, NaN], [100, 100, 100, 30]], { columns: 2 }); // prettier-ignore
    fitChain(rows, [0], usualPreparation);
    expect([...rows.values.subarray(0, 4)]).toEqual([-1, 0, 1, 0]);
    const stored = fitChain(rowsOf([[1, 10, 3, 20]], { columns: 2 }), [0], usualPreparation).map((step) => step.stored);
    expect(stored).toEqual([
      { step: 'impute', how: 'mean', values: [2, 15] },
      { step: 'standardise', mean: [2, 15], deviation: [1, 5] },
    ]);
  });
});

describe('the effects of covariates', () => {
  const asked = { ...off, covariates: ['age', 'sex', 'site'] };

  it('are taken out as by ordinary least squares', () => {
    const rows = rowsOf(reference.values);
    fitChain(rows, training, asked);
    expectClose(rows.values, reference.residuals, 1e-4);
  });

  it('are the same when a covariate comes twice', () => {
    const rows = rowsOf(reference.values);
    fitChain(rows, training, { ...asked, covariates: ['age', 'age', 'sex', 'site'] });
    expectClose(rows.values, reference.residuals, 1e-4);
  });

  it('of a level that no training row has are not known: that covariate is left in', () => {
    const sites: Covariate = { name: 'site', kind: 'category', values: ['A', 'B', 'A', 'B', 'C', null] };
    const rows = rowsOf([[1], [3], [1], [3], [9], [9]], { covariates: [sites] });
    fitChain(rows, [0, 1, 2, 3], { ...off, covariates: ['site'] });
    [2, 2, 2, 2, 9, 9].forEach((value, row) => expect(rows.values[row]).toBeCloseTo(value, 6));
  });

  it('leave indicators alone', () => {
    const sites: Covariate = { name: 'site', kind: 'category', values: ['A', 'B', 'A', 'B'] };
    const table = [[1, 0], [3, 1], [1, 0], [3, 1]]; // prettier-ignore
    const rows = rowsOf(table, { covariates: [sites], indicators: 1 });
    fitChain(rows, [0, 1, 2, 3], { ...off, covariates: ['site'] });
    expect([...rows.values].map(Math.round)).toEqual([2, 0, 2, 1, 2, 0, 2, 1]);
  });
});

describe('harmonisation', () => {
  it.each([
    ['combat', []],
    ['combatKeep', ['age', 'sex']],
  ] as const)('is that of neuroCombat (%s), also for rows it was not fitted on', (name, keep) => {
    const rows = rowsOf(reference.values);
    fitChain(rows, training, { ...off, harmonise: { site: 'site', keep: [...keep] } });
    expectClose(rows.values, reference[name], 1e-4);
  });

  it('leaves a site as it is that the training rows lack', () => {
    const foreign = reference.site.map((site, row) => (row === 40 ? 'Z' : site));
    const rows = rowsOf(reference.values, { covariates: [{ name: 'site', kind: 'category', values: foreign }] });
    fitChain(rows, training, { ...off, harmonise: { site: 'site', keep: [] } });
    expect([...rows.values.subarray(400, 410)]).toEqual(reference.values[40]?.map(Math.fround));
  });

  it('needs two sites in the training rows', () => {
    const single = { name: 'site', kind: 'category', values: reference.site.map(() => 'A') } as const;
    const rows = rowsOf(reference.values, { covariates: [single] });
    const fit = () => fitChain(rows, training, { ...off, harmonise: { site: 'site', keep: [] } });
    expect(fit).toThrow(expect.objectContaining({ code: 'too-few-sites', kind: 'setting' }) as Error);
  });

  it('refuses to keep what names the site again', () => {
    const twice = [...covariates, { name: 'scanner', kind: 'category', values: reference.site } as const];
    const rows = rowsOf(reference.values, { covariates: twice });
    const fit = () => fitChain(rows, training, { ...off, harmonise: { site: 'site', keep: ['scanner'] } });
    expect(fit).toThrow(expect.objectContaining({ code: 'site-confounded' }) as Error);
  });

  it('leaves a constant feature as it is', () => {
    const rows = rowsOf(reference.flat);
    fitChain(rows, training, { ...off, harmonise: { site: 'site', keep: [] } });
    for (let row = 0; row < reference.flat.length; row++) expect(rows.values[row * 10 + 3]).toBe(2);
  });
});

describe('a chain', () => {
  it('is stored as JSON, and does the same when it is restored', () => {
    const settings: PreparationSettings = {
      ...usualPreparation,
      impute: 'median',
      minimumVariance: 0.001,
      harmonise: { site: 'site', keep: ['age'] },
      covariates: ['age', 'sex'],
    };
    const fitted = rowsOf(reference.missing);
    const chain = fitChain(fitted, training, settings);
    const stored = JSON.parse(JSON.stringify(chain.map((step) => step.stored))) as { step: string }[];
    expect(stored.map(({ step }) => step)).toEqual([
      'impute',
      'minimum-variance',
      'harmonise',
      'covariates',
      'standardise',
    ]);
    const again = rowsOf(reference.missing);
    applyChain(restoreChain(stored), again);
    expect([...again.values]).toEqual([...fitted.values]);
    expect(fitted.values.every(Number.isFinite)).toBe(true);
  });
});
