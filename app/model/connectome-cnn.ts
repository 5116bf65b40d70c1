import { settingError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';
import { countSetting, denseSetting, dropoutSetting } from './common-settings.ts';
import { outputSize, type ModelDefinition } from './description.ts';
import { requireKind } from './input-kinds.ts';
import { LayerStack } from './layers.ts';
import { readSettings } from './settings.ts';

/** Slope below zero of the rectifiers of Kawahara et al. */
const slope = 0.33;

/**
 * BrainNetCNN (Kawahara et al. 2017): cross-shaped filters over the edges of a graph, then filters over the edges of each
 * node, then over all nodes. Takes [regions, regions, channels].
 */
export const connectomeCnn: ModelDefinition = {
  name: 'connectome-cnn',
  get title() {
    return t('Connectome CNN');
  },
  get summary() {
    return t(
      'Filters over the connections of each region. A table is taken when its features are the connections above the diagonal, row by row.',
    );
  },
  inputs: ['matrix'],
  tasks: ['classification', 'regression'],
  get settings(): ModelDefinition['settings'] {
    return [
      { name: 'edges', title: t('Edge-to-edge filters'), kind: 'integers', default: [16], minimum: 1, maximum: 512 },
      countSetting('nodes', t('Edge-to-node filters'), 32, 1024),
      countSetting('graph', t('Node-to-graph filters'), 64, 2048),
      denseSetting([32]),
      dropoutSetting(0.3),
    ];
  },
  describe(inputShape, task, given) {
    const values = readSettings(connectomeCnn, given);
    requireKind(connectomeCnn, inputShape);
    const [regions = 0, columns] = inputShape;
    if (regions !== columns || regions < 3) {
      throw settingError(
        'model-input',
        t('{model} takes square matrices, not {shape}.', { model: connectomeCnn.title, shape: inputShape.join(' x ') }),
        {
          field: 'model',
          expected: t('as many rows as columns, at least 3'),
        },
      );
    }
    const dropout = values['dropout'] as number;
    const stack = new LayerStack(inputShape);
    for (const filters of values['edges'] as number[]) edgeToEdge(stack, regions, filters);
    stack.conv(values['nodes'] as number, { kernel: [1, regions], padding: 'valid' }).activation('leaky-relu', slope);
    stack.conv(values['graph'] as number, { kernel: [regions, 1], padding: 'valid' }).activation('leaky-relu', slope);
    stack.flatten().dropout(dropout);
    for (const units of values['dense'] as number[])
      stack.dense(units).activation('leaky-relu', slope).dropout(dropout);
    stack.dense(outputSize(task, inputShape));
    return { name: connectomeCnn.name, inputShape, task, layers: stack.layers };
  },
};

/** A filter's value at an edge is the sum over the edges of its two nodes: [R, 1] and [1, R], added to [R, R]. */
function edgeToEdge(stack: LayerStack, regions: number, filters: number): void {
  const start = stack.place;
  const columns = stack.conv(filters, { kernel: [regions, 1], padding: 'valid' }).place;
  stack.from(start).conv(filters, { kernel: [1, regions], padding: 'valid' });
  stack.join('add', [columns]).activation('leaky-relu', slope);
}
