import { t } from '#app/text/text.ts';
import { denseSetting, dropoutSetting } from './common-settings.ts';
import { outputSize, type ModelDefinition } from './description.ts';
import { requireKind } from './input-kinds.ts';
import { LayerStack } from './layers.ts';
import { readSettings } from './settings.ts';
import { requireFilters } from './volume-input.ts';

/** Convolutions along time of stride 2 with rectifiers, an average over time, a dense head. */
export const cnn1d: ModelDefinition = {
  name: 'cnn1d',
  get title() {
    return t('1-D CNN');
  },
  get summary() {
    return t('Looks for short patterns along a series; a table is read as one, in the order of its columns.');
  },
  inputs: ['series'],
  tasks: ['classification', 'regression'],
  get settings(): ModelDefinition['settings'] {
    return [
      {
        name: 'filters',
        title: t('Filters per block'),
        kind: 'integers',
        default: [16, 32],
        minimum: 1,
        maximum: 1024,
      },
      { name: 'kernel', title: t('Window (times)'), kind: 'number', default: 5, minimum: 1, maximum: 99, step: 1 },
      denseSetting([]),
      dropoutSetting(0.3),
    ];
  },
  describe(inputShape, task, given) {
    const values = readSettings(cnn1d, given);
    requireKind(cnn1d, inputShape);
    const filters = values['filters'] as number[];
    requireFilters(cnn1d, filters);
    const dropout = values['dropout'] as number;
    const stack = new LayerStack(inputShape);
    for (const count of filters) stack.conv(count, { kernel: [values['kernel'] as number], strides: [2] }).relu();
    stack.globalPool().dropout(dropout);
    for (const units of values['dense'] as number[]) stack.dense(units).relu().dropout(dropout);
    stack.dense(outputSize(task, inputShape));
    return { name: cnn1d.name, inputShape, task, layers: stack.layers };
  },
};
