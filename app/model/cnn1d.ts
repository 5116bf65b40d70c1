import { denseSetting, dropoutSetting } from './common-settings.ts';
import { outputSize, type ModelDefinition } from './description.ts';
import { requireKind } from './input-kinds.ts';
import { LayerStack } from './layers.ts';
import { readSettings } from './settings.ts';
import { requireFilters } from './volume-input.ts';

const own: Pick<ModelDefinition, 'name' | 'title' | 'inputs' | 'settings'> = {
  name: 'cnn1d',
  title: '1-D CNN',
  inputs: ['series'],
  settings: [
    { name: 'filters', title: 'Filters per block', kind: 'integers', default: [16, 32], minimum: 1, maximum: 1024 },
    { name: 'kernel', title: 'Window, in time points', kind: 'number', default: 5, minimum: 1, maximum: 99, step: 1 },
    denseSetting([]),
    dropoutSetting(0.3),
  ],
};

/** Convolutions along time of stride 2 with rectifiers, an average over time, a dense head. */
export const cnn1d: ModelDefinition = {
  ...own,
  summary: 'Looks for short patterns along a series; a table is read as one, in the order of its columns.',
  tasks: ['classification', 'regression'],
  describe(inputShape, task, given) {
    const values = readSettings(own, given);
    requireKind(own, inputShape);
    const filters = values['filters'] as number[];
    requireFilters(own, filters);
    const dropout = values['dropout'] as number;
    const stack = new LayerStack(inputShape);
    for (const count of filters) stack.conv(count, { kernel: [values['kernel'] as number], strides: [2] }).relu();
    stack.globalPool().dropout(dropout);
    for (const units of values['dense'] as number[]) stack.dense(units).relu().dropout(dropout);
    stack.dense(outputSize(task, inputShape));
    return { name: own.name, inputShape, task, layers: stack.layers };
  },
};
