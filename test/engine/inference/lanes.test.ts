/** Awkward layers, on the instruction sets that processors have: each takes other loops. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Of matrices without their full rank, rounding decides how many values are beyond the floor, in each way of its own. */
const isLeftToRounding = (name: string, statistic: string): boolean =>
  statistic === 'numerical-rank' && /off for half|come twice/.test(name);

describe.each([
  ['this processor', '0'],
  ['one without AVX-512', 'avx2'],
  ['one without wide registers', '1'],
])('on %s', (_, lesserLoops) => {
  it('summaries of permuted groups are those of the spectra that regrouping gives', () => {
    const output = execFileSync(
      process.execPath,
      [join(import.meta.dirname, '..', '..', 'fixtures', 'permuted-cases.ts')],
      {
        encoding: 'utf8',
        env: { ...process.env, SPECTROSCOPE_PLAIN_LOOPS: lesserLoops },
      },
    );
    const errors = JSON.parse(output.trim().split('\n').at(-1) ?? '') as Record<string, Record<string, number>>;
    const wrong = Object.entries(errors).flatMap(([name, of]) =>
      Object.entries(of)
        .filter(([statistic, error]) => !(error < 2e-6) && !isLeftToRounding(name, statistic))
        .map(([statistic, error]) => `${name}, ${statistic}: ${error}`),
    );
    expect(Object.keys(errors).length).toBe(9);
    expect(wrong).toEqual([]);
  });
});
