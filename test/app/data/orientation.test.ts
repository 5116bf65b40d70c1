import { describe, expect, test } from 'vitest';
import {
  applyAffine,
  determinant,
  invertAffine,
  isUsableAffine,
  largestDisplacement,
  multiplyAffines,
  scalingAffine,
  spacingOf,
} from '#app/data/affine.ts';
import {
  axisOrderOf,
  axisOrderOfLetters,
  orientationOf,
  reorderGrid,
  reorderTriple,
  reorderValues,
} from '#app/data/orientation.ts';
import { affineOfQform } from '#app/data/quaternion.ts';
import type { Triple } from '#app/data/volume.ts';

const oblique = [-1.9, 0.3, 0.2, 90, 0.25, 2.1, -0.4, -120, 0.1, 0.35, 2.9, -70, 0, 0, 0, 1];

/** Every way to lay three axes along right, anterior, superior: 6 orders x 8 directions. */
function allOrientations(): string[] {
  const words = ['RAS', 'RSA', 'ARS', 'ASR', 'SRA', 'SAR'];
  const opposite: Record<string, string> = { R: 'L', A: 'P', S: 'I' };
  return words.flatMap((word) =>
    Array.from({ length: 8 }, (_, bits) =>
      Array.from(word, (letter, axis) => (bits & (1 << axis) ? (opposite[letter] ?? '') : letter)).join(''),
    ),
  );
}

function affineOf(letters: string, spacing: Triple): number[] {
  const affine = [0, 0, 0, 11, 0, 0, 0, -7, 0, 0, 0, 5, 0, 0, 0, 1];
  Array.from(letters).forEach((letter, axis) => {
    const world = 'RAS'.includes(letter) ? 'RAS'.indexOf(letter) : 'LPI'.indexOf(letter);
    affine[world * 4 + axis] = (spacing[axis] ?? 1) * ('RAS'.includes(letter) ? 1 : -1);
  });
  return affine;
}

describe('affines', () => {
  test('an inverse undoes', () => {
    const identity = multiplyAffines(oblique, invertAffine(oblique));
    const expected = scalingAffine([1, 1, 1]);
    identity.forEach((element, index) => expect(element).toBeCloseTo(expected[index] ?? NaN, 10));
  });

  test('a flat affine has no inverse and is not usable', () => {
    const flat = [1, 0, 2, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    expect(() => invertAffine(flat)).toThrow(RangeError);
    expect(isUsableAffine(flat)).toBe(false);
    expect(isUsableAffine(oblique.with(3, NaN))).toBe(false);
    expect(isUsableAffine(oblique)).toBe(true);
  });

  test('voxel sizes are the lengths of columns', () => {
    expect(spacingOf(scalingAffine([1, 2.5, 3]))).toEqual([1, 2.5, 3]);
    expect(spacingOf(oblique)[0]).toBeCloseTo(Math.hypot(-1.9, 0.25, 0.1), 12);
  });

  test('the largest displacement is found at a corner', () => {
    const stretched = scalingAffine([1.1, 1, 1]);
    expect(largestDisplacement(scalingAffine([1, 1, 1]), stretched, [11, 5, 5])).toBeCloseTo(1, 10);
  });
});

describe('qform', () => {
  test('is a rotation of the given voxel sizes, left-handed where its sign says so', () => {
    const q = { b: 0.3, c: -0.2, d: 0.5, offset: [1, 2, 3], spacing: [2, 3, 4] } as const;
    expect(determinant(affineOfQform({ ...q, handedness: 1 }))).toBeCloseTo(24, 10);
    expect(determinant(affineOfQform({ ...q, handedness: 0 }))).toBeCloseTo(24, 10);
    expect(determinant(affineOfQform({ ...q, handedness: -3 }))).toBeCloseTo(-24, 10);
    expect(applyAffine(affineOfQform({ ...q, handedness: 1 }), [0, 0, 0])).toEqual([1, 2, 3]);
  });
});

describe('orientation', () => {
  test.each(allOrientations())('%s is recognised and brought into RAS order, voxel by voxel', (letters) => {
    const shape: Triple = [2, 3, 4];
    const affine = affineOf(letters, [1, 2, 3]);
    expect(orientationOf(affine)).toBe(letters);
    const order = axisOrderOf(affine);
    expect(axisOrderOfLetters(letters)).toEqual(order);

    const grid = reorderGrid({ shape, affine }, order);
    expect(orientationOf(grid.affine)).toBe('RAS');
    const values = Float32Array.from({ length: 24 }, (_, index) => index);
    const reordered = reorderValues(values, shape, order);
    const place = new Map<string, number>();
    for (let index = 0; index < 24; index++) {
      const voxel: Triple = [index % 2, Math.floor(index / 2) % 3, Math.floor(index / 6)];
      place.set(applyAffine(affine, voxel).join(), index);
    }
    const [nx, ny] = grid.shape;
    for (let index = 0; index < 24; index++) {
      const voxel: Triple = [index % nx, Math.floor(index / nx) % ny, Math.floor(index / (nx * ny))];
      expect(reordered[index]).toBe(place.get(applyAffine(grid.affine, voxel).join()));
    }
  });

  test('an oblique grid has the letters of the nearest directions', () => {
    expect(orientationOf(oblique)).toBe('LAS');
  });

  test('axes that point between two directions are still given three different ones', () => {
    const c = Math.SQRT1_2;
    const diagonal = [c, c, 0, 0, c, -c, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
    expect(new Set(axisOrderOf(diagonal).axes).size).toBe(3);
  });

  test('a grid of unknown directions stays as it is', () => {
    const order = axisOrderOfLetters('???');
    expect(reorderTriple([4, 5, 6], order)).toEqual([4, 5, 6]);
    const values = Float32Array.from([1, 2, 3, 4]);
    expect(reorderValues(values, [2, 2, 1], order)).toBe(values);
  });
});
