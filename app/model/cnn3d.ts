import { settingError } from '#app/contract/errors.ts';
import { outputSize, type ModelDefinition } from './description.ts';
import { LayerStack } from './layers.ts';
import { readSettings } from './settings.ts';

const settings: ModelDefinition['settings'] = [
  { name: 'filters', title: 'Filters per block', kind: 'integers', default: [8, 16, 32], minimum: 1, maximum: 512 },
  { name: 'dense', title: 'Dense units', kind: 'integers', default: [32], minimum: 1, maximum: 4096 },
  { name: 'globalPooling', title: 'Average over the volume', kind: 'boolean', default: false },
  { name: 'dropout', title: 'Dropout', kind: 'number', default: 0.3, minimum: 0, maximum: 0.9, step: 0.05 },
];

const smallestEdge = 4;

/**
 * 3-D convolutional network: blocks of a 3 x 3 x 3 convolution of stride 2 with a rectifier, which halve the volume, then
 * either a flattening or an average over the volume, and a dense head.
 */
export const cnn3d: ModelDefinition = {
  name: 'cnn3d',
  title: '3-D CNN',
  summary: 'Convolutions over whole scans, each block at half the resolution of the one before.',
  inputs: ['volumes'],
  tasks: ['classification', 'regression'],
  settings,
  describe(inputShape, task, given) {
    const values = readSettings({ name: 'cnn3d', settings }, given);
    const edges = inputShape.slice(0, 3);
    if (inputShape.length !== 4) {
      throw settingError('model-input', 'The 3-D CNN takes scans; choose the multilayer perceptron for tables.', {
        field: 'model',
      });
    }
    if (edges.some((edge) => edge < smallestEdge)) {
      throw settingError(
        'volume-too-small',
        `Volumes of ${edges.join(' x ')} voxels are too small for a 3-D CNN: take a smaller voxel size.`,
        { field: 'preparation.targetSpacingMm', expected: `at least ${smallestEdge} voxels along each edge` },
      );
    }
    const filters = values['filters'] as number[];
    if (filters.length === 0) {
      throw settingError(
        'no-filters',
        'A 3-D CNN needs at least one convolution: name its filters, for example 8, 16.',
        {
          field: 'filters',
        },
      );
    }
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
    return { name: 'cnn3d', inputShape, task, layers: stack.layers };
  },
};
