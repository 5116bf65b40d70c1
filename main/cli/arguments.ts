/** How the command line reads the values of its options. */
import { InvalidArgumentError } from 'commander';

export const devices = ['auto', 'cpu', 'cuda', 'webgpu'] as const;

export const largestSeed = 2 ** 32 - 1;

export function number(minimum: number, whole: boolean, maximum = Infinity): (text: string) => number {
  return (text) => {
    const value = Number(text);
    const isNumber = text.trim() !== '' && Number.isFinite(value) && (!whole || Number.isInteger(value));
    if (isNumber && value >= minimum && value <= maximum) return value;
    const kind = whole ? 'a whole number' : 'a number';
    if (minimum === -Infinity) throw new InvalidArgumentError(`expected ${kind}`);
    const most = maximum === Infinity ? '' : ` and at most ${maximum}`;
    throw new InvalidArgumentError(
      minimum === Number.MIN_VALUE ? `expected ${kind} above 0` : `expected ${kind} of at least ${minimum}${most}`,
    );
  };
}

export const names = (text: string): string[] => text.split(',').map((name) => name.trim());
export const numbers = (text: string): number[] => names(text).map(number(0, false, 1));
export const anyNumbers = (text: string): number[] => names(text).map(number(-Infinity, false));
/** Names among known ones, with commas. */
export function oneOf<T extends string>(what: string, known: readonly T[]): (text: string) => T[] {
  return (text) =>
    names(text).map((name) => {
      const found = known.find((each) => each === name);
      if (found !== undefined) return found;
      throw new InvalidArgumentError(`'${name}' is no ${what}; there are ${known.join(', ')}`);
    });
}
/** Of an option that may be repeated. */
export const collect = (text: string, before: string[] = []): string[] => [...before, text];
