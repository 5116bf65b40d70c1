import { t } from '#app/text/text.ts';
import type { ModelDefinition } from './description.ts';
import { describeRecurrent, recurrentInputs, recurrentSettings } from './recurrent.ts';

/** Long short-term memory in both directions of time (Graves & Schmidhuber 2005), then a dense head. */
export const bilstm: ModelDefinition = {
  name: 'bilstm',
  get title() {
    return t('Bidirectional LSTM');
  },
  get summary() {
    return t('Reads a series from both ends; a table is read in the order of its columns.');
  },
  inputs: recurrentInputs,
  tasks: ['classification', 'regression'],
  get settings(): ModelDefinition['settings'] {
    return recurrentSettings();
  },
  describe: (inputShape, task, given) => describeRecurrent(bilstm, 'lstm', 'both', inputShape, task, given),
};
