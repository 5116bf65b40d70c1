import { describe, expect, it } from 'vitest';
import { bytesText, cellText, countText, numberText } from '../../../renderer/components/number-text.ts';

describe('numbers in the window', () => {
  it('have three significant figures', () => {
    expect(numberText(0.31749)).toBe('0.317');
    expect(numberText(9.4)).toBe('9.40');
    expect(numberText(123.4)).toBe('123');
  });
  it('have a real minus and thin spaces between thousands', () => {
    expect(numberText(-1234.5)).toBe('\u22121\u2009235');
    expect(countText(1234567)).toBe('1\u2009234\u2009567');
  });
  it('go to powers of ten where the digits would be lost', () => {
    expect(numberText(3.2e-5)).toBe('3.20e\u22125');
    expect(numberText(-4e12)).toBe('\u22124.00e12');
  });
  it('say that there is none by a dash', () => {
    expect(numberText(null)).toBe('–');
    expect(numberText(NaN)).toBe('–');
  });
  it('stand in a table as they were read', () => {
    expect(cellText(12.25)).toBe('12.25');
    expect(cellText(-1)).toBe('\u22121');
    expect(cellText(null)).toBe('');
    expect(cellText('CONTROL')).toBe('CONTROL');
  });
  it('count bytes in powers of a thousand', () => {
    expect(bytesText(999)).toBe('999 bytes');
    expect(bytesText(25_900_000)).toBe('25.9 MB');
    expect(bytesText(999_700)).toBe('1.00 MB');
  });
});
