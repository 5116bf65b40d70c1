import { t } from '#app/text/text.ts';
import { countSetting, dropoutSetting } from './common-settings.ts';
import { outputSize, type ModelDefinition } from './description.ts';
import { requireKind } from './input-kinds.ts';
import { LayerStack } from './layers.ts';
import { readSettings } from './settings.ts';
import { requireEdges, requireFilters } from './volume-input.ts';

type Normalisation = 'group' | 'batch' | 'none';
const mostGroups = 8;

/**
 * Residual network (He et al. 2016) over volumes: a convolution of stride 2, stages of residual blocks of which each but
 * the first begins at half the resolution, an average over the volume.
 */
export const resnet3d: ModelDefinition = {
  name: 'resnet3d',
  get title() {
    return t('3-D ResNet');
  },
  get summary() {
    return t('Deeper convolutions over whole scans; shortcuts past each block keep the gradient alive.');
  },
  inputs: ['volumes'],
  tasks: ['classification', 'regression'],
  get settings(): ModelDefinition['settings'] {
    return [
      {
        name: 'filters',
        title: t('Filters per stage'),
        kind: 'integers',
        default: [8, 16, 32],
        minimum: 1,
        maximum: 512,
      },
      countSetting('blocks', t('Blocks per stage'), 1, 8),
      {
        name: 'normalisation',
        title: t('Normalisation'),
        kind: 'choice',
        default: 'group',
        choices: ['group', 'batch', 'none'],
      },
      dropoutSetting(0.3),
    ];
  },
  describe(inputShape, task, given) {
    const values = readSettings(resnet3d, given);
    requireKind(resnet3d, inputShape);
    requireEdges(resnet3d, inputShape, 4);
    const filters = values['filters'] as number[];
    requireFilters(resnet3d, filters);
    const normalisation = values['normalisation'] as Normalisation;
    const stack = new LayerStack(inputShape);
    normalise(stack.conv(filters[0] ?? 1, { kernel: [3, 3, 3], strides: [2, 2, 2] }), normalisation).relu();
    filters.forEach((count, stage) => {
      for (let block = 0; block < (values['blocks'] as number); block++) {
        residualBlock(stack, count, stage > 0 && block === 0 ? 2 : 1, normalisation);
      }
    });
    stack
      .globalPool()
      .dropout(values['dropout'] as number)
      .dense(outputSize(task, inputShape));
    return { name: resnet3d.name, inputShape, task, layers: stack.layers };
  },
};

/** Two convolutions beside a shortcut, which is a convolution of one voxel where the shape changes. */
function residualBlock(stack: LayerStack, filters: number, stride: number, normalisation: Normalisation): void {
  const start = stack.place;
  const strides = [stride, stride, stride];
  normalise(stack.conv(filters, { kernel: [3, 3, 3], strides }), normalisation).relu();
  const body = normalise(stack.conv(filters, { kernel: [3, 3, 3] }), normalisation).place;
  const changes = stride !== 1 || start.shape.at(-1) !== filters;
  if (changes) normalise(stack.from(start).conv(filters, { kernel: [1, 1, 1], strides }), normalisation);
  const shortcut = changes ? stack.place : start;
  stack.from(body).join('add', [shortcut]).relu();
}

function normalise(stack: LayerStack, normalisation: Normalisation): LayerStack {
  if (normalisation === 'none') return stack;
  if (normalisation === 'batch') return stack.batchNorm();
  return stack.groupNorm(groupsOf(stack.outputShape.at(-1) ?? 1));
}

/** As many groups, up to eight, as divide the channels. */
function groupsOf(channels: number): number {
  for (let groups = mostGroups; groups > 1; groups--) if (channels % groups === 0) return groups;
  return 1;
}
