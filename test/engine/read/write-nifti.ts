/** Small, sound float32 NIfTI-1 files for tests. */
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Grid } from '#app/data/volume.ts';

type VoxelValue = (i: number, j: number, k: number, volume: number) => number;

interface Times {
  volumes: number;
  repetitionTimeS: number;
}

export function niftiBytes({ shape, affine }: Grid, value: VoxelValue, times: Times | null = null): Buffer {
  const [ni, nj, nk] = shape;
  const volumes = times?.volumes ?? 1;
  const bytes = Buffer.alloc(352 + ni * nj * nk * volumes * 4);
  bytes.writeInt32LE(348, 0);
  [times === null ? 3 : 4, ni, nj, nk, volumes, 1, 1, 1].forEach((size, index) =>
    bytes.writeInt16LE(size, 40 + 2 * index),
  );
  bytes.writeInt16LE(16, 70);
  bytes.writeInt16LE(32, 72);
  [0, 1, 2].forEach((axis) => {
    const edge = Math.hypot(affine[axis] ?? 0, affine[4 + axis] ?? 0, affine[8 + axis] ?? 0);
    bytes.writeFloatLE(edge, 80 + 4 * axis);
  });
  if (times !== null) {
    bytes.writeFloatLE(times.repetitionTimeS, 92);
    // Millimetres and seconds.
    bytes.writeUInt8(2 + 8, 123);
  }
  bytes.writeFloatLE(352, 108);
  bytes.writeInt16LE(2, 254);
  affine.slice(0, 12).forEach((element, index) => bytes.writeFloatLE(element, 280 + 4 * index));
  bytes.write('n+1\0', 344, 'latin1');
  let at = 352;
  for (let t = 0; t < volumes; t++)
    for (let k = 0; k < nk; k++)
      for (let j = 0; j < nj; j++) for (let i = 0; i < ni; i++, at += 4) bytes.writeFloatLE(value(i, j, k, t), at);
  return bytes;
}

export function writeNifti(path: string, grid: Grid, value: VoxelValue): void {
  const bytes = niftiBytes(grid, value);
  writeFileSync(path, path.endsWith('.gz') ? gzipSync(bytes) : bytes);
}

/** A cube in RAS of 2 mm; the seed tells the contents of two of them apart. */
export function smallScan(seed = 1, edge = 4, options: { gzip?: boolean } = {}): Buffer {
  const grid: Grid = { shape: [edge, edge, edge], affine: [2, 0, 0, -3, 0, 2, 0, -3, 0, 0, 2, -3, 0, 0, 0, 1] };
  const bytes = niftiBytes(grid, (i, j, k) => ((i + edge * (j + edge * k)) * 7 + seed * 13) % 251);
  return options.gzip === true ? gzipSync(bytes) : bytes;
}
