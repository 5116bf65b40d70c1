/** Arrays of numbers as blobs: little-endian, as on every computer that the program runs on. */

export function blobOf(values: Float32Array | Float64Array | Int32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** @param blob column value of a query; a view of its bytes, or a copy where they are not aligned */
export function float32Of(blob: unknown): Float32Array {
  const bytes = aligned(blob, 4);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

export function int32Of(blob: unknown): Int32Array {
  const bytes = aligned(blob, 4);
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

export function float64Of(blob: unknown): Float64Array {
  const bytes = aligned(blob, 8);
  return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
}

function aligned(blob: unknown, size: 4 | 8): Uint8Array {
  if (!(blob instanceof Uint8Array) || blob.byteLength % size !== 0) {
    throw new RangeError(`A blob of numbers has a length that is not a multiple of ${size}.`);
  }
  return blob.byteOffset % size === 0 ? blob : blob.slice();
}
