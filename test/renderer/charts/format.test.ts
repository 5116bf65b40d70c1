import { describe, expect, it } from 'vitest';
import {
  cellText,
  formatBytes,
  formatCount,
  formatDecade,
  formatMeanSd,
  formatNumber,
  formatPercent,
  formatTick,
  plainNumber,
} from '../../../renderer/charts/format.ts';

describe('numbers as they are printed', () => {
  it.each([
    [0.31749, '0.317'],
    [9.406, '9.41'],
    [2, '2.00'],
    [-12.49, '−12.5'],
    [999.6, '1000'],
    [12345, '12\u2009300'],
    [1234, '1230'],
    [0, '0'],
    [0.0042, '0.00420'],
    [0.000042, '4.20×10⁻⁵'],
    [-31_400_000, '−3.14×10⁷'],
    [Infinity, '∞'],
  ])('%d is %s', (value, text) => expect(formatNumber(value)).toBe(text));

  it('says nothing where there is no number', () => {
    expect([formatNumber(null), formatNumber(NaN), formatNumber(undefined)]).toEqual(['–', '–', '–']);
    expect(formatPercent(NaN)).toBe('–');
  });

  it('keeps every digit of a count and parts thousands by a thin space', () => {
    expect([812, 1979, 29700, -1234567].map(formatCount)).toEqual([
      '812',
      '1979',
      '29\u2009700',
      '−1\u2009234\u2009567',
    ]);
  });

  it('gives ticks the decimals that their interval needs', () => {
    expect([0, 0.25, 0.5].map((tick) => formatTick(tick, 0.25))).toEqual(['0.00', '0.25', '0.50']);
    expect([0, 0.2].map((tick) => formatTick(tick, 0.2))).toEqual(['0.0', '0.2']);
    expect(formatTick(-10, 10)).toBe('−10');
    expect(formatTick(-1e-17, 0.5)).toBe('0.0');
  });

  it('writes decades with superscripts', () => {
    expect([-3, 0, 12].map(formatDecade)).toEqual(['10⁻³', '10⁰', '10¹²']);
  });

  it('writes shares and sizes with their units', () => {
    expect([0.614, 0.042, 1].map(formatPercent)).toEqual(['61\u2009%', '4.2\u2009%', '100\u2009%']);
    expect([512, 25_900_000, 999_999].map(formatBytes)).toEqual(['512\u2009B', '25.9\u2009MB', '1.00\u2009MB']);
  });

  it('gives the mean with the sample standard deviation, and leaves out folds without a value', () => {
    expect(formatMeanSd([0.8, 0.9, null])).toBe('0.850 ± 0.071');
    expect(formatMeanSd([0.8])).toBe('0.800');
    expect(formatMeanSd([null])).toBe('–');
  });

  it('writes plain numbers for files', () => {
    expect([-0.25, NaN, null, 1e-9].map(plainNumber)).toEqual(['-0.25', '', '', '1e-9']);
  });

  it('lets a value of a table stand as it was read', () => {
    expect([12.25, -1, null, 'CONTROL', '-1'].map(cellText)).toEqual(['12.25', '−1', '', 'CONTROL', '-1']);
  });
});
