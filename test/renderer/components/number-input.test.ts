import { describe, expect, it } from 'vitest';
import { parseIntegers, parseNumber } from '../../../renderer/components/number-input.ts';

describe('a number that is typed', () => {
  it('may have a decimal comma, a real minus, spaces or an exponent', () => {
    expect(parseNumber('0,001').value).toBe(0.001);
    expect(parseNumber(' \u22122.5 ').value).toBe(-2.5);
    expect(parseNumber('1 000').value).toBe(1000);
    expect(parseNumber('1e-3').value).toBe(0.001);
  });
  it('is refused in words when it is none', () => {
    expect(parseNumber('').refused).toBe('This is not a number.');
    expect(parseNumber('twelve').refused).toBe('This is not a number.');
    expect(parseNumber('Infinity').refused).toBe('This is not a number.');
  });
  it('is refused outside its limits', () => {
    expect(parseNumber('0', { minimum: 1 }).refused).toBe('At least 1.');
    expect(parseNumber('0', { minimum: 0, aboveMinimum: true }).refused).toBe('It has to be above 0.');
    expect(parseNumber('0', { minimum: 0 }).value).toBe(0);
    expect(parseNumber('21', { maximum: 20 }).refused).toBe('At most 20.');
    expect(parseNumber('2.5', { whole: true }).refused).toBe('A whole number is needed.');
  });
});

describe('a list of whole numbers', () => {
  it('is parted by commas, semicolons or spaces', () => {
    expect(parseIntegers('128, 64;32 8', { minimum: 1 }).value).toEqual([128, 64, 32, 8]);
  });
  it('may be empty', () => {
    expect(parseIntegers(' ', { minimum: 1 }).value).toEqual([]);
  });
  it('names the entry that is wrong', () => {
    expect(parseIntegers('64, 0', { minimum: 1 }).refused).toBe('0: At least 1.');
    expect(parseIntegers('64, x', {}).refused).toBe('x: This is not a number.');
  });
});
