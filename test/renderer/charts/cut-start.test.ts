import { expect, it } from 'vitest';
import { cutStart } from '../../../renderer/charts/cut-start.ts';

const ofTen = (text: string): number => text.length * 10;

it.each([
  ['lstm_1', 60, 'lstm_1'],
  ['attention_1/query', 100, '…n_1/query'],
  ['abc', 5, '…c'],
  ['', 0, ''],
  ['', -2, ''],
])('%s in %s pixels is %s', (text, room, shown) => {
  expect(cutStart(text, room, ofTen)).toBe(shown);
});
