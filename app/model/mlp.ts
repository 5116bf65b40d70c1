import { settingError } from '#app/contract/errors.ts';
import { outputSize, type ModelDefinition } from './description.ts';
import { LayerStack } from './layers.ts';
import { readSettings } from './settings.ts';

const settings: ModelDefinition['settings'] = [
  { name: 'hidden', title: 'Hidden units', kind: 'integers', default: [64, 32], minimum: 1, maximum: 8192 },
  { name: 'dropout', title: 'Dropout', kind: 'number', default: 0.3, minimum: 0, maximum: 0.9, step: 0.05 },
];

/** Multilayer perceptron: dense layers with rectifiers, dropout after each. */
export const mlp: ModelDefinition = {
  name: 'mlp',
  title: 'Multilayer perceptron',
  summary: 'Dense layers over the features of a table: volumes of regions, test scores, any numbers per subject.',
  inputs: ['table'],
  tasks: ['classification', 'regression'],
  settings,
  describe(inputShape, task, given) {
    const values = readSettings({ name: 'mlp', settings }, given);
    if (inputShape.length !== 1) {
      throw settingError('model-input', 'The multilayer perceptron takes tables; choose the 3-D CNN for scans.', {
        field: 'model',
      });
    }
    const stack = new LayerStack(inputShape);
    for (const units of values['hidden'] as number[])
      stack
        .dense(units)
        .relu()
        .dropout(values['dropout'] as number);
    stack.dense(outputSize(task, inputShape));
    return { name: 'mlp', inputShape, task, layers: stack.layers };
  },
};
