/** How the three planes relate to the voxel grid: which axes a plane shows, which way they run, where a click falls. */

export type PlaneName = 'axial' | 'coronal' | 'sagittal';
export type Voxel = readonly [number, number, number];

/** In a RAS-ordered grid: which voxel axis runs across, which down, and which one the plane is a slice of. */
export const planeAxes: Readonly<Record<PlaneName, { across: number; down: number; through: number }>> = {
  axial: { across: 0, down: 1, through: 2 },
  coronal: { across: 0, down: 2, through: 1 },
  sagittal: { across: 1, down: 2, through: 0 },
};

/** Letter at the high end of each voxel axis. */
const highEnd = ['R', 'A', 'S'] as const;

export interface PlaneView {
  width: number;
  height: number;
  left: string;
  right: string;
  top: string;
  bottom: string;
}

/** Whether the voxel index falls from left to right (across) and rises from bottom to top (down). */
function flips(name: PlaneName, plane: PlaneView): { across: boolean; down: boolean } {
  const axes = planeAxes[name];
  const across = plane.left === highEnd[axes.across];
  // Where the letters are unknown, the first row is still the high end.
  const down = plane.bottom !== highEnd[axes.down];
  return { across, down };
}

/** Pixel (column, row) of a voxel in a plane. */
export function pixelOfVoxel(name: PlaneName, plane: PlaneView, voxel: Voxel): [number, number] {
  const axes = planeAxes[name];
  const flip = flips(name, plane);
  const [i, j] = [voxel[axes.across] as number, voxel[axes.down] as number];
  return [flip.across ? plane.width - 1 - i : i, flip.down ? plane.height - 1 - j : j];
}

/** The voxel under a pixel of a plane; the slice stays that of `voxel`. Pixels outside fall on the edge. */
export function voxelOfPixel(name: PlaneName, plane: PlaneView, voxel: Voxel, column: number, row: number): Voxel {
  const axes = planeAxes[name];
  const flip = flips(name, plane);
  const within = (value: number, size: number): number => Math.min(size - 1, Math.max(0, Math.floor(value)));
  const [x, y] = [within(column, plane.width), within(row, plane.height)];
  const next: [number, number, number] = [...voxel];
  next[axes.across] = flip.across ? plane.width - 1 - x : x;
  next[axes.down] = flip.down ? plane.height - 1 - y : y;
  return next;
}

/** The voxel that an arrow key (within the plane) or PageUp/PageDown (through it) moves to; null for other keys. */
export function voxelOfKey(name: PlaneName, plane: PlaneView, voxel: Voxel, key: string, by: number): Voxel | null {
  const [column, row] = pixelOfVoxel(name, plane, voxel);
  switch (key) {
    case 'ArrowLeft':
      return voxelOfPixel(name, plane, voxel, column - by, row);
    case 'ArrowRight':
      return voxelOfPixel(name, plane, voxel, column + by, row);
    case 'ArrowUp':
      return voxelOfPixel(name, plane, voxel, column, row - by);
    case 'ArrowDown':
      return voxelOfPixel(name, plane, voxel, column, row + by);
    default:
      return null;
  }
}

/**
 * A picture made with left on the left, as the viewing convention has it: radiological, axial and coronal planes are seen
 * from the other side. Where the header does not say what is left, there is nothing to change over.
 */
export function asSeen<P extends PlaneView & { pixels: Uint8Array }>(
  name: PlaneName,
  plane: P,
  radiological: boolean,
): P {
  if (!radiological || name === 'sagittal' || plane.left === '?') return plane;
  const { width } = plane;
  const pixels = plane.pixels.map((_, at) => plane.pixels[at - (at % width) + (width - 1 - (at % width))] ?? 0);
  return { ...plane, pixels, left: plane.right, right: plane.left };
}

/** One slice further along the plane's normal. */
export function nextSlice(name: PlaneName, shape: Voxel, voxel: Voxel, by: number): Voxel {
  const { through } = planeAxes[name];
  const next: [number, number, number] = [...voxel];
  next[through] = Math.min((shape[through] as number) - 1, Math.max(0, (voxel[through] as number) + by));
  return next;
}

/** What a picture of a scan is drawn on: voxels along each axis, their edges in millimetres, the voxel in hand. */
interface DrawnGrid {
  shape: Voxel;
  spacingMm: Voxel;
  voxel: Voxel;
}

/** The voxel of another picture that is as many millimetres from its own `voxel` as `to` is from that of `from`. */
export function movedAlike(
  from: DrawnGrid,
  to: Voxel,
  { shape, spacingMm }: Omit<DrawnGrid, 'voxel'>,
  voxel: Voxel,
): Voxel {
  const along = (axis: 0 | 1 | 2): number => {
    const movedMm = (to[axis] - from.voxel[axis]) * from.spacingMm[axis];
    return Math.min(shape[axis] - 1, Math.max(0, voxel[axis] + Math.round(movedMm / spacingMm[axis])));
  };
  return [along(0), along(1), along(2)];
}
