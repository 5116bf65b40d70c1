/** The grid that most scans of a study share. */
import type { Scan } from '#app/study/study.ts';

/** A scan on the grid that most share, by what the study knows of them; null when there are none. */
export function referenceScan(scans: readonly Scan[]): Scan | null {
  const counts = new Map<string, { scan: Scan; count: number }>();
  for (const scan of scans) {
    const found = counts.get(gridName(scan));
    if (found === undefined) counts.set(gridName(scan), { scan, count: 1 });
    else found.count++;
  }
  let most: { scan: Scan; count: number } | null = null;
  for (const candidate of counts.values()) if (most === null || candidate.count > most.count) most = candidate;
  return most?.scan ?? null;
}

/** The same for scans whose grids have the same shape, voxel sizes and directions. */
export function gridName({ shape, spacingMm, orientation }: Scan): string {
  return [...shape, ...spacingMm.map((edge) => edge.toFixed(2)), orientation].join(' ');
}
