import { t } from '#app/text/text.ts';
import { outputSize, type ModelDefinition } from './description.ts';
import { requireKind } from './input-kinds.ts';
import { LayerStack } from './layers.ts';
import { readSettings } from './settings.ts';

/** One dense layer: logistic regression of classes, linear regression of a number. */
export const logistic: ModelDefinition = {
  name: 'logistic',
  get title() {
    return t('Logistic regression');
  },
  get summary() {
    return t('One weight for each feature and class, nothing hidden: the baseline that a network has to beat.');
  },
  inputs: ['table', 'series', 'matrix'],
  tasks: ['classification', 'regression'],
  settings: [],
  describe(inputShape, task, given) {
    readSettings(logistic, given);
    requireKind(logistic, inputShape);
    const stack = new LayerStack(inputShape);
    if (inputShape.length > 1) stack.flatten();
    stack.dense(outputSize(task, inputShape));
    return { name: logistic.name, inputShape, task, layers: stack.layers };
  },
};
