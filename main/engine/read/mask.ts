/** The image that says which voxels of the scans are looked at. */
import { relative, resolve, sep } from 'node:path';
import { inputError } from '#app/contract/errors.ts';
import type { Volume } from '#app/data/volume.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { sentence } from '#app/text/sentence.ts';
import { readVolume } from './nifti.ts';

/** A voxel of the common grid is kept when at least so much of it is inside the mask. */
const inside = 0.5;

/**
 * @param root folder that the study's paths start from
 * @param bring onto the common grid, as scans are
 * @returns 1 for voxels that are kept
 * @throws SpectroscopeError (input) for a mask that cannot be read, or that keeps nothing
 */
export async function readMask(
  root: string,
  path: string,
  bring: (mask: Volume) => Float32Array,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const volume = await readVolume(resolve(root, path), signal);
  const mask = Uint8Array.from(bring(volume), (value) => Number(value >= inside));
  if (mask.includes(1)) return mask;
  throw inputError(
    'mask-empty',
    sentence("{path}: the mask keeps no voxel of the scans' grid. Check that it lies in their space.", { path }),
    {
      file: path,
      field: 'preparation.mask',
      expected: sentence('voxels of {inside} or more where the scans are', { inside }),
    },
  );
}

/** The configuration as a session keeps it: the mask's path from the study's folder, never that of a computer. */
export function withPortableMask(configuration: RunConfiguration, root: string): RunConfiguration {
  const { mask } = configuration.preparation;
  if (mask === null) return configuration;
  const portable = relative(root, resolve(root, mask)).split(sep).join('/');
  return { ...configuration, preparation: { ...configuration.preparation, mask: portable } };
}
