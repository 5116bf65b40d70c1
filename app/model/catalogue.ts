/** The models that a person can choose. A new one is a file and a line here. */
import { settingError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';
import { autoencoder } from './autoencoder.ts';
import { bilstm } from './bilstm.ts';
import { cnn1d } from './cnn1d.ts';
import { cnn2d } from './cnn2d.ts';
import { cnn3d } from './cnn3d.ts';
import { connectomeCnn } from './connectome-cnn.ts';
import { convAutoencoder } from './conv-autoencoder.ts';
import { custom } from './custom.ts';
import type { ModelDefinition } from './description.ts';
import { gru } from './gru.ts';
import { logistic } from './logistic.ts';
import { lstm } from './lstm.ts';
import { mlp } from './mlp.ts';
import { resnet3d } from './resnet3d.ts';
import { transformer } from './transformer.ts';

export const catalogue: readonly ModelDefinition[] = [
  logistic,
  mlp,
  cnn1d,
  cnn2d,
  cnn3d,
  resnet3d,
  lstm,
  bilstm,
  gru,
  transformer,
  connectomeCnn,
  autoencoder,
  convAutoencoder,
];

/**
 * @param name in the catalogue, or 'custom' for a model of a person's own, which is no entry of it
 * @throws SpectroscopeError (setting) when there is no such model
 */
export function modelNamed(name: string): ModelDefinition {
  const found = name === custom.name ? custom : catalogue.find((model) => model.name === name);
  if (found !== undefined) return found;
  const known = catalogue.map((model) => model.name).join(', ');
  throw settingError('unknown-model', t("There is no model '{name}': choose {known}.", { name, known }), {
    field: 'model',
    expected: known,
  });
}
