import { settingError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';
import type { ModelDefinition } from './description.ts';
import { requireKind } from './input-kinds.ts';
import { LayerStack } from './layers.ts';
import { readSettings } from './settings.ts';
import { requireEdges, requireFilters } from './volume-input.ts';

const kernel = [3, 3, 3];
const twice = [2, 2, 2];

/**
 * Convolutions of stride 2 down to a small grid, then transposed convolutions, or repeated voxels with convolutions, back
 * up. What rounding up made too large is cut off at the far edges.
 */
export const convAutoencoder: ModelDefinition = {
  name: 'conv-autoencoder',
  get title() {
    return t('3-D autoencoder');
  },
  get summary() {
    return t('Learns to give back whole scans through a small grid: groups are compared without a target.');
  },
  inputs: ['volumes'],
  tasks: ['reconstruction'],
  get settings(): ModelDefinition['settings'] {
    return [
      {
        name: 'filters',
        title: t('Filters, code last'),
        kind: 'integers',
        default: [8, 16, 32],
        minimum: 1,
        maximum: 512,
      },
      {
        name: 'decoder',
        title: t('Decoder'),
        kind: 'choice',
        default: 'transposed',
        choices: ['transposed', 'upsampling'],
      },
    ];
  },
  describe(inputShape, task, given) {
    const values = readSettings(convAutoencoder, given);
    requireKind(convAutoencoder, inputShape);
    requireEdges(convAutoencoder, inputShape, 4);
    const filters = values['filters'] as number[];
    requireFilters(convAutoencoder, filters);
    const channels = inputShape.at(-1) ?? 1;
    const stack = new LayerStack(inputShape);
    for (const count of filters) stack.conv(count, { kernel, strides: twice }).relu();
    if (stack.outputShape.slice(0, 3).every((edge) => edge === 1)) {
      throw settingError(
        'volume-too-small',
        t('{blocks} blocks leave a single voxel of {size}: take fewer filters.', {
          blocks: filters.length,
          size: inputShape.slice(0, 3).join(' x '),
        }),
        { field: 'filters' },
      );
    }
    const outputs = [...filters.slice(0, -1).reverse(), channels];
    outputs.forEach((count, block) => {
      if (values['decoder'] === 'transposed') stack.convTranspose(count, { kernel, strides: twice });
      else stack.upsample(twice).conv(count, { kernel });
      if (block < outputs.length - 1) stack.relu();
    });
    cropTo(stack, inputShape);
    return { name: convAutoencoder.name, inputShape, task, layers: stack.layers };
  },
};

function cropTo(stack: LayerStack, wanted: readonly number[]): void {
  const surplus = stack.outputShape.slice(0, -1).map((size, axis) => size - (wanted[axis] ?? size));
  if (surplus.some((size) => size > 0)) {
    stack.crop(
      surplus.map(() => 0),
      surplus,
    );
  }
}
