import type { ModelDefinition } from './description.ts';
import { describeRecurrent, recurrentInputs, recurrentSettings } from './recurrent.ts';

const own = { name: 'bilstm', title: 'Bidirectional LSTM', inputs: recurrentInputs, settings: recurrentSettings };

/** Long short-term memory in both directions of time (Graves & Schmidhuber 2005), then a dense head. */
export const bilstm: ModelDefinition = {
  ...own,
  summary: 'Reads a series from both ends; a table is read in the order of its columns.',
  tasks: ['classification', 'regression'],
  describe: (inputShape, task, given) => describeRecurrent(own, 'lstm', 'both', inputShape, task, given),
};
