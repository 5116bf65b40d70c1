import { describe, expect, it } from 'vitest';
import { growingEnd, linearRange, logRange, stepTicks, within, zoomAround } from '../../../renderer/charts/ranges.ts';

describe('linear ranges', () => {
  it('start at zero when the data come near it, and end on a nice number', () => {
    expect(linearRange(0.12, 0.68, null)).toEqual({ minimum: 0, maximum: 0.75, interval: 0.25 });
    expect(linearRange(0, 14, null, 2)).toEqual({ minimum: 0, maximum: 15, interval: 5 });
  });

  it('hold negative values', () => {
    const range = linearRange(-3, 7, null);
    expect(range.minimum).toBeLessThanOrEqual(-3);
    expect(range.maximum).toBeGreaterThanOrEqual(7);
  });

  it('stay as they are while data fill them, grow at once, and shrink only when mostly empty', () => {
    const before = linearRange(0, 9, null);
    expect(linearRange(0, 5, before)).toBe(before);
    expect(linearRange(0, 11, before).maximum).toBeGreaterThanOrEqual(11);
    expect(linearRange(0, 2, before).maximum).toBeLessThan(before.maximum);
  });

  it('keep the former range when there are no data', () => {
    const before = linearRange(0, 9, null);
    expect(linearRange(NaN, NaN, before)).toBe(before);
    expect(linearRange(NaN, NaN, null).maximum).toBeGreaterThan(0);
  });

  it('hold a single value', () => {
    const { minimum, maximum } = linearRange(5, 5, null);
    expect(minimum).toBeLessThanOrEqual(5);
    expect(maximum).toBeGreaterThanOrEqual(5);
    expect(maximum).toBeGreaterThan(minimum);
  });
});

describe('log ranges', () => {
  it('end on whole decades and never on zero', () => {
    expect(logRange(2e-4, 3, null)).toEqual({ minimum: -4, maximum: 1, interval: 1 });
    expect(logRange(0, 3, null).minimum).toBe(-3);
  });

  it('do not follow every wiggle, but do follow data that went away', () => {
    const before = logRange(2e-4, 3, null);
    expect(logRange(2e-3, 0.9, before)).toBe(before);
    expect(logRange(0.02, 0.9, before).minimum).toBe(-2);
    expect(logRange(2e-6, 3, before).minimum).toBe(-6);
  });

  it('label fewer decades when there are many', () => {
    expect(logRange(1e-12, 10, null).interval).toBe(3);
  });
});

describe('step ranges', () => {
  it('grow in nice steps but not beyond the planned end', () => {
    expect([5, 19, 20, 480, 501].map((newest) => growingEnd(newest, null))).toEqual([19, 19, 24, 499, 999]);
    expect(growingEnd(501, 720)).toBe(719);
    expect(growingEnd(730, 720)).toBe(730);
  });

  it('are labelled at whole multiples inside', () => {
    expect(stepTicks({ from: 37, to: 912 })).toEqual([200, 400, 600, 800]);
    expect(stepTicks({ from: 3, to: 7 })).toEqual([3, 4, 5, 6, 7]);
  });

  it('are moved into the extent with their length', () => {
    expect(within({ from: -20, to: 80 }, { from: 0, to: 500 })).toEqual({ from: 0, to: 100 });
    expect(within({ from: 480, to: 580 }, { from: 0, to: 500 })).toEqual({ from: 400, to: 500 });
    expect(within({ from: 0, to: 900 }, { from: 0, to: 500 })).toEqual({ from: 0, to: 500 });
  });

  it('zoom around the step that is pointed at', () => {
    const extent = { from: 0, to: 1000 };
    expect(zoomAround(extent, extent, 250, 0.5)).toEqual({ from: 125, to: 625 });
    expect(zoomAround({ from: 100, to: 110 }, extent, 105, 0.5)).toEqual({ from: 100, to: 110 });
    expect(zoomAround({ from: 100, to: 600 }, extent, 0, 10)).toEqual(extent);
  });
});
