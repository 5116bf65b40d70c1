/** Settings of training that a person writes as one word on the command line. */
import { SpectroscopeError } from '#app/contract/errors.ts';
import type { RunTask, Schedule } from '#app/run/configuration.ts';

/**
 * 'constant', 'step:EPOCHS:FACTOR', 'exponential:FACTOR', 'cosine', 'cosine:FINAL' or 'cosine:FINAL:WARMUP-EPOCHS'.
 *
 * @throws SpectroscopeError (kind 'usage') for what is none of them
 */
export function scheduleOf(text: string): Schedule {
  const [kind = '', ...words] = text.split(':');
  const numbers = words.map(Number);
  const [first, second] = numbers;
  const areNumbers = words.every((word, i) => word.trim() !== '' && Number.isFinite(numbers[i]));
  const isFactor = (value: number | undefined): value is number => value !== undefined && value > 0 && value <= 1;
  if (areNumbers) {
    if (kind === 'constant' && numbers.length === 0) return { kind };
    if (kind === 'exponential' && numbers.length === 1 && isFactor(first)) return { kind, factor: first };
    if (kind === 'step' && numbers.length === 2 && Number.isInteger(first) && Number(first) >= 1 && isFactor(second)) {
      return { kind, epochs: Number(first), factor: second };
    }
    const [final = 0, warmupEpochs = 0] = numbers;
    if (kind === 'cosine' && numbers.length <= 2 && final >= 0 && final <= 1 && warmupEpochs >= 0) {
      return { kind, final, warmupEpochs };
    }
  }
  throw usage(
    'schedule',
    `--schedule ${text}: expected constant, step:EPOCHS:FACTOR, exponential:FACTOR or cosine:FINAL:WARMUP-EPOCHS, as in step:10:0.5 or cosine:0:2.`,
  );
}

/**
 * @param target column that `--target` names
 * @throws SpectroscopeError (kind 'usage') for a regression without a column, or a loss that the task does not take
 */
export function taskOf(
  kind: RunTask['kind'],
  loss: 'mse' | 'huber' | 'cross-entropy' | undefined,
  target: string | undefined,
): RunTask {
  if (kind === 'classification') {
    if (loss !== undefined && loss !== 'cross-entropy') {
      throw usage('loss', `--loss ${loss} is for --task regression and reconstruction; classes take cross-entropy.`);
    }
    return { kind };
  }
  if (loss === 'cross-entropy') throw usage('loss', '--loss cross-entropy is for classes: take mse or huber.');
  if (kind === 'reconstruction') return { kind, loss: loss ?? 'mse' };
  if (target === undefined) {
    throw usage('target', '--task regression predicts a column of numbers: name it with --target.');
  }
  return { kind, column: target, loss: loss ?? 'mse' };
}

function usage(field: string, message: string): SpectroscopeError {
  return new SpectroscopeError('usage', `bad-${field}`, message, { field: `--${field}` });
}
