/** The models that a person can choose. A new one is a file and a line here. */
import { settingError } from '#app/contract/errors.ts';
import { cnn3d } from './cnn3d.ts';
import type { ModelDefinition } from './description.ts';
import { mlp } from './mlp.ts';

export const catalogue: readonly ModelDefinition[] = [mlp, cnn3d];

/** @throws SpectroscopeError (setting) when there is no such model */
export function modelNamed(name: string): ModelDefinition {
  const found = catalogue.find((model) => model.name === name);
  if (found !== undefined) return found;
  const known = catalogue.map((model) => model.name).join(', ');
  throw settingError('unknown-model', `There is no model '${name}': choose ${known}.`, {
    field: 'model',
    expected: known,
  });
}
