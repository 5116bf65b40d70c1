/** MATLAB files of version 7.3 (`save -v7.3`), which are HDF5: read by the HDF5 library itself, compiled to WebAssembly. */
import type { Dataset, File, Group } from 'h5wasm/node';
import { SpectroscopeError } from '#app/contract/errors.ts';
import { sentence } from '#app/text/sentence.ts';
import { rowTexts } from './mat5-texts.ts';
import { countOf, damaged, unsupported, type StoredArrays } from './stored-arrays.ts';

/** MATLAB writes 512 bytes of its own before the HDF5 file. */
const hdf5Starts = [0, 512, 1024, 2048];
const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

export function isHdf5(start: Uint8Array): boolean {
  return hdf5Starts.some((at) => signature.every((byte, i) => start[at + i] === byte));
}

/** Groups within groups, at most: a link may lead round. */
const deepest = 16;

/**
 * HDF5 files without MATLAB are read as they are. MATLAB's arrays lie with their axes reversed, and are turned back.
 * @throws SpectroscopeError (input) when the file is damaged or holds complex numbers
 */
export async function readMat73(path: string, file: string): Promise<StoredArrays> {
  // Four megabytes that most studies do not need.
  const hdf5 = await import('h5wasm/node');
  const { deactivate_throwing_error_handler: printErrors, activate_throwing_error_handler: throwErrors } =
    await hdf5.ready;
  // Otherwise the library prints what is wrong, and goes on.
  throwErrors();
  try {
    const opened = new hdf5.File(path, 'r');
    try {
      const found: StoredArrays = { numbers: [], texts: [] };
      collectGroup(opened, '', 0, { file, opened, found });
      return found;
    } finally {
      opened.close();
    }
  } catch (cause) {
    if (cause instanceof SpectroscopeError) throw cause;
    throw damaged(file, sentence('is an HDF5 file that is damaged or cut off'), cause);
  } finally {
    printErrors();
  }
}

interface Reading {
  file: string;
  opened: File;
  found: StoredArrays;
}

function collectGroup(group: Group, prefix: string, depth: number, reading: Reading): void {
  if (depth > deepest) return;
  for (const key of group.keys()) {
    // Where MATLAB keeps what cells point to.
    if (key.startsWith('#')) continue;
    const entity = group.get(key);
    const name = prefix === '' ? key : `${prefix}.${key}`;
    if (entity === null) continue;
    if (isDataset(entity)) collectDataset(entity, name, depth, reading);
    else if (isGroup(entity)) collectGroup(entity, name, depth + 1, reading);
  }
}

function isDataset(entity: object): entity is Dataset {
  return 'dtype' in entity && 'shape' in entity;
}

function isGroup(entity: object): entity is Group {
  return 'keys' in entity;
}

function collectDataset(dataset: Dataset, name: string, depth: number, reading: Reading): void {
  const { file, found } = reading;
  const kind = dataset.attrs['MATLAB_class']?.value ?? null;
  if (dataset.attrs['MATLAB_empty'] !== undefined || dataset.shape === null) return;
  if (kind === 'cell') return collectCells(dataset, name, depth, reading);
  countOf(dataset.shape, file, name);
  const stored = valueOf(dataset, name, file);
  if (Array.isArray(stored) && stored.every((each) => typeof each === 'string')) {
    found.texts.push({ name, texts: stored });
    return;
  }
  const values = numbersOf(stored);
  if (values === null) {
    if (typeof dataset.dtype === 'object' && 'compound_type' in dataset.dtype) {
      throw unsupported(file, sentence('{name} holds complex numbers or records. Save real numbers.', { name }));
    }
    return;
  }
  if (kind === 'char') {
    const shape = dataset.shape.toReversed();
    found.texts.push({ name, texts: rowTexts(shape, values) });
    return;
  }
  const shape = [...dataset.shape];
  found.numbers.push(
    kind === null
      ? { name, shape, values, columns: null, rows: null }
      : { name, shape: shape.toReversed(), values: axesReversed(values, shape), columns: null, rows: null },
  );
}

function valueOf(dataset: Dataset, name: string, file: string): unknown {
  try {
    return dataset.value;
  } catch (cause) {
    throw damaged(file, sentence('holds {name}, which cannot be read', { name }), cause);
  }
}

/** @returns null for what is no array of numbers */
function numbersOf(stored: unknown): Float64Array | null {
  if (typeof stored === 'number') return Float64Array.of(stored);
  if (stored instanceof BigInt64Array || stored instanceof BigUint64Array) return Float64Array.from(stored, Number);
  if (ArrayBuffer.isView(stored) && !(stored instanceof DataView)) {
    return Float64Array.from(stored as Exclude<typeof stored, BigInt64Array | BigUint64Array> & ArrayLike<number>);
  }
  return null;
}

/** What the references of a cell array point to: texts as one list, arrays numbered as MATLAB does. */
function collectCells(dataset: Dataset, name: string, depth: number, { file, opened, found }: Reading): void {
  const references = valueOf(dataset, name, file);
  if (!Array.isArray(references) || depth > deepest) return;
  const texts: string[] = [];
  references.flat(Infinity).forEach((reference: unknown, i) => {
    if (typeof reference !== 'object' || reference === null) return;
    const target = opened.dereference(reference as Parameters<File['dereference']>[0]) as object | null;
    if (target === null || !isDataset(target)) return;
    const inner: StoredArrays = { numbers: [], texts: [] };
    collectDataset(target, `${name}{${i + 1}}`, depth + 1, { file, opened, found: inner });
    found.numbers.push(...inner.numbers);
    texts.push(...inner.texts.map((each) => each.texts.join(' ')));
  });
  if (texts.length > 0) found.texts.push({ name, texts });
}

/** From [a, b, c] to [c, b, a], both row-major. */
function axesReversed(values: Float64Array, shape: readonly number[]): Float64Array {
  const strides: number[] = [];
  let stride = 1;
  for (const size of shape) {
    strides.push(stride);
    stride *= size;
  }
  const result = new Float64Array(values.length);
  for (let at = 0; at < values.length; at++) {
    let [left, place] = [at, 0];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] as number;
      place += (left % size) * (strides[axis] as number);
      left = Math.floor(left / size);
    }
    result[place] = values[at] as number;
  }
  return result;
}
