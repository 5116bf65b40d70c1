/** What a sample's shape says of the kind of data, and which of them a model takes. */
import { settingError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';
import type { Study } from '#app/study/study.ts';
import type { InputKind, ModelDefinition } from './description.ts';

/** By the number of axes of one sample. */
const kinds: readonly InputKind[] = ['table', 'series', 'matrix', 'volumes'];

export function kindWords(kind: InputKind): string {
  const words: Readonly<Record<InputKind, string>> = {
    table: t('tables'),
    series: t('series'),
    matrix: t('matrices of connections'),
    volumes: t('scans'),
  };
  return words[kind];
}

/** What the data of a study are to a model, before anything is made of them. */
export function inputKindOf(kind: Study['kind']): InputKind {
  return kind === 'matrices' ? 'matrix' : kind;
}

/** 'tables, series or scans'. */
export function kindsInWords(inputs: readonly InputKind[]): string {
  const words = inputs.map(kindWords);
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : t('{others} or {last}', { others: words.slice(0, -1).join(', '), last });
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
  const given = kind === null ? inputShape.join(' x ') : kindWords(kind);
  const taken = kindsInWords(inputs);
  throw settingError(
    'model-input',
    t('{model} takes {kinds}, not {given}: choose another model.', { model: title, kinds: taken, given }),
    {
      field: 'model',
      expected: taken,
    },
  );
}
