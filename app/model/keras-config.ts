/** Reads the configuration of a Keras layer, which is JSON of a person's own: each value is checked where it is taken. */
import { t } from '#app/text/text.ts';

/** Why a layer cannot be mapped, as the end of a sentence that names it. */
export class Unmappable extends Error {}

export type Json = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1;
}

/** Every method throws Unmappable when the value is of another kind; an absent value takes what is given for it. */
export class KerasConfig {
  readonly values: Json;

  constructor(values: Json) {
    this.values = values;
  }

  /** @returns a whole number from 1 */
  count(name: string): number {
    const value = this.values[name];
    if (isCount(value)) return value;
    throw this.wrong(name, t('a whole number'));
  }

  /** One number for each axis; a single number stands for all of them. */
  counts(name: string, axes: number, otherwise?: readonly number[]): readonly number[] {
    const value = this.values[name] ?? otherwise;
    const list: unknown = typeof value === 'number' ? new Array<number>(axes).fill(value) : value;
    if (Array.isArray(list) && list.length === axes && list.every(isCount)) return list;
    throw this.wrong(name, axes === 1 ? t('a whole number') : t('{axes} whole numbers', { axes }));
  }

  /** Any whole numbers, also below zero. */
  integers(name: string): readonly number[] {
    const value = this.values[name];
    const list: unknown = typeof value === 'number' ? [value] : value;
    if (Array.isArray(list) && list.every((each) => Number.isInteger(each))) return list as number[];
    throw this.wrong(name, t('whole numbers'));
  }

  number(name: string, otherwise: number): number {
    const value = this.values[name] ?? otherwise;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw this.wrong(name, t('a number'));
  }

  text(name: string, otherwise: string): string {
    const value = this.values[name] ?? otherwise;
    if (typeof value === 'string') return value;
    throw this.wrong(name, t('a word'));
  }

  flag(name: string, otherwise: boolean): boolean {
    const value = this.values[name] ?? otherwise;
    if (typeof value === 'boolean') return value;
    throw this.wrong(name, t('true or false'));
  }

  /** @throws Unmappable unless the value, where there is one, is this */
  require(name: string, only: string | number | boolean): void {
    const value = this.values[name] ?? only;
    if (value === only) return;
    const values = { name, value: JSON.stringify(value), only: String(only) };
    throw new Unmappable(t('has {name} {value}; only {only} is known here', values));
  }

  private wrong(name: string, expected: string): Unmappable {
    const value = JSON.stringify(this.values[name] ?? null);
    return new Unmappable(t('has {name} {value}, expected {expected}', { name, value, expected }));
  }
}
