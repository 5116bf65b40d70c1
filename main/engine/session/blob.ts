/** Arrays of numbers as blobs: little-endian, as on every computer that the program runs on. */

export function blobOf(values: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** @param blob column value of a query; a view of its bytes, or a copy where they are not aligned */
export function float32Of(blob: unknown): Float32Array {
  const bytes = aligned(blob);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

export function int32Of(blob: unknown): Int32Array {
  const bytes = aligned(blob);
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

function aligned(blob: unknown): Uint8Array {
  if (!(blob instanceof Uint8Array) || blob.byteLength % 4 !== 0) {
    throw new RangeError('A blob of numbers has a length that is not a multiple of four.');
  }
  return blob.byteOffset % 4 === 0 ? blob : blob.slice();
}
