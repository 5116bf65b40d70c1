import { settingError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';
import { dropoutSetting } from './common-settings.ts';
import { product, type ModelDefinition } from './description.ts';
import { requireKind } from './input-kinds.ts';
import { LayerStack } from './layers.ts';
import { readSettings } from './settings.ts';

/** Dense layers down to a code and back up to the input; rectifiers between, none at the code and at the output. */
export const autoencoder: ModelDefinition = {
  name: 'autoencoder',
  get title() {
    return t('Autoencoder');
  },
  get summary() {
    return t('Learns to give back its input through a narrow code: groups are compared without a target.');
  },
  inputs: ['table', 'series', 'matrix'],
  tasks: ['reconstruction'],
  get settings(): ModelDefinition['settings'] {
    return [
      {
        name: 'hidden',
        title: t('Units, code last'),
        kind: 'integers',
        default: [64, 16],
        minimum: 1,
        maximum: 8192,
      },
      dropoutSetting(0),
    ];
  },
  describe(inputShape, task, given) {
    const values = readSettings(autoencoder, given);
    requireKind(autoencoder, inputShape);
    const hidden = values['hidden'] as number[];
    if (hidden.length === 0) {
      throw settingError(
        'no-code',
        t('{model} needs a code: name its hidden units, for example 64, 16.', { model: autoencoder.title }),
        {
          field: 'hidden',
        },
      );
    }
    const stack = new LayerStack(inputShape);
    if (inputShape.length > 1) stack.flatten();
    const dropout = values['dropout'] as number;
    const [code = 1, ...outer] = [...hidden].reverse();
    for (const units of [...outer].reverse()) stack.dense(units).relu().dropout(dropout);
    stack.dense(code);
    for (const units of outer) stack.dense(units).relu().dropout(dropout);
    stack.dense(product(inputShape));
    if (inputShape.length > 1) stack.reshape(inputShape);
    return { name: autoencoder.name, inputShape, task, layers: stack.layers };
  },
};
