import { isTableName } from '#app/data/table-name.ts';

export type ImportKind = 'folder' | 'table' | 'scan' | 'series' | 'session' | 'study';

/** What a chosen or dropped file is, by its name; a name without a known ending is a folder. */
export function kindOfName(name: string): ImportKind {
  const lower = name.toLowerCase();
  if (isTableName(lower)) return 'table';
  if (/\.(nii|hdr|img|mgh)(\.gz)?$|\.mgz$/.test(lower)) return 'scan';
  if (/\.(1d|npy|npz|mat)$/.test(lower)) return 'series';
  if (lower.endsWith('.spectra')) return 'session';
  if (lower.endsWith('.json')) return 'study';
  return 'folder';
}
