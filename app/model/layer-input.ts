/** What a layer finds where it is put: the parts of the shape that it takes, or why it cannot be there. */
import { settingError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';

/** A place in the network that a branch can start from. */
export interface Place {
  readonly name: string;
  readonly shape: readonly number[];
}

export function lastAxis({ shape }: Place, kind: string): number {
  const size = shape.at(-1);
  if (size === undefined)
    throw settingError('layer-input', t('A {kind} layer needs a vector, not a single number.', { kind }));
  return size;
}

/** @returns [rows, features] */
export function rowsOf({ shape }: Place, kind: string): [number, number] {
  const [rows, features] = shape;
  if (shape.length !== 2 || rows === undefined || features === undefined) {
    throw settingError(
      'layer-input',
      t('A {kind} layer needs a series of vectors, not {shape}.', { kind, shape: shape.join(' x ') }),
    );
  }
  return [rows, features];
}

/** @param axes that are moved over; those before them are rows of their own */
export function positionsOf(
  place: Place,
  kind: string,
  axes: number,
): { leading: number[]; spatial: number[]; channels: number } {
  const { shape } = place;
  if (shape.length < axes + 1) {
    throw settingError(
      'layer-input',
      t('A {kind} layer needs {axes} axes and channels, not {shape}.', { kind, axes, shape: shape.join(' x ') }),
    );
  }
  const first = shape.length - 1 - axes;
  return { leading: shape.slice(0, first), spatial: shape.slice(first, -1), channels: lastAxis(place, kind) };
}

/** @param sign 1: so many positions more before and after each axis; -1: fewer */
export function edgesOf({ shape }: Place, before: readonly number[], after: readonly number[], sign: 1 | -1): number[] {
  const output = shape.map((size, axis) => size + sign * ((before[axis] ?? 0) + (after[axis] ?? 0)));
  if (output.some((size) => size < 1)) {
    throw settingError(
      'layer-input',
      t('Nothing of {shape} is left when its edges are cut off.', { shape: shape.join(' x ') }),
    );
  }
  return output;
}

/** Of the sum of branches: axes of 1 are as long as the others'. */
export function addedShape(places: readonly Place[]): number[] {
  const [first] = places;
  return (first?.shape ?? []).map((_, axis) => {
    const sizes = places.map(({ shape }) => shape[axis] ?? 0);
    const size = Math.max(...sizes);
    if (
      sizes.every((each) => each === size || each === 1) &&
      places.every((p) => p.shape.length === first?.shape.length)
    ) {
      return size;
    }
    throw mismatch(places);
  });
}

/** Of branches side by side along the last axis. */
export function concatenatedShape(places: readonly Place[]): number[] {
  const rows = (place: Place): string => place.shape.slice(0, -1).join();
  if (places.some((place) => rows(place) !== rows(places[0] as Place))) throw mismatch(places);
  const channels = places.reduce((sum, { shape }) => sum + (shape.at(-1) ?? 0), 0);
  return [...(places[0]?.shape.slice(0, -1) ?? []), channels];
}

function mismatch(places: readonly Place[]): Error {
  const shapes = places
    .map(({ shape }) => shape.join(' x '))
    .reduce((before, after) => t('{before} and {after}', { before, after }));
  return settingError('layer-input', t('Branches of {shapes} cannot be brought together.', { shapes }));
}
