/** What a training learns, as sessions name it. */
import { sentence } from '#app/text/sentence.ts';
import { t } from '#app/text/text.ts';

/** Of a reconstruction; other targets have the name of a column or of classes. */
export const reconstructionTarget = sentence('the data themselves').text;

/** In the chosen language. */
export function targetWords(target: string): string {
  return target === reconstructionTarget ? t('the data themselves') : target;
}
