/** Settings that several models share, so that they have one name and one range. */
import { t } from '#app/text/text.ts';
import type { ModelSetting } from './description.ts';

export function dropoutSetting(rate: number): ModelSetting {
  return { name: 'dropout', title: t('Dropout'), kind: 'number', default: rate, minimum: 0, maximum: 0.9, step: 0.05 };
}

export function denseSetting(units: readonly number[]): ModelSetting {
  return { name: 'dense', title: t('Dense units'), kind: 'integers', default: units, minimum: 1, maximum: 4096 };
}

/** A whole number. */
export function countSetting(name: string, title: string, count: number, maximum: number, minimum = 1): ModelSetting {
  return { name, title, kind: 'number', default: count, minimum, maximum, step: 1 };
}
