/** Arrays of numbers that a fitted step holds: plain and in its JSON, or, where there is one for each voxel, typed and beside it. */
import * as v from 'valibot';

/** Numbers from which on an array of a scan's step is typed. */
const longFrom = 1024;

export type TypedNumbers = Float32Array | Float64Array | Int32Array;
export type Numbers = number[] | TypedNumbers;

/** For loops over many: several times as fast as over arrays of every kind. A copy unless they are in float32. */
export function floatsOf(numbers: Numbers): Float32Array | Float64Array {
  return numbers instanceof Float32Array ? numbers : Float64Array.from(numbers);
}

/** Adds so many times other numbers. */
export function addScaled(sums: Float64Array, numbers: Float32Array | Float64Array, factor: number): void {
  if (factor === 0) return;
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + factor * (numbers[i] as number);
}

export const numbersSchema = v.union([
  v.array(v.number()),
  v.instance(Float32Array),
  v.instance(Float64Array),
  v.instance(Int32Array),
]) satisfies v.GenericSchema<unknown, Numbers>;

/** Where a typed array is that was taken out of its step. */
export const arrayPlaceSchema = v.object({
  array: v.string(),
  type: v.picklist(['float32', 'float64', 'int32']),
  length: v.number(),
});
export type ArrayPlace = v.InferOutput<typeof arrayPlaceSchema>;

/** @returns the same with long arrays typed, in half the bytes: float32, int32 where they are indices */
export function compact(stored: { step: string }): { step: string } {
  return mapped(stored, '', (numbers) => {
    if (!Array.isArray(numbers) || numbers.length < longFrom) return numbers;
    return numbers.every((each) => each === (each | 0)) ? Int32Array.from(numbers) : Float32Array.from(numbers);
  }) as { step: string };
}

/** Takes typed arrays out of what is to become JSON, each under its path there: 'steps/0/mean'. */
export function withoutArrays(value: unknown): { json: unknown; arrays: Map<string, TypedNumbers> } {
  const arrays = new Map<string, TypedNumbers>();
  const json = mapped(value, '', (numbers, path) => {
    if (Array.isArray(numbers)) return numbers;
    arrays.set(path, numbers);
    return placeOf(path, numbers);
  });
  return { json, arrays };
}

/** @param arrayOf the array of a place */
export function withArrays(json: unknown, arrayOf: (place: ArrayPlace) => TypedNumbers): unknown {
  if (typeof json !== 'object' || json === null) return json;
  const place = v.safeParse(arrayPlaceSchema, json);
  if (place.success) return arrayOf(place.output);
  if (Array.isArray(json)) return json.map((each: unknown) => withArrays(each, arrayOf));
  return Object.fromEntries(Object.entries(json).map(([key, each]) => [key, withArrays(each, arrayOf)]));
}

/** The numbers of a place in the bytes of its file. */
export function numbersOf({ type }: Pick<ArrayPlace, 'type'>, bytes: Uint8Array<ArrayBuffer>): TypedNumbers {
  const { buffer } = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  const from = bytes.byteOffset % 8 === 0 ? bytes.byteOffset : 0;
  if (type === 'float64') return new Float64Array(buffer, from, bytes.byteLength / 8);
  const count = bytes.byteLength / 4;
  return type === 'int32' ? new Int32Array(buffer, from, count) : new Float32Array(buffer, from, count);
}

function mapped(value: unknown, path: string, change: (numbers: Numbers, path: string) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const numbers = asNumbers(value);
  if (numbers !== null) return change(numbers, path);
  const inner = ([key, each]: [string, unknown]): [string, unknown] => [
    key,
    mapped(each, path === '' ? key : `${path}/${key}`, change),
  ];
  const entries = Object.entries(value).map(inner);
  return Array.isArray(value) ? entries.map(([, each]) => each) : Object.fromEntries(entries);
}

function asNumbers(value: object): Numbers | null {
  if (value instanceof Float32Array || value instanceof Float64Array || value instanceof Int32Array) return value;
  return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'number') ? value : null;
}

export function placeOf(array: string, numbers: TypedNumbers): ArrayPlace {
  const single = numbers instanceof Float32Array ? 'float32' : 'float64';
  return { array, type: numbers instanceof Int32Array ? 'int32' : single, length: numbers.length };
}
