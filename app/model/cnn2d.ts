import { denseSetting, dropoutSetting } from './common-settings.ts';
import { outputSize, type ModelDefinition } from './description.ts';
import { requireKind } from './input-kinds.ts';
import { LayerStack } from './layers.ts';
import { readSettings } from './settings.ts';
import { requireEdges, requireFilters } from './volume-input.ts';

const own: Pick<ModelDefinition, 'name' | 'title' | 'inputs' | 'settings'> = {
  name: 'cnn2d',
  title: '2-D CNN on slices',
  inputs: ['volumes'],
  settings: [
    {
      name: 'slices',
      title: 'Slices',
      kind: 'choice',
      default: 'axial',
      choices: ['axial', 'coronal', 'sagittal'],
    },
    { name: 'filters', title: 'Filters per block', kind: 'integers', default: [8, 16, 32], minimum: 1, maximum: 512 },
    denseSetting([]),
    dropoutSetting(0.3),
  ],
};

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
  ...own,
  summary: 'The same flat convolutions on every slice of a scan, averaged over slices: fewer weights than in 3-D.',
  tasks: ['classification', 'regression'],
  describe(inputShape, task, given) {
    const values = readSettings(own, given);
    requireKind(own, inputShape);
    requireEdges(own, inputShape, 4);
    const filters = values['filters'] as number[];
    requireFilters(own, filters);
    const dropout = values['dropout'] as number;
    const axes = sliceFirst[values['slices'] as string] ?? [0, 1, 2, 3];
    const stack = new LayerStack(inputShape);
    if (axes.some((axis, place) => axis !== place)) stack.permute(axes);
    for (const count of filters) stack.conv(count, { kernel: [3, 3], strides: [2, 2] }).relu();
    stack.globalPool().dropout(dropout);
    for (const units of values['dense'] as number[]) stack.dense(units).relu().dropout(dropout);
    stack.dense(outputSize(task, inputShape));
    return { name: own.name, inputShape, task, layers: stack.layers };
  },
};
