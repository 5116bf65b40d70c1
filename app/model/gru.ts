import { t } from '#app/text/text.ts';
import type { ModelDefinition } from './description.ts';
import { describeRecurrent, recurrentInputs, recurrentSettings } from './recurrent.ts';

/** Gated recurrent units (Cho et al. 2014) over time, then a dense head. */
export const gru: ModelDefinition = {
  name: 'gru',
  get title() {
    return t('GRU');
  },
  get summary() {
    return t('As the LSTM with fewer weights; a table is read in the order of its columns.');
  },
  inputs: recurrentInputs,
  tasks: ['classification', 'regression'],
  get settings(): ModelDefinition['settings'] {
    return recurrentSettings();
  },
  describe: (inputShape, task, given) => describeRecurrent(gru, 'gru', 'forward', inputShape, task, given),
};
