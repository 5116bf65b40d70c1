/** What the recurrent models share: layers of units over a series, then a dense head. */
import { dropoutSetting } from './common-settings.ts';
import { outputSize, type ModelDefinition, type ModelDescription, type Task } from './description.ts';
import { requireKind } from './input-kinds.ts';
import { LayerStack } from './layers.ts';
import { readSettings, type SettingValues } from './settings.ts';
import { settingError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';

export const recurrentInputs: ModelDefinition['inputs'] = ['series'];

export function recurrentSettings(): ModelDefinition['settings'] {
  return [
    { name: 'units', title: t('Units per layer'), kind: 'integers', default: [32], minimum: 1, maximum: 2048 },
    dropoutSetting(0.3),
    {
      name: 'pool',
      title: t('What the head is given'),
      kind: 'choice',
      default: 'last',
      choices: ['last', 'average'],
    },
  ];
}

type Own = Pick<ModelDefinition, 'name' | 'title' | 'inputs' | 'settings'>;

/**
 * Each layer hands its state at every time to the next; the last one hands on the state after the whole series, or the
 * average of its states over time, to which all times contribute alike however long the series is.
 */
export function describeRecurrent(
  own: Own,
  cell: 'lstm' | 'gru',
  directions: 'forward' | 'both',
  inputShape: readonly number[],
  task: Task,
  given: SettingValues,
): ModelDescription {
  const values = readSettings(own, given);
  requireKind(own, inputShape);
  const units = values['units'] as number[];
  if (units.length === 0) {
    throw settingError(
      'no-units',
      t('{model} needs at least one layer: name its units, for example 32.', { model: own.title }),
      {
        field: 'units',
      },
    );
  }
  const stack = new LayerStack(inputShape);
  const averages = values['pool'] === 'average';
  units.forEach((count, layer) => {
    const isLast = layer === units.length - 1;
    const sequences = !isLast || averages;
    if (directions === 'both') bothDirections(stack, cell, count, sequences);
    else stack.recurrent(cell, count, { sequences });
    if (isLast && averages) stack.globalPool();
    stack.dropout(values['dropout'] as number);
  });
  stack.dense(outputSize(task, inputShape));
  return { name: own.name, inputShape, task, layers: stack.layers };
}

/** Two layers that read the series from either end, one's features beside the other's. */
export function bothDirections(stack: LayerStack, cell: 'lstm' | 'gru', units: number, sequences: boolean): void {
  const start = stack.place;
  const backward = stack.recurrent(cell, units, { direction: 'backward', sequences }).place;
  stack.from(start).recurrent(cell, units, { sequences }).join('concatenate', [backward]);
}
