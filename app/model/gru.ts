import type { ModelDefinition } from './description.ts';
import { describeRecurrent, recurrentInputs, recurrentSettings } from './recurrent.ts';

const own = { name: 'gru', title: 'GRU', inputs: recurrentInputs, settings: recurrentSettings };

/** Gated recurrent units (Cho et al. 2014) over time, then a dense head. */
export const gru: ModelDefinition = {
  ...own,
  summary: 'As the LSTM with fewer weights; a table is read in the order of its columns.',
  tasks: ['classification', 'regression'],
  describe: (inputShape, task, given) => describeRecurrent(own, 'gru', 'forward', inputShape, task, given),
};
