/** HDF5, written by the HDF5 library itself, compiled to WebAssembly: for h5py, MATLAB, R (hdf5r, rhdf5), Julia. */
import type { Dataset, File, Group } from 'h5wasm/node';
import { exportFailed, writing } from '../output-file.ts';
import { ArrayPieces, type ArraySink, type Attributes, type NumberArray, type NumberType } from './sink.ts';

const types: Readonly<Record<NumberType, string>> = { int32: '<i', float32: '<f', float64: '<d' };

const largestInteger = 2 ** 31 - 1;

/** Numbers of a chunk, about: as many rows of the first axis as they make. */
const chunkLength = 16_384;

/**
 * Runs `work` on a new HDF5 file; it finishes the sink itself.
 *
 * @param path where to write
 * @param name final name, for messages
 * @throws SpectroscopeError (input) 'export-failed'
 */
export async function writeHdf5<T>(path: string, name: string, work: (sink: ArraySink) => T): Promise<T> {
  const hdf5 = await import('h5wasm/node');
  const { deactivate_throwing_error_handler: printErrors, activate_throwing_error_handler: throwErrors } =
    await hdf5.ready;
  // Otherwise the library prints what is wrong, and goes on.
  throwErrors();
  try {
    const file = writing(name, () => new hdf5.File(path, 'w', { track_order: true }));
    try {
      const result = work(new Hdf5Sink(file, name));
      library(name, () => file.flush());
      return result;
    } finally {
      library(name, () => file.close());
    }
  } finally {
    printErrors();
  }
}

class Hdf5Sink implements ArraySink {
  private readonly file: File;
  private readonly name: string;
  private readonly open = new Map<string, ArrayPieces>();

  constructor(file: File, name: string) {
    this.file = file;
    this.name = name;
  }

  attributes(path: string, attributes: Attributes): void {
    const entity = path === '' ? this.file : (this.existing(path) ?? this.group(path));
    library(this.name, () => {
      for (const [name, value] of Object.entries(attributes)) {
        if (typeof value !== 'string' && typeof value !== 'number' && value.length === 0) continue;
        const data = typeof value === 'object' ? ([...value] as string[] | number[]) : value;
        // The library takes whole numbers for 32-bit ones; a seed can be larger.
        const isLarge = typeof value === 'number' && Math.abs(value) > largestInteger;
        entity.create_attribute(name, data, null, isLarge ? types.float64 : null);
      }
    });
  }

  numbers(path: string, type: NumberType, shape: readonly number[]): NumberArray {
    const [rows = 0, ...row] = shape;
    const rowLength = row.reduce((product, edge) => product * edge, 1);
    const chunkRows = Math.max(1, Math.min(rows, Math.floor(chunkLength / Math.max(1, rowLength))));
    const dataset = this.dataset(path, { type, shape, chunks: [chunkRows, ...row.map((edge) => Math.max(1, edge))] });
    const others = row.map((edge): [number, number] => [0, edge]);
    const pieces = new ArrayPieces(type, shape, chunkRows * Math.max(1, rowLength), (piece, from) => {
      const first = from / rowLength;
      library(this.name, () => dataset.write_slice([[first, first + piece.length / rowLength], ...others], piece));
      if (pieces.isComplete) this.open.delete(path);
    });
    if (!pieces.isComplete) this.open.set(path, pieces);
    return pieces;
  }

  texts(path: string, texts: readonly string[]): void {
    const { group, name } = this.placeOf(path);
    const data = texts.length === 0 ? [''] : [...texts];
    library(this.name, () => group.create_dataset({ name, data, shape: [data.length] }));
  }

  finish(): void {
    for (const path of this.open.keys()) throw new TypeError(`${path} was handed less than it announced.`);
  }

  private dataset(
    path: string,
    { type, shape, chunks }: { type: NumberType; shape: readonly number[]; chunks: number[] },
  ): Dataset {
    const { group, name } = this.placeOf(path);
    const [rows = 0, ...row] = shape;
    return library(this.name, () => {
      const made = group.create_dataset({
        ...{ name, data: [], dtype: types[type], shape: [0, ...row], maxshape: [null, ...row], chunks },
      });
      if (rows > 0) made.resize([rows, ...row]);
      return made;
    });
  }

  private placeOf(path: string): { group: Group; name: string } {
    const parts = path.split('/');
    const name = parts.pop() ?? '';
    return { group: parts.length === 0 ? this.file : this.group(parts.join('/')), name };
  }

  private group(path: string): Group {
    let group: Group = this.file;
    for (const part of path.split('/')) {
      const of = group;
      group = library(this.name, () =>
        of.keys().includes(part) ? (of.get(part) as Group) : of.create_group(part, true),
      );
    }
    return group;
  }

  private existing(path: string): Dataset | Group | null {
    const parts = path.split('/');
    let group: Group = this.file;
    for (const [i, part] of parts.entries()) {
      if (!group.keys().includes(part)) return null;
      const entity = group.get(part) as Group;
      if (i === parts.length - 1) return entity;
      group = entity;
    }
    return null;
  }
}

/** A full disk, which the library tells in words alone, becomes 'export-failed'. */
function library<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!/no space left/i.test(String(cause))) throw cause;
    throw exportFailed(name, Object.assign(new Error('The disk is full', { cause }), { code: 'ENOSPC' }));
  }
}
