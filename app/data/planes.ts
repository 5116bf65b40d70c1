/** Planes of a volume for the eye, in RAS order: left on the left (neurological convention), letters at the edges. */
import { applyAffine, spacingOf } from './affine.ts';
import { displayWindow } from './display-window.ts';
import { axisOrderOf, axisOrderOfLetters, reorderGrid, reorderValues, unknownOrientation } from './orientation.ts';
import { startVoxel } from './start-voxel.ts';
import type { Triple, Volume } from './volume.ts';

/** A volume in RAS order, with what it takes to show it. */
export interface DisplayVolume {
  /** Voxels along x, y, z. */
  shape: Triple;
  spacingMm: Triple;
  affine: number[];
  /** Of the file. */
  orientation: string;
  /** x fastest. */
  values: Float32Array;
  /** Values shown black and white. */
  minimum: number;
  maximum: number;
}

interface Plane {
  width: number;
  height: number;
  /** [height x width], 0 (minimum and below) to 255, first row on top. */
  pixels: Uint8Array<ArrayBuffer>;
  spacingMm: [number, number];
  left: string;
  right: string;
  top: string;
  bottom: string;
}

export function inRasOrder(volume: Volume): DisplayVolume {
  const { orientation, values } = volume;
  const order = orientation === unknownOrientation ? axisOrderOfLetters(orientation) : axisOrderOf(volume.affine);
  const { shape, affine } = reorderGrid(volume, order);
  return {
    shape,
    affine,
    spacingMm: spacingOf(affine),
    orientation,
    values: reorderValues(values, volume.shape, order),
    ...displayWindow(values),
  };
}

/** @param voxel in RAS order, brought inside the volume; null: the middle of what there is to see */
export function planesThrough(volume: DisplayVolume, voxel: readonly [number, number, number] | null) {
  const { shape, spacingMm, orientation, minimum, maximum, affine, values } = volume;
  const wanted = voxel ?? startVoxel(volume);
  const inside = (axis: 0 | 1 | 2): number => Math.min(shape[axis] - 1, Math.max(0, Math.round(wanted[axis]) || 0));
  const at: Triple = [inside(0), inside(1), inside(2)];
  const value = values[at[0] + shape[0] * (at[1] + shape[1] * at[2])] ?? 0;
  return {
    shape,
    spacingMm,
    orientation,
    voxel: at,
    value: Number.isFinite(value) ? value : 0,
    minimum,
    maximum,
    positionMm: applyAffine(affine, at),
    sagittal: plane(volume, at, 1, 2),
    coronal: plane(volume, at, 0, 2),
    axial: plane(volume, at, 0, 1),
  };
}

const towards = ['R', 'A', 'S'] as const;
const away = ['L', 'P', 'I'] as const;

/** @param across axis that runs to the right; @param up axis that runs to the top */
function plane(
  { shape, spacingMm, values, minimum, maximum, orientation }: DisplayVolume,
  at: Triple,
  across: 0 | 1,
  up: 1 | 2,
): Plane {
  const strides: Triple = [1, shape[0], shape[0] * shape[1]];
  const through = 3 - across - up;
  const origin = (at[through] ?? 0) * (strides[through] ?? 0);
  const [width, height] = [shape[across], shape[up]];
  const pixels = new Uint8Array(width * height);
  const scale = maximum > minimum ? 255 / (maximum - minimum) : 0;
  for (let row = 0; row < height; row++) {
    const from = origin + (height - 1 - row) * strides[up];
    for (let column = 0; column < width; column++) {
      const value = values[from + column * strides[across]] ?? 0;
      // What is no number becomes 0, black.
      pixels[row * width + column] = Math.min(255, Math.max(0, Math.round((value - minimum) * scale)));
    }
  }
  const known = orientation !== unknownOrientation;
  return {
    width,
    height,
    pixels,
    spacingMm: [spacingMm[across], spacingMm[up]],
    left: known ? away[across] : '?',
    right: known ? towards[across] : '?',
    top: known ? towards[up] : '?',
    bottom: known ? away[up] : '?',
  };
}
