/**
 * Where planes lie in a canvas, and which place of the volume is under a point of one. Places are fractions of the grid
 * along x, y, z in RAS order, from 0 at the outer edge of the first voxel to 1 at that of the last.
 */
import { planeAxes, type PlaneName, type Voxel } from './plane-geometry.ts';

export type Triple = [number, number, number];
export type TileName = PlaneName | 'render';

/** A tile of the canvas; all in fractions of it. */
export interface Tile {
  name: TileName;
  left: number;
  top: number;
  width: number;
  height: number;
}

/** How planes are seen. */
export interface PlaneLook {
  /** The subject's left on the right, as if seen from the feet or the face. */
  radiological: boolean;
  zoom: number;
  /** Of the cross-hair, which stays where it is when the picture grows around it. */
  centre: Readonly<Triple>;
}

const gapPx = 4;

/**
 * Tiles at one scale, as large as fit: side by side, one above the other or in two rows of two, whichever is larger.
 * @param sizesMm of the volume along x, y, z
 */
export function layoutTiles(
  names: readonly TileName[],
  sizesMm: Readonly<Triple>,
  canvas: { width: number; height: number },
): Tile[] {
  const sizes = names.map((name) => tileSizeMm(name, sizesMm));
  const columnCounts = [...new Set([names.length, 1, 2])].filter((count) => count <= names.length);
  const arrangements = columnCounts.map((columns) => arrange(names, sizes, columns, canvas));
  const best = arrangements.reduce((a, b) => (b.scale > a.scale ? b : a));
  return best.tiles;
}

function tileSizeMm(name: TileName, sizesMm: Readonly<Triple>): [number, number] {
  if (name === 'render') return [Math.max(sizesMm[0], sizesMm[1]), sizesMm[2]];
  const { across, down } = planeAxes[name];
  return [sizesMm[across] ?? 1, sizesMm[down] ?? 1];
}

function arrange(
  names: readonly TileName[],
  sizes: readonly [number, number][],
  columns: number,
  canvas: { width: number; height: number },
): { scale: number; tiles: Tile[] } {
  const rows = Math.ceil(names.length / columns);
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...sizes.filter((_, at) => at % columns === column).map(([width]) => width)),
  );
  const heights = Array.from({ length: rows }, (_, row) =>
    Math.max(...sizes.slice(row * columns, (row + 1) * columns).map(([, height]) => height)),
  );
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const [roomX, roomY] = [canvas.width - gapPx * (columns - 1), canvas.height - gapPx * (rows - 1)];
  const scale = Math.max(1e-6, Math.min(roomX / sum(widths), roomY / sum(heights)));
  const [startX, startY] = [(roomX - scale * sum(widths)) / 2, (roomY - scale * sum(heights)) / 2];
  const tiles = names.map((name, at): Tile => {
    const [column, row] = [at % columns, Math.floor(at / columns)];
    const [width, height] = sizes[at] as [number, number];
    const x = startX + column * gapPx + scale * (sum(widths.slice(0, column)) + ((widths[column] ?? 0) - width) / 2);
    const y = startY + row * gapPx + scale * (sum(heights.slice(0, row)) + ((heights[row] ?? 0) - height) / 2);
    return {
      name,
      left: x / canvas.width,
      top: y / canvas.height,
      width: (scale * width) / canvas.width,
      height: (scale * height) / canvas.height,
    };
  });
  return { scale, tiles };
}

/** A tile, and where in it: from its left and top, 0 to 1. */
export interface TilePoint {
  tile: Tile;
  x: number;
  y: number;
}

/** @param x, y of the canvas, 0 to 1 */
export function tileAt(tiles: readonly Tile[], x: number, y: number): TilePoint | null {
  const tile = tiles.find(
    ({ left, top, width, height }) => x >= left && x < left + width && y >= top && y < top + height,
  );
  return tile === undefined ? null : { tile, x: (x - tile.left) / tile.width, y: (y - tile.top) / tile.height };
}

/** In the sagittal plane there is no left and right to change over. */
function mirrored(name: PlaneName, radiological: boolean): boolean {
  return radiological && name !== 'sagittal';
}

/** Where a place is in a tile: across from the left, down from the top, 0 to 1. The zoom does not move the cross-hair. */
export function pointInTile(name: PlaneName, place: Readonly<Triple>, look: PlaneLook): [number, number] {
  const { across, down } = planeAxes[name];
  const grown = (axis: number): number => {
    const centre = look.centre[axis] ?? 0.5;
    return centre + ((place[axis] ?? 0.5) - centre) * look.zoom;
  };
  const x = grown(across);
  return [mirrored(name, look.radiological) ? 1 - x : x, 1 - grown(down)];
}

/** The place under a point of a tile, in the plane of the cross-hair; brought inside the grid. */
export function placeInTile(name: PlaneName, x: number, y: number, look: PlaneLook): Triple {
  const { across, down } = planeAxes[name];
  const place: Triple = [...look.centre];
  const seen: [number, number] = [mirrored(name, look.radiological) ? 1 - x : x, 1 - y];
  for (const [at, axis] of [across, down].entries()) {
    const centre = look.centre[axis] ?? 0.5;
    place[axis] = Math.min(1, Math.max(0, centre + ((seen[at] ?? 0.5) - centre) / look.zoom));
  }
  return place;
}

/** Letters at the edges of a plane. @param known whether the header says which side is left */
export function tileLetters(
  name: PlaneName,
  radiological: boolean,
  known: boolean,
): { left: string; right: string; top: string; bottom: string } {
  if (!known) return { left: '?', right: '?', top: '?', bottom: '?' };
  const { across, down } = planeAxes[name];
  const [low, high] = [['L', 'P', 'I'][across] ?? '?', ['R', 'A', 'S'][across] ?? '?'];
  const flip = mirrored(name, radiological);
  return {
    left: flip ? high : low,
    right: flip ? low : high,
    top: ['R', 'A', 'S'][down] ?? '?',
    bottom: ['L', 'P', 'I'][down] ?? '?',
  };
}

/** The voxel that an arrow key moves to as it is seen in a plane, or Page keys through it; null for other keys. */
export function voxelMoved(name: PlaneName, key: string, by: number, radiological: boolean): Voxel | null {
  const { across, down, through } = planeAxes[name];
  const right = mirrored(name, radiological) ? -by : by;
  const move: Triple = [0, 0, 0];
  const steps: Record<string, [number, number]> = {
    ArrowLeft: [across, -right],
    ArrowRight: [across, right],
    ArrowUp: [down, by],
    ArrowDown: [down, -by],
    PageUp: [through, by],
    PageDown: [through, -by],
  };
  const step = steps[key];
  if (step === undefined) return null;
  move[step[0]] = step[1];
  return move;
}
