/** A configuration as rows of a table. */
import { joined, plain } from './format.ts';
import type { ReportMaterial } from './material.ts';
import { optimizerWords, quantityWords } from './words.ts';

export function configurationRows({ configuration, classes }: ReportMaterial): [name: string, value: string][] {
  const { task, capture, earlyStopping, folds, repeats, schedule } = configuration;
  const rows: [name: string, value: string | null][] = [
    ['Task', taskText(task, classes)],
    ['Optimiser', optimizerWords[configuration.optimizer]],
    ['Learning rate', plain(configuration.learningRate)],
    ['Schedule', scheduleText(schedule)],
    ['Weight decay', configuration.weightDecay === 0 ? 'none' : `${plain(configuration.weightDecay)}, decoupled`],
    [
      'Gradient clipping',
      configuration.gradientClipping === null ? 'none' : `norm of at most ${plain(configuration.gradientClipping)}`,
    ],
    ['Class weights', task.kind === 'classification' ? configuration.classWeights : null],
    ['Epochs', String(configuration.epochs)],
    ['Batch', `${configuration.batchSize} samples, stratified by group${strataWords[task.kind]}`],
    [
      'Early stopping',
      earlyStopping === null ? 'none' : `after ${earlyStopping.patience} epochs without a lower validation loss`,
    ],
    ['Folds', folds === 1 ? 'one split, a fifth of the subjects held out' : `${folds}, each subject validated once`],
    ['Repeats', repeats === 1 ? null : `${repeats}, each with another split`],
    ['Seed', String(configuration.seed)],
    ['Recorded', captureText(capture)],
    ['Sample Grams', capture.grams === null ? 'not kept' : `of ${everyNth(capture.grams.every)} recorded step`],
  ];
  return rows.flatMap(([name, value]): [string, string][] => (value === null ? [] : [[name, value]]));
}

/** What batches and folds are balanced by, beside the group. */
export const strataWords = {
  classification: ' and class',
  regression: ' and fifths of the target',
  reconstruction: '',
} as const;

function taskText(task: ReportMaterial['configuration']['task'], classes: readonly string[]): string {
  switch (task.kind) {
    case 'classification':
      return `classification (${joined(classes)}), cross-entropy`;
    case 'regression':
      return `regression of ${task.column}, ${lossText(task.loss)} of the standardised number`;
    case 'reconstruction':
      return `reconstruction of the input, ${lossText(task.loss)}`;
  }
}

export function lossText(loss: 'mse' | 'huber'): string {
  return loss === 'mse' ? 'mean squared error' : 'Huber’s loss';
}

export function scheduleText(schedule: ReportMaterial['configuration']['schedule']): string {
  switch (schedule.kind) {
    case 'constant':
      return 'constant';
    case 'step':
      return `times ${plain(schedule.factor)} after every ${schedule.epochs} epochs`;
    case 'exponential':
      return `times ${plain(schedule.factor)} after each epoch`;
    case 'cosine':
      return `half a cosine down to ${schedule.final === 0 ? '0' : `${plain(schedule.final)} times the rate`}${schedule.warmupEpochs > 0 ? `, after a linear rise over ${schedule.warmupEpochs} epochs` : ''}`;
  }
}

function captureText({ every, layers, quantities }: ReportMaterial['configuration']['capture']): string {
  if (every === 0) return 'nothing';
  const what = joined(quantities.map((quantity) => quantityWords[quantity]));
  return `${what} of ${layers === null ? 'all weight layers' : joined(layers)}, ${everyNth(every)} step`;
}

/** 'every', 'every 3rd'. */
function everyNth(every: number): string {
  if (every === 1) return 'every';
  const tail = every % 100;
  const ending = tail > 10 && tail < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][every % 10] ?? 'th');
  return `every ${every}${ending}`;
}
