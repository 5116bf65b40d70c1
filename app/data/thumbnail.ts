/** A scan on a postage stamp: three planes through a voxel, in RAS order, all at one scale. */
import { spacingOf } from './affine.ts';
import {
  axisOrderOf,
  axisOrderOfLetters,
  rasStrides,
  reorderTriple,
  unknownOrientation,
  type AxisOrder,
} from './orientation.ts';
import type { Grid, Triple, Volume } from './volume.ts';

/** Pixels along the longest edge of the scan. */
const longestEdge = 64;

export interface Stamp {
  width: number;
  height: number;
  /** [height x width], 0 black to 255 white, first row on top. */
  pixels: Uint8Array<ArrayBuffer>;
}

export interface Thumbnail {
  /** Anterior on the right; left on the left; left on the left. */
  sagittal: Stamp;
  coronal: Stamp;
  axial: Stamp;
}

/** Where the planes' pixels are, along right, anterior, superior. */
export interface StampGrid {
  order: AxisOrder;
  /** Voxels. */
  shape: Triple;
  /** Index of a voxel in the file's order: origin + x step[0] + y step[1] + z step[2]. */
  origin: number;
  step: Triple;
  /** Of a stamp along each axis. */
  pixels: Triple;
}

export function stampGridOf({ shape: stored, affine, orientation }: Grid & { orientation: string }): StampGrid {
  const order = orientation === unknownOrientation ? axisOrderOfLetters(orientation) : axisOrderOf(affine);
  const shape = reorderTriple(stored, order);
  const spacing = reorderTriple(spacingOf(affine), order);
  const extent = shape.map((voxels, axis) => voxels * (spacing[axis] ?? 1));
  const along = (mm = 0): number => Math.max(1, Math.round((longestEdge * mm) / Math.max(...extent)));
  const pixels: Triple = [along(extent[0]), along(extent[1]), along(extent[2])];
  return { order, shape, ...rasStrides(stored, order), pixels };
}

/**
 * @param voxel in the file's order (i, j, k)
 * @param window values to show black and white
 */
export function thumbnailOf(volume: Volume, voxel: Triple, window: { minimum: number; maximum: number }): Thumbnail {
  const { values } = volume;
  const { order, shape, origin, step, pixels } = stampGridOf(volume);
  const at = reorderTriple(voxel, order).map((index, axis) =>
    order.flipped[axis] ? (shape[axis] ?? 1) - 1 - index : index,
  );
  const { minimum, maximum } = window;
  const scale = maximum > minimum ? 255 / (maximum - minimum) : 0;

  const stamp = (across: 0 | 1, up: 1 | 2): Stamp => {
    const through = 3 - across - up;
    const start = origin + (at[through] ?? 0) * (step[through] ?? 0);
    const [width, height] = [pixels[across], pixels[up]];
    const columns = Array.from({ length: width }, (_, column) => span(column, width, shape[across]));
    const drawn = new Uint8Array(width * height);
    for (let row = 0; row < height; row++) {
      const rows = span(height - 1 - row, height, shape[up]);
      columns.forEach(({ from, to }, column) => {
        let sum = 0;
        for (let v = rows.from; v < rows.to; v++) {
          for (let u = from; u < to; u++) {
            const value = values[start + u * step[across] + v * step[up]] as number;
            if (value - value === 0) sum += value;
          }
        }
        const mean = sum / ((rows.to - rows.from) * (to - from));
        drawn[row * width + column] = Math.min(255, Math.max(0, Math.round((mean - minimum) * scale)));
      });
    }
    return { width, height, pixels: drawn };
  };
  return { sagittal: stamp(1, 2), coronal: stamp(0, 2), axial: stamp(0, 1) };
}

/** Voxels that a pixel averages: at least one. */
function span(pixel: number, pixels: number, voxels: number): { from: number; to: number } {
  const from = Math.floor((pixel * voxels) / pixels);
  return { from, to: Math.max(from + 1, Math.floor(((pixel + 1) * voxels) / pixels)) };
}
