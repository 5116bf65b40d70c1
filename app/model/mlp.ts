import { dropoutSetting } from './common-settings.ts';
import { outputSize, type ModelDefinition } from './description.ts';
import { requireKind } from './input-kinds.ts';
import { LayerStack } from './layers.ts';
import { readSettings } from './settings.ts';

const own: Pick<ModelDefinition, 'name' | 'title' | 'inputs' | 'settings'> = {
  name: 'mlp',
  title: 'Multilayer perceptron',
  inputs: ['table', 'series', 'matrix'],
  settings: [
    { name: 'hidden', title: 'Hidden units', kind: 'integers', default: [64, 32], minimum: 1, maximum: 8192 },
    dropoutSetting(0.3),
  ],
};

/** Multilayer perceptron: dense layers with rectifiers, dropout after each. */
export const mlp: ModelDefinition = {
  ...own,
  summary: 'Dense layers over the features of a table: volumes of regions, test scores, any numbers per subject.',
  tasks: ['classification', 'regression'],
  describe(inputShape, task, given) {
    const values = readSettings(own, given);
    requireKind(own, inputShape);
    const stack = new LayerStack(inputShape);
    if (inputShape.length > 1) stack.flatten();
    for (const units of values['hidden'] as number[])
      stack
        .dense(units)
        .relu()
        .dropout(values['dropout'] as number);
    stack.dense(outputSize(task, inputShape));
    return { name: own.name, inputShape, task, layers: stack.layers };
  },
};
