/** What a sample's shape says of the kind of data, and which of them a model takes. */
import { settingError } from '#app/contract/errors.ts';
import type { Study } from '#app/study/study.ts';
import type { InputKind, ModelDefinition } from './description.ts';

/** By the number of axes of one sample. */
const kinds: readonly InputKind[] = ['table', 'series', 'matrix', 'volumes'];

export const kindWords: Readonly<Record<InputKind, string>> = {
  table: 'tables',
  series: 'series',
  matrix: 'matrices of connections',
  volumes: 'scans',
};

/** What the data of a study are to a model, before anything is made of them. */
export function inputKindOf(kind: Study['kind']): InputKind {
  return kind === 'matrices' ? 'matrix' : kind;
}

/** 'tables, series or scans'. */
export function kindsInWords(inputs: readonly InputKind[]): string {
  const words = inputs.map((kind) => kindWords[kind]);
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

/** @param shape one sample, without the batch axis; null: no study has data of so many axes */
export function kindOfShape(shape: readonly unknown[]): InputKind | null {
  return kinds[shape.length - 1] ?? null;
}

/** @throws SpectroscopeError (setting) when the model takes no data of this shape */
export function requireKind(
  { title, inputs }: Pick<ModelDefinition, 'title' | 'inputs'>,
  inputShape: readonly number[],
): InputKind {
  const kind = kindOfShape(inputShape);
  if (kind !== null && inputs.includes(kind)) return kind;
  const given = kind === null ? inputShape.join(' x ') : kindWords[kind];
  const taken = kindsInWords(inputs);
  throw settingError('model-input', `${title} takes ${taken}, not ${given}: choose another model.`, {
    field: 'model',
    expected: taken,
  });
}
