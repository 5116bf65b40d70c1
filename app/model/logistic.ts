import { outputSize, type ModelDefinition } from './description.ts';
import { requireKind } from './input-kinds.ts';
import { LayerStack } from './layers.ts';
import { readSettings } from './settings.ts';

const own: Pick<ModelDefinition, 'name' | 'title' | 'inputs' | 'settings'> = {
  name: 'logistic',
  title: 'Logistic regression',
  inputs: ['table', 'series', 'matrix'],
  settings: [],
};

/** One dense layer: logistic regression of classes, linear regression of a number. */
export const logistic: ModelDefinition = {
  ...own,
  summary: 'One weight for each feature and class, nothing hidden: the baseline that a network has to beat.',
  tasks: ['classification', 'regression'],
  describe(inputShape, task, given) {
    readSettings(own, given);
    requireKind(own, inputShape);
    const stack = new LayerStack(inputShape);
    if (inputShape.length > 1) stack.flatten();
    stack.dense(outputSize(task, inputShape));
    return { name: own.name, inputShape, task, layers: stack.layers };
  },
};
