/** What a volume holds at a place: the voxel, its value over time, and what the overlay says there. */
import type { Overlay, ShownVolume } from '#app/contract/volume.ts';
import { t } from '#app/text/text.ts';
import { cellText } from '../charts/format.ts';
import type { Triple } from './tile-geometry.ts';
import type { ViewState } from './view-state.ts';
import { courseAt, isInside, nearestVoxel, voxelIndex } from './volume-grid.ts';

export interface PaneReading {
  voxel: Triple;
  /** False: the place lies outside of this volume. */
  inside: boolean;
  /** In words: '1 023', or 'outside'. */
  value: string;
  /** Of the overlay: the label's name or the value; '' for none. */
  label: string;
  /** The value in each volume of a series; one for a single volume. */
  course: Float64Array;
}

export function readingAt(
  volume: ShownVolume,
  values: ArrayLike<number> | null,
  { frame, overlay }: Pick<ViewState, 'frame' | 'overlay'>,
  overlayValues: ArrayLike<number> | null,
  mm: Readonly<Triple>,
): PaneReading {
  const voxel = nearestVoxel(volume, mm);
  const inside = isInside(volume, voxel);
  const course = courseAt(volume, values ?? [], volume.frames, voxel);
  const value = course[Math.min(frame, volume.frames - 1)] ?? NaN;
  return {
    voxel,
    inside,
    value: inside ? figures(value) : t('outside'),
    label: overlay === null || overlayValues === null ? '' : overlayWords(overlay, overlayValues, mm),
    course,
  };
}

/** The name of the label, 'label 17' where the table has none, the value of a map; '' where nothing lies. */
export function overlayWords(overlay: Overlay, values: ArrayLike<number>, mm: Readonly<Triple>): string {
  const index = voxelIndex(overlay, nearestVoxel(overlay, mm));
  const value = index < 0 ? NaN : (values[index] ?? NaN);
  if (Number.isNaN(value)) return '';
  if (overlay.kind === 'values') return figures(value);
  const label = overlay.labels[value - 1];
  if (label === undefined) return '';
  if (label.name !== '') return label.name;
  return overlay.kind === 'mask' ? t('in the mask') : t('label {value}', { value: label.value });
}

/** Four significant figures, and no zeros that are none: masks read 1. */
export function figures(value: number): string {
  return cellText(Number(value.toPrecision(4)));
}
