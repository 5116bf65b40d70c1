import { t } from '#app/text/text.ts';
import { denseSetting, dropoutSetting } from './common-settings.ts';
import { outputSize, type ModelDefinition } from './description.ts';
import { requireKind } from './input-kinds.ts';
import { LayerStack } from './layers.ts';
import { readSettings } from './settings.ts';
import { requireEdges, requireFilters } from './volume-input.ts';

/** Prepared scans are [right, anterior, superior, channels]: the axis that is cut through comes first. */
const sliceFirst: Readonly<Record<string, readonly number[]>> = {
  axial: [2, 0, 1, 3],
  coronal: [1, 0, 2, 3],
  sagittal: [0, 1, 2, 3],
};

/**
 * The same 3 x 3 convolutions of stride 2 over every slice of a volume, then an average over positions and slices, and a
 * dense head.
 */
export const cnn2d: ModelDefinition = {
  name: 'cnn2d',
  get title() {
    return t('2-D CNN on slices');
  },
  get summary() {
    return t('The same flat convolutions on every slice of a scan, averaged over slices: fewer weights than in 3-D.');
  },
  inputs: ['volumes'],
  tasks: ['classification', 'regression'],
  get settings(): ModelDefinition['settings'] {
    return [
      {
        name: 'slices',
        title: t('Slices'),
        kind: 'choice',
        default: 'axial',
        choices: ['axial', 'coronal', 'sagittal'],
      },
      {
        name: 'filters',
        title: t('Filters per block'),
        kind: 'integers',
        default: [8, 16, 32],
        minimum: 1,
        maximum: 512,
      },
      denseSetting([]),
      dropoutSetting(0.3),
    ];
  },
  describe(inputShape, task, given) {
    const values = readSettings(cnn2d, given);
    requireKind(cnn2d, inputShape);
    requireEdges(cnn2d, inputShape, 4);
    const filters = values['filters'] as number[];
    requireFilters(cnn2d, filters);
    const dropout = values['dropout'] as number;
    const axes = sliceFirst[values['slices'] as string] ?? [0, 1, 2, 3];
    const stack = new LayerStack(inputShape);
    if (axes.some((axis, place) => axis !== place)) stack.permute(axes);
    for (const count of filters) stack.conv(count, { kernel: [3, 3], strides: [2, 2] }).relu();
    stack.globalPool().dropout(dropout);
    for (const units of values['dense'] as number[]) stack.dense(units).relu().dropout(dropout);
    stack.dense(outputSize(task, inputShape));
    return { name: cnn2d.name, inputShape, task, layers: stack.layers };
  },
};
