/** Numbers as people type them: decimal commas, real minus signs, spaces between thousands, '1e-3'. */
import { t } from '#app/text/text.ts';

export interface NumberLimits {
  minimum?: number;
  maximum?: number;
  /** The minimum itself is not allowed. */
  aboveMinimum?: boolean;
  whole?: boolean;
}

export type Parsed<T> = { value: T; refused: null } | { value: null; refused: string };

/** @returns the number, or the sentence to show under the field */
export function parseNumber(text: string, limits: NumberLimits = {}): Parsed<number> {
  const plain = text
    .trim()
    .replace(/[\s\u2009]/g, '')
    .replace('\u2212', '-')
    .replace(',', '.');
  const value = plain === '' ? NaN : Number(plain);
  const refused = (words: string): Parsed<number> => ({ value: null, refused: words });
  if (!Number.isFinite(value)) return refused(t('This is not a number.'));
  if (limits.whole === true && !Number.isInteger(value)) return refused(t('A whole number is needed.'));
  const { minimum, maximum } = limits;
  if (minimum !== undefined && (limits.aboveMinimum === true ? value <= minimum : value < minimum)) {
    return refused(
      limits.aboveMinimum === true
        ? t('It has to be above {minimum}.', { minimum })
        : t('At least {minimum}.', { minimum }),
    );
  }
  if (maximum !== undefined && value > maximum) return refused(t('At most {maximum}.', { maximum }));
  return { value, refused: null };
}

/** A list such as '128, 64'. */
export function parseIntegers(text: string, limits: NumberLimits): Parsed<number[]> {
  const values: number[] = [];
  for (const part of text.split(/[\s,;]+/).filter(Boolean)) {
    const one = parseNumber(part, { ...limits, whole: true });
    if (one.value === null) return { value: null, refused: `${part}: ${one.refused}` };
    values.push(one.value);
  }
  return { value: values, refused: null };
}
