import { describe, expect, test } from 'vitest';
import { labelsOf, rankLabels } from '#app/data/overlay-kind.ts';
import { labelNames } from '#app/data/overlay-names.ts';

describe('what lies over a scan', () => {
  test('few whole numbers in patches are labels, in rising order', () => {
    const values = Float32Array.of(0, 4, 4, 4, 0, 4, 17, 17, 17, 0);
    expect(labelsOf(values, 5)).toEqual([4, 17]);
    expect([...rankLabels(values, [4, 17])]).toEqual([0, 1, 1, 1, 0, 1, 2, 2, 2, 0]);
  });

  test('one number beside 0 is a mask', () => {
    expect(labelsOf(Float32Array.of(0, 255, 0, 255), 2)).toEqual([255]);
  });

  test('fractions, negative numbers and whole numbers that change at each step are values', () => {
    expect(labelsOf(Float32Array.of(0, 0.5, 1), 3)).toBeNull();
    expect(labelsOf(Float32Array.of(0, -1, 1), 3)).toBeNull();
    expect(labelsOf(Float32Array.of(3, 9, 4, 12, 7, 8), 6)).toBeNull();
  });
});

describe('names of labels', () => {
  const expected = new Map([
    [10, 'Left-Thalamus'],
    [49, 'Right-Thalamus'],
  ]);
  test.each([
    ['tabs with a header', 'index\tname\tmapping\n10\tLeft-Thalamus\t1\n49\tRight-Thalamus\t1\n'],
    ['commas, name first', '"region","value"\r\n"Left-Thalamus",10\r\n"Right-Thalamus",49\r\n'],
    [
      'a colour table of FreeSurfer',
      '#No. Label Name: R G B A\n\n10  Left-Thalamus  0 118 14 0\n49  Right-Thalamus  0 118 14 0\n',
    ],
    ['no header', '10 Left-Thalamus\n49 Right-Thalamus'],
  ])('are read from a table with %s', (_, text) => expect(labelNames(text)).toEqual(expected));

  test('are none where no row holds both', () => expect(labelNames('a,b\nc,d\n').size).toBe(0));
});
