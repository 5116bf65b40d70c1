import { describe, expect, it } from 'vitest';
import { toCsv, toTsv } from '../../../renderer/charts/table.ts';

const table = {
  header: ['step', 'control, left "A"'],
  rows: [
    [1, 0.123456789],
    [2, NaN],
    ['a\tb\nc', null],
  ],
};

describe('numbers as text', () => {
  it('copies with tabs, full precision and nothing where there is no number', () => {
    expect(toTsv(table)).toBe('step\tcontrol, left "A"\n1\t0.123456789\n2\t\na b c\t\n');
  });

  it('saves as CSV with quotes where they are needed', () => {
    expect(toCsv(table)).toBe('step,"control, left ""A"""\r\n1,0.123456789\r\n2,\r\n"a\tb\nc",\r\n');
  });
});
