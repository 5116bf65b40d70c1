import { describe, expect, test } from 'vitest';
import {
  layoutTiles,
  placeInTile,
  pointInTile,
  tileAt,
  tileLetters,
  voxelMoved,
  type PlaneLook,
  type Triple,
} from '../../../renderer/viewer/tile-geometry.ts';

const sizesMm: Triple = [180, 220, 180];
const neurological: PlaneLook = { radiological: false, zoom: 1, centre: [0.25, 0.5, 0.75] };
const radiological: PlaneLook = { ...neurological, radiological: true };

describe('tiles', () => {
  test.each([
    ['side by side in a wide canvas', { width: 1200, height: 400 }, 1],
    ['one above the other in a tall canvas', { width: 300, height: 1200 }, 3],
    ['in two rows in a square canvas', { width: 600, height: 600 }, 2],
  ])('lie %s, at one scale, without overlap', (_, canvas, rows) => {
    const tiles = layoutTiles(['axial', 'coronal', 'sagittal'], sizesMm, canvas);
    expect(new Set(tiles.map(({ top, height }) => Math.round(100 * (top + height / 2)))).size).toBe(rows);
    const [axial, coronal] = tiles;
    expect((axial?.width ?? 0) / (coronal?.width ?? 1)).toBeCloseTo(1, 6);
    expect(((axial?.height ?? 0) * canvas.height) / ((axial?.width ?? 1) * canvas.width)).toBeCloseTo(220 / 180, 6);
    for (const { left, top, width, height } of tiles) {
      expect(Math.min(left, top)).toBeGreaterThanOrEqual(-1e-9);
      expect(Math.max(left + width, top + height)).toBeLessThanOrEqual(1 + 1e-9);
    }
  });
});

describe('a place in a plane', () => {
  test('is seen from the front or from behind, as the convention has it', () => {
    expect(pointInTile('axial', [0.25, 0.5, 0.75], neurological)).toEqual([0.25, 0.5]);
    expect(pointInTile('axial', [0.25, 0.5, 0.75], radiological)).toEqual([0.75, 0.5]);
    expect(pointInTile('sagittal', [0.25, 0.5, 0.75], radiological)).toEqual([0.5, 0.25]);
  });

  test.each([neurological, radiological, { ...radiological, zoom: 3 }])('is found again under the pointer', (look) => {
    const place: Triple = [0.3, 0.45, look.centre[2]];
    const [x, y] = pointInTile('axial', place, look);
    placeInTile('axial', x, y, look).forEach((each, axis) => expect(each).toBeCloseTo(place[axis] ?? NaN, 9));
  });

  test('outside of the grid is brought to its edge', () => {
    expect(placeInTile('coronal', -0.5, 2, neurological)).toEqual([0, 0.5, 0]);
  });
});

describe('letters', () => {
  const written = (radiologicalView: boolean, known = true) =>
    (['axial', 'coronal', 'sagittal'] as const).map((name) => {
      const { left, right, top, bottom } = tileLetters(name, radiologicalView, known);
      return left + right + top + bottom;
    });
  test('change sides with the convention, but not in the sagittal plane', () => {
    expect(written(false)).toEqual(['LRAP', 'LRSI', 'PASI']);
    expect(written(true)).toEqual(['RLAP', 'RLSI', 'PASI']);
  });
  test('are not made up', () => expect(written(true, false)).toEqual(['????', '????', '????']));
});

describe('arrow keys', () => {
  test('move as it is seen', () => {
    expect(voxelMoved('axial', 'ArrowRight', 1, false)).toEqual([1, 0, 0]);
    expect(voxelMoved('axial', 'ArrowRight', 1, true)).toEqual([-1, 0, 0]);
    expect(voxelMoved('sagittal', 'ArrowRight', 10, true)).toEqual([0, 10, 0]);
    expect(voxelMoved('coronal', 'PageUp', 1, false)).toEqual([0, 1, 0]);
    expect(voxelMoved('coronal', 'Home', 1, false)).toBeNull();
  });
});

describe('the tile under the pointer', () => {
  const tiles = layoutTiles(['axial', 'coronal'], sizesMm, { width: 800, height: 400 });
  test('is found with the place in it, and none between tiles', () => {
    const [axial] = tiles;
    const middle = tileAt(tiles, (axial?.left ?? 0) + (axial?.width ?? 0) / 2, 0.5);
    expect([middle?.tile.name, middle?.x, middle?.y]).toEqual([
      'axial',
      expect.closeTo(0.5, 9),
      expect.closeTo(0.5, 9),
    ]);
    expect(tileAt(tiles, -0.1, 0.5)).toBeNull();
  });
});
