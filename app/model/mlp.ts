import { t } from '#app/text/text.ts';
import { dropoutSetting } from './common-settings.ts';
import { outputSize, type ModelDefinition } from './description.ts';
import { requireKind } from './input-kinds.ts';
import { LayerStack } from './layers.ts';
import { readSettings } from './settings.ts';

/** Multilayer perceptron: dense layers with rectifiers, dropout after each. */
export const mlp: ModelDefinition = {
  name: 'mlp',
  get title() {
    return t('Multilayer perceptron');
  },
  get summary() {
    return t('Dense layers over the features of a table: volumes of regions, test scores, any numbers per subject.');
  },
  inputs: ['table', 'series', 'matrix'],
  tasks: ['classification', 'regression'],
  get settings(): ModelDefinition['settings'] {
    return [
      { name: 'hidden', title: t('Hidden units'), kind: 'integers', default: [64, 32], minimum: 1, maximum: 8192 },
      dropoutSetting(0.3),
    ];
  },
  describe(inputShape, task, given) {
    const values = readSettings(mlp, given);
    requireKind(mlp, inputShape);
    const stack = new LayerStack(inputShape);
    if (inputShape.length > 1) stack.flatten();
    for (const units of values['hidden'] as number[])
      stack
        .dense(units)
        .relu()
        .dropout(values['dropout'] as number);
    stack.dense(outputSize(task, inputShape));
    return { name: mlp.name, inputShape, task, layers: stack.layers };
  },
};
