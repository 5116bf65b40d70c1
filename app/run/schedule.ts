/** The learning rate of each step. */
import type { Schedule } from './configuration.ts';

export interface RunLength {
  epochs: number;
  stepsPerEpoch: number;
}

/**
 * @param rate the run's learning rate
 * @param step of the run, from 0
 * @returns the rate of that step; 'step' and 'exponential' change it between epochs, 'cosine' at each step
 */
export function learningRateAt(
  schedule: Schedule,
  rate: number,
  step: number,
  { epochs, stepsPerEpoch }: RunLength,
): number {
  const epoch = Math.floor(step / stepsPerEpoch);
  switch (schedule.kind) {
    case 'constant':
      return rate;
    case 'step':
      return rate * schedule.factor ** Math.floor(epoch / schedule.epochs);
    case 'exponential':
      return rate * schedule.factor ** epoch;
    case 'cosine': {
      const warmup = Math.round(schedule.warmupEpochs * stepsPerEpoch);
      if (step < warmup) return (rate * (step + 1)) / warmup;
      const last = epochs * stepsPerEpoch - 1;
      const progress = last <= warmup ? 1 : Math.min(1, (step - warmup) / (last - warmup));
      return rate * (schedule.final + (1 - schedule.final) * 0.5 * (1 + Math.cos(Math.PI * progress)));
    }
  }
}
