import { t } from '#app/text/text.ts';
import type { ModelDefinition } from './description.ts';
import { describeRecurrent, recurrentInputs, recurrentSettings } from './recurrent.ts';

/** Long short-term memory (Hochreiter & Schmidhuber 1997) over time, then a dense head. */
export const lstm: ModelDefinition = {
  name: 'lstm',
  get title() {
    return t('LSTM');
  },
  get summary() {
    return t(
      'Reads a series from its beginning and remembers what matters; a table is read in the order of its columns.',
    );
  },
  inputs: recurrentInputs,
  tasks: ['classification', 'regression'],
  get settings(): ModelDefinition['settings'] {
    return recurrentSettings();
  },
  describe: (inputShape, task, given) => describeRecurrent(lstm, 'lstm', 'forward', inputShape, task, given),
};
