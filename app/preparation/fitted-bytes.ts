/** What memory the voxelwise steps of a streamed training take: of scans only one at a time is there. */
import type { PreparationSettings } from '#app/run/preparation.ts';
import { covariateNamed, type Covariate } from './rows.ts';

/**
 * While they are fitted, which is their peak: sums, coefficients and what is kept of them.
 *
 * @param voxels of a scan that a network is fed
 * @returns bytes; 0 where nothing is fitted of each voxel
 */
export function fittedBytes(
  { harmonise, covariates: names, minimumVariance }: PreparationSettings,
  covariates: readonly Covariate[],
  voxels: number,
): number {
  const terms = (of: readonly string[]): number =>
    of.reduce((sum, name) => {
      const { kind, values } = covariateNamed(covariates, name);
      return sum + (kind === 'number' ? 1 : Math.max(0, levels(values) - 1));
    }, 0);
  const sites = harmonise === null ? 0 : levels(covariateNamed(covariates, harmonise.site).values);
  const numbers =
    (minimumVariance === null ? 0 : 3) +
    (harmonise === null ? 0 : 4 * sites + 2 * terms(harmonise.keep) + 6) +
    2 * terms(names);
  return 8 * numbers * voxels;
}

function levels(values: Covariate['values']): number {
  return new Set(values.filter((each) => each !== null).map(String)).size;
}
