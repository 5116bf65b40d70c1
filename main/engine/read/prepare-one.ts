/** One subject's scan as the preparation leaves it, for the eye: on the whole grid, before anything is fitted or cut off. */
import { join } from 'node:path';
import { spacingOf } from '#app/data/affine.ts';
import { displayWindow } from '#app/data/display-window.ts';
import type { DisplayVolume } from '#app/data/planes.ts';
import { referenceScan } from '#app/data/reference-scan.ts';
import { prepareOnGrid } from '#app/preparation/volumes/grid-steps.ts';
import type { Volume } from '#app/data/volume.ts';
import type { PreparationSettings } from '#app/run/preparation.ts';
import type { Scan, Study } from '#app/study/study.ts';
import { bringOnto, targetOf } from './common-grid.ts';
import { readMask } from './mask.ts';
import { readVolume } from './nifti.ts';

/**
 * @param root absolute folder that the study's paths start from
 * @throws SpectroscopeError (input) when the scan or the mask cannot be read
 */
export async function preparedScan(
  { study, root }: { study: Study; root: string },
  scan: Scan,
  settings: PreparationSettings,
  signal: AbortSignal,
): Promise<DisplayVolume> {
  const scans = study.subjects.flatMap((each) => (each.scan === null || each.excluded !== null ? [] : [each.scan]));
  const target = await targetOf(root, referenceScan(scans.length > 0 ? scans : [scan]), settings);
  const bring = (volume: Volume): Float32Array => bringOnto(target, volume).values;
  const mask = settings.mask === null ? null : await readMask(root, settings.mask, bring, signal);
  const onGrid = bring(await readVolume(join(root, scan.path), signal));
  const { values } = prepareOnGrid(onGrid, target.grid, settings, mask, null);
  const { shape, affine } = target.grid;
  return { shape, affine, spacingMm: spacingOf(affine), orientation: 'RAS', values, ...displayWindow(values) };
}
