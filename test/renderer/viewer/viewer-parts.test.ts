import { describe, expect, test } from 'vitest';
import type { Overlay, ShownVolume } from '#app/contract/volume.ts';
import { coursePlot } from '../../../renderer/viewer/course-plot.ts';
import { labelColours } from '../../../renderer/viewer/label-colours.ts';
import { readingAt } from '../../../renderer/viewer/pane-reading.ts';
import { asSeen } from '../../../renderer/viewer/plane-geometry.ts';
import { draggedWindow, scaledWindow, tileNames, zoomedBy } from '../../../renderer/viewer/view-state.ts';
import { viewerAction } from '../../../renderer/viewer/viewer-keys.ts';

const grid = {
  bytes: new Uint8Array(0),
  shape: [2, 2, 1] as [number, number, number],
  spacingMm: [2, 2, 2] as [number, number, number],
  affine: [2, 0, 0, -10, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1],
  orientation: 'RAS',
  note: '',
  least: 0,
  most: 9,
};
const volume: ShownVolume = {
  ...grid,
  name: 'sub-1',
  frames: 2,
  frameSeconds: 2,
  minimum: 0,
  maximum: 9,
  startMm: [0, 0, 0],
};
const values = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8.25);
const atlas: Overlay = {
  ...grid,
  name: 'atlas',
  kind: 'labels',
  labels: [
    { value: 12, name: 'Thalamus' },
    { value: 40, name: '' },
  ],
};

describe('what is at the cross-hair', () => {
  const read = (mm: [number, number, number], overlay: Overlay | null, labels: ArrayLike<number> | null) =>
    readingAt(volume, values, { frame: 1, overlay }, labels, mm);

  test('is the nearest voxel of the volume that is shown, and its course', () => {
    const { voxel, value, course, inside } = read([-8.4, 1.9, 0.3], null, null);
    expect({ voxel, value, inside }).toEqual({ voxel: [1, 1, 0], value: '8.25', inside: true });
    expect([...course]).toEqual([4, 8.25]);
  });

  test('is nothing outside of the volume', () => {
    const { value, inside, course } = read([40, 0, 0], null, null);
    expect({ value, inside }).toEqual({ value: 'outside', inside: false });
    expect([...course]).toEqual([NaN, NaN]);
  });

  test("is named by the atlas's table, or by its number", () => {
    const ranks = Uint16Array.of(0, 1, 2, 0);
    expect(read([-8, 0, 0], atlas, ranks).label).toBe('Thalamus');
    expect(read([-10, 2, 0], atlas, ranks).label).toBe('label 40');
    expect(read([-10, 0, 0], atlas, ranks).label).toBe('');
    expect(read([-8, 0, 0], { ...atlas, kind: 'mask', labels: [{ value: 1, name: '' }] }, ranks).label).toBe(
      'in the mask',
    );
    expect(read([-8, 0, 0], { ...atlas, kind: 'values', labels: [] }, Float32Array.of(0, -3.5, 0, 0)).label).toBe(
      '−3.5',
    );
  });
});

describe('the window', () => {
  test('widens to the right, darkens upwards, and keeps some width', () => {
    const { minimum, maximum } = draggedWindow({ minimum: 0, maximum: 100 }, 30, 0);
    expect([minimum, maximum]).toEqual([-5, 105].map((each) => expect.closeTo(each, 9) as number));
    expect(draggedWindow({ minimum: 0, maximum: 100 }, 0, -30)).toEqual({ minimum: 10, maximum: 110 });
    const narrow = draggedWindow({ minimum: 0, maximum: 100 }, -5000, 0);
    expect(narrow.maximum - narrow.minimum).toBeCloseTo(2, 9);
  });

  test('on prepared values is the same part of theirs', () => {
    const scaled = scaledWindow(
      { minimum: 50, maximum: 150 },
      { minimum: 0, maximum: 200 },
      { minimum: -2, maximum: 2 },
    );
    expect(scaled).toEqual({ minimum: -1, maximum: 1 });
  });
});

describe('a view', () => {
  test('shows one plane or all, and 3-D where it is asked for', () => {
    expect(tileNames({ shown: 'all', withRender: false })).toEqual(['axial', 'coronal', 'sagittal']);
    expect(tileNames({ shown: 'coronal', withRender: true })).toEqual(['coronal', 'render']);
  });
  test('is never smaller than the whole picture', () => {
    expect(zoomedBy(1, 0.5)).toBe(1);
    expect(zoomedBy(1, 1.25)).toBe(1.25);
    expect(zoomedBy(8, 2)).toBe(8);
  });
  test('from the other side mirrors axial and coronal planes, letters and all', () => {
    const plane = { width: 3, height: 1, pixels: Uint8Array.of(1, 2, 3), left: 'L', right: 'R', top: 'A', bottom: 'P' };
    expect(asSeen('axial', plane, true)).toMatchObject({ pixels: Uint8Array.of(3, 2, 1), left: 'R', right: 'L' });
    expect(asSeen('axial', plane, false)).toBe(plane);
    expect(asSeen('sagittal', plane, true)).toBe(plane);
    expect(asSeen('axial', { ...plane, left: '?', right: '?' }, true).pixels).toBe(plane.pixels);
  });
});

describe('keys', () => {
  const press = (key: string, change: { shiftKey?: boolean; ctrlKey?: boolean } = {}) =>
    viewerAction({ key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...change });
  test('do what the list of keys says', () => {
    expect(press('ArrowUp', { shiftKey: true })).toEqual({ kind: 'move', key: 'ArrowUp', by: 10 });
    expect(press('3')).toEqual({ kind: 'plane', plane: 'sagittal' });
    expect(press(']')).toEqual({ kind: 'frame', by: 1 });
    expect(press('r')).toEqual({ kind: 'convention' });
    expect(press('R', { ctrlKey: true })).toBeNull();
    expect(press('x')).toBeNull();
  });
});

describe('the time course', () => {
  test('is in seconds where the header gives them, in volumes where not', () => {
    const courses = [{ name: 'sub-1', values: Float64Array.of(1, 4, 2) }];
    const timed = coursePlot(courses, 1, 2.5, false);
    expect(timed.x).toMatchObject({ minimum: 0, maximum: 5, name: 'time (s)' });
    expect(timed.subtitle).toBe('sub-1: 4');
    expect(coursePlot(courses, 0, 0, false).x).toMatchObject({ minimum: 1, maximum: 3, name: 'volume' });
    expect(timed.table().rows[1]).toEqual([2.5, 4]);
  });
  test('says that the cross-hair is outside', () => {
    const plot = coursePlot([{ name: 'a', values: Float64Array.of(NaN, NaN) }], 0, 0, false);
    expect(plot.empty).toBe('The cross-hair lies outside of this volume.');
  });
});

describe("labels' colours", () => {
  test('differ, and 0 is clear', () => {
    const { R, G, B, A, I } = labelColours(40);
    expect([A[0], A[1], I[40]]).toEqual([0, 255, 40]);
    expect(new Set(R.map((red, at) => `${red} ${G[at]} ${B[at]}`)).size).toBe(41);
  });
});
