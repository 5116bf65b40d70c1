/**
 * A sentence that is kept: its English text and its values, said in the language of whoever reads it. What is stored or sent to others is made
 * of these, since a text of `t` keeps the language in which it was made.
 */
import * as v from 'valibot';
import { inEnglish, translated } from './text.ts';

export interface Sentence {
  /** English, and the key of its translations. */
  text: string;
  values: { [name: string]: SentenceValue };
}
/** Sentences within a sentence are said in its language; a list of them with commas. */
export type SentenceValue = string | number | Sentence | (string | Sentence)[];
/** A string is the same in every language: a name, a number, or what an older version wrote. */
export type Words = string | Sentence;

export const sentenceSchema: v.GenericSchema<Sentence> = v.object({
  text: v.string(),
  values: v.record(
    v.string(),
    v.union([
      v.string(),
      v.number(),
      v.lazy(() => sentenceSchema),
      v.array(v.union([v.string(), v.lazy(() => sentenceSchema)])),
    ]),
  ),
});

/**
 * @param english the whole text, a literal as for `t`: also outside of functions, since nothing is translated yet
 * @param values as for `t`; of other texts, sentences too
 */
export function sentence(english: string, values: Sentence['values'] = {}): Sentence {
  return { text: english, values };
}

/** In the chosen language. */
export function spoken(words: Words): string {
  if (typeof words === 'string') return words;
  const values = Object.entries(words.values).map(([name, value]) => [name, spokenValue(value)] as const);
  return translated(words.text, Object.fromEntries(values));
}

function spokenValue(value: SentenceValue): string | number {
  if (typeof value === 'number') return value;
  return Array.isArray(value) ? value.map(spoken).join(', ') : spoken(value);
}

/** In English, whatever language was chosen: for files, tables and scripts. */
export function inWriting(words: Words): string {
  return inEnglish(() => spoken(words));
}
