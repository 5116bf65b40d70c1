import type { ModelDefinition } from './description.ts';
import { describeRecurrent, recurrentInputs, recurrentSettings } from './recurrent.ts';

const own = { name: 'lstm', title: 'LSTM', inputs: recurrentInputs, settings: recurrentSettings };

/** Long short-term memory (Hochreiter & Schmidhuber 1997) over time, then a dense head. */
export const lstm: ModelDefinition = {
  ...own,
  summary: 'Reads a series from its beginning and remembers what matters; a table is read in the order of its columns.',
  tasks: ['classification', 'regression'],
  describe: (inputShape, task, given) => describeRecurrent(own, 'lstm', 'forward', inputShape, task, given),
};
