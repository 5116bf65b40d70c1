import { expect, test } from 'vitest';
import { waitingWords } from '../../../renderer/pages/train/waiting-words.ts';

test('a training that hardly waits for capture has no word said of it', () => {
  expect(waitingWords(null, 1)).toBeNull();
  expect(waitingWords(0.05, 1)).toBeNull();
});

test('one that waits is told how long, that nothing is lost, and that the cadence is the way out', () => {
  const words = waitingWords(0.5, 4);
  expect(words?.line).toContain('50 % of the time; nothing is dropped');
  expect(words?.whole).toContain('records every 4 steps');
  expect(words?.whole).toContain('2.0 times as fast');
  expect(waitingWords(1, 1)?.whole).toMatch(/every step: .* faster\.$/);
});
