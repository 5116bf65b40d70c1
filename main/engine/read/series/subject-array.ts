/** One subject's matrix out of a file of arrays. */
import type { Series } from '#app/study/study.ts';
import { sentence } from '#app/text/sentence.ts';
import type { ArrayFile } from './read-arrays.ts';
import { damaged, type StoredArrays, type StoredNumbers } from './stored-arrays.ts';

export interface SubjectArray {
  array: string;
  slice: Series['slice'];
  shape: [number, number];
  /** [rows x columns] as they lie in the file. */
  values: Float64Array;
  columns: readonly string[] | null;
  rows: readonly string[] | null;
}

/**
 * The one matrix of a file that is one subject's: the array of this name, or the largest that has rows and columns.
 * A vector counts as one column.
 */
export function soleArray({ numbers }: StoredArrays, file: string, name: string | null): SubjectArray {
  const matrices = numbers.filter(({ shape }) => withoutOnes(shape).length <= 2);
  const [largest] = matrices.toSorted((a, b) => b.values.length - a.values.length);
  const found = name === null ? largest : matrices.find((each) => each.name === name);
  if (found !== undefined && found.values.length > 0) return matrixOf(found);
  const held = numbers.map((each) => {
    const shape = each.shape.join(' x ');
    return each.name === '' ? sentence('an array {shape}', { shape }) : `${each.name} ${shape}`;
  });
  throw damaged(
    file,
    name === null
      ? sentence('holds {held} (expected one matrix with rows and columns)', { held })
      : sentence('holds {held} (expected {name} with rows and columns)', { held, name }),
  );
}

/** All subjects in one file: an array of three axes, or as many matrices. */
export interface ManySubjects {
  /** Names of the subjects; null: the file has none. */
  ids: readonly string[] | null;
  subjects: SubjectArray[];
}

/**
 * @param expected subjects of the table; null: there is none
 * @returns null where the file is that of one subject
 */
export function manyArrays({ numbers, texts }: ArrayFile, expected: number | null): ManySubjects | null {
  const stacks = numbers
    .filter(({ shape }) => shape.length === 3)
    .toSorted((a, b) => b.values.length - a.values.length);
  const [stack] = stacks;
  if (stack !== undefined) return stacked(stack, texts, expected);
  const matrices = numbers.filter(({ shape }) => withoutOnes(shape).length === 2);
  if (matrices.length < 2) return null;
  const subjects = matrices.map(matrixOf);
  const listed = texts.find((each) => each.texts.length === matrices.length)?.texts;
  const isCells = matrices.every(({ name }) => /\{\d+\}$/.test(name));
  return { ids: listed ?? (isCells ? null : matrices.map(({ name }) => name)), subjects };
}

function stacked(stack: StoredNumbers, texts: StoredArrays['texts'], expected: number | null): ManySubjects {
  const { shape } = stack;
  const listed = texts.find((each) => each.texts.length === shape[0] || each.texts.length === shape[2])?.texts;
  const count = listed?.length ?? expected;
  // Python stacks subjects along the first axis, MATLAB along the last.
  const axis = shape[0] !== count && shape[2] === count ? 2 : 0;
  const subjects = Array.from({ length: shape[axis] ?? 0 }, (_, place) => sliceOf(stack, { axis, place }));
  return { ids: listed?.length === subjects.length ? listed : null, subjects };
}

/** As it was found at import. @throws SpectroscopeError (input) when the file no longer holds it */
export function arrayOf(arrays: StoredArrays, series: Series, file: string): SubjectArray {
  const found = namedArray(arrays, series, file);
  if (found.shape.join() === series.shape.join()) return found;
  throw damaged(
    file,
    sentence('holds {shape} numbers where it held {before} at import. Import the data again', {
      shape: found.shape.join(' x '),
      before: series.shape.join(' x '),
    }),
  );
}

function namedArray(arrays: StoredArrays, { array, slice }: Series, file: string): SubjectArray {
  if (slice === null) return soleArray(arrays, file, array);
  const stack = arrays.numbers.find(({ name, shape }) => name === array && shape.length === 3);
  if (stack === undefined || slice.place >= (stack.shape[slice.axis] ?? 0)) {
    throw damaged(
      file,
      sentence('has no subject {place} in {array} any more', {
        place: slice.place + 1,
        array: array === '' ? sentence('its array') : array,
      }),
    );
  }
  return sliceOf(stack, slice);
}

function sliceOf({ name, shape, values }: StoredNumbers, slice: NonNullable<Series['slice']>): SubjectArray {
  const [first = 0, second = 0, third = 0] = shape;
  const common = { array: name, slice, columns: null, rows: null };
  if (slice.axis === 0) {
    const size = second * third;
    return { ...common, shape: [second, third], values: values.subarray(slice.place * size, (slice.place + 1) * size) };
  }
  const part = new Float64Array(first * second);
  for (let i = 0; i < part.length; i++) part[i] = values[i * third + slice.place] as number;
  return { ...common, shape: [first, second], values: part };
}

function matrixOf({ name, shape, values, columns, rows }: StoredNumbers): SubjectArray {
  const sizes = shape.length <= 2 ? [...shape] : withoutOnes(shape);
  const [first = 1, second = 1] = sizes;
  return { array: name, slice: null, shape: [first, second], values, columns, rows };
}

function withoutOnes(shape: readonly number[]): number[] {
  return shape.filter((size) => size !== 1);
}
