import { describe, expect, it } from 'vitest';
import type { EventPayload } from '#app/contract/events.ts';
import { progressText } from '../../../renderer/state/training.ts';

describe('where a run is, in words', () => {
  const run: EventPayload<'run.progress'> = {
    session: 'a',
    run: 1,
    runs: 5,
    status: 'running',
    message: '',
    step: 1200,
    steps: 1980,
    epoch: 17,
    epochs: 44,
    loss: 0.3,
    stepsPerSecond: 212,
    captureCost: 0.04,
    captureWait: 0,
    secondsLeft: 200,
  };
  it('names fold, epoch, step and the time that is left', () => {
    expect(progressText(run)).toBe('fold 2 of 5 · epoch 18 of 44 · step 1200 · 3 min 20 s left');
  });
  it('says the status when it does not go on, without a time', () => {
    expect(progressText({ ...run, status: 'paused' })).toBe('fold 2 of 5 · epoch 18 of 44 · step 1200 · paused');
    expect(progressText({ ...run, epoch: 44, status: 'finished' })).toContain('epoch 44 of 44');
  });
  it('says what is prepared', () => {
    expect(progressText({ ...run, runs: 1, status: 'preparing', message: 'Reading scans: 3 of 20' })).toBe(
      'Reading scans: 3 of 20',
    );
  });
});
