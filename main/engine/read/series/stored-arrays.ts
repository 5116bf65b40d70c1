/** What a file of arrays holds, whatever its format. */
import { inputError, type SpectroscopeError } from '#app/contract/errors.ts';
import { sentence, type Words } from '#app/text/sentence.ts';

/** Numbers in row-major order: the last axis varies fastest. */
export interface StoredNumbers {
  /** Name within the file; '' where the file holds one array without a name. */
  name: string;
  shape: readonly number[];
  values: Float64Array;
  /** Names along the last axis, from a header; null: there are none. */
  columns: readonly string[] | null;
  /** Names along the first axis, from a first column of texts; null: there are none. */
  rows: readonly string[] | null;
}

/** Texts, one after another. */
export interface StoredTexts {
  name: string;
  texts: readonly string[];
}

export interface StoredArrays {
  numbers: StoredNumbers[];
  texts: StoredTexts[];
}

/** A file of more numbers than this is none of series: it is refused before memory is taken. */
export const mostNumbers = 2 ** 28;

/** @throws SpectroscopeError (input) when the shape is no shape, or asks for more numbers than can be read */
export function countOf(shape: readonly number[], file: string, name: string): number {
  const count = shape.reduce((product, size) => product * size, 1);
  const sound = shape.every((size) => Number.isInteger(size) && size >= 0);
  if (sound && count <= mostNumbers) return count;
  const values = { shape: shape.join(' x '), mostNumbers };
  throw damaged(
    file,
    name === ''
      ? sentence('has a shape of {shape} (expected at most {mostNumbers} numbers)', values)
      : sentence('the array {name} has a shape of {shape} (expected at most {mostNumbers} numbers)', {
          ...values,
          name,
        }),
  );
}

/** @param what follows 'FILE: ' */
export function damaged(file: string, what: Words, cause?: unknown): SpectroscopeError {
  return inputError(
    'array-file-damaged',
    sentence('{file}: {what}. Write the file again or exclude the subject.', { file, what }),
    {
      file,
      expected: sentence('a whole file of numbers'),
      ...(cause === undefined ? {} : { cause }),
    },
  );
}

/** @param what follows 'FILE: ' and says what to do */
export function unsupported(file: string, what: Words): SpectroscopeError {
  return inputError('array-kind-unknown', sentence('{file}: {message}', { file, message: what }), {
    file,
    expected: sentence('an array of real numbers'),
  });
}

/** From column-major (the first axis varies fastest), as MATLAB and Fortran hold arrays, to row-major order. */
export function rowMajor(values: Float64Array, shape: readonly number[]): Float64Array {
  if (shape.filter((size) => size > 1).length < 2) return values;
  const result = new Float64Array(values.length);
  const [rows = 1, columns = 1] = shape;
  const slices = shape.slice(2);
  const rest = slices.reduce((product, size) => product * size, 1);
  for (let slice = 0; slice < rest; slice++) {
    const place = reversedPlace(slice, slices);
    for (let column = 0; column < columns; column++) {
      const from = (slice * columns + column) * rows;
      for (let row = 0; row < rows; row++) {
        result[(row * columns + column) * rest + place] = values[from + row] as number;
      }
    }
  }
  return result;
}

/** Place in row-major order of the slice that is `index` in column-major order. */
function reversedPlace(index: number, sizes: readonly number[]): number {
  let [left, place, stride] = [index, 0, sizes.reduce((product, size) => product * size, 1)];
  for (const size of sizes) {
    stride /= size;
    place += (left % size) * stride;
    left = Math.floor(left / size);
  }
  return place;
}
