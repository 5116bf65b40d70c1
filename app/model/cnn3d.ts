import { t } from '#app/text/text.ts';
import { denseSetting, dropoutSetting } from './common-settings.ts';
import { outputSize, type ModelDefinition } from './description.ts';
import { requireKind } from './input-kinds.ts';
import { LayerStack } from './layers.ts';
import { readSettings } from './settings.ts';
import { requireEdges, requireFilters } from './volume-input.ts';

/**
 * 3-D convolutional network: blocks of a 3 x 3 x 3 convolution of stride 2 with a rectifier, which halve the volume, then
 * either a flattening or an average over the volume, and a dense head.
 */
export const cnn3d: ModelDefinition = {
  name: 'cnn3d',
  get title() {
    return t('3-D CNN');
  },
  get summary() {
    return t('Convolutions over whole scans, each block at half the resolution of the one before.');
  },
  inputs: ['volumes'],
  tasks: ['classification', 'regression'],
  get settings(): ModelDefinition['settings'] {
    return [
      {
        name: 'filters',
        title: t('Filters per block'),
        kind: 'integers',
        default: [8, 16, 32],
        minimum: 1,
        maximum: 512,
      },
      denseSetting([32]),
      { name: 'globalPooling', title: t('Average over the volume'), kind: 'boolean', default: false },
      dropoutSetting(0.3),
    ];
  },
  describe(inputShape, task, given) {
    const values = readSettings(cnn3d, given);
    requireKind(cnn3d, inputShape);
    requireEdges(cnn3d, inputShape, 4);
    const filters = values['filters'] as number[];
    requireFilters(cnn3d, filters);
    const stack = new LayerStack(inputShape);
    for (const count of filters) stack.conv(count, { kernel: [3, 3, 3], strides: [2, 2, 2] }).relu();
    if (values['globalPooling'] === true) stack.globalPool();
    else stack.flatten();
    stack.dropout(values['dropout'] as number);
    for (const units of values['dense'] as number[])
      stack
        .dense(units)
        .relu()
        .dropout(values['dropout'] as number);
    stack.dense(outputSize(task, inputShape));
    return { name: cnn3d.name, inputShape, task, layers: stack.layers };
  },
};
