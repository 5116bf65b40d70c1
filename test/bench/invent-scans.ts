/**
 * Scans of 96 x 112 x 96 voxels, int16, gzip, for measurements: node test/bench/invent-scans.ts FOLDER COUNT prints their paths.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Smooth bodies with a little noise: about as hard to inflate as an anatomical scan. */
export function inventScans(folder: string, count: number): string[] {
  mkdirSync(folder, { recursive: true });
  const paths: string[] = [];
  const [nx, ny, nz] = [96, 112, 96] as const;
  const bytes = Buffer.alloc(352 + nx * ny * nz * 2);
  bytes.writeInt32LE(348, 0);
  [3, nx, ny, nz, 1, 1, 1, 1].forEach((size, index) => bytes.writeInt16LE(size, 40 + 2 * index));
  bytes.writeInt16LE(4, 70);
  bytes.writeInt16LE(16, 72);
  bytes.writeFloatLE(352, 108);
  bytes.writeInt16LE(1, 254);
  [0, 1, 2].forEach((axis) => {
    bytes.writeFloatLE(2, 80 + 4 * axis);
    bytes.writeFloatLE(2, 280 + 20 * axis);
  });
  bytes.write('n+1\0', 344, 'latin1');
  for (let scan = 0; scan < count; scan++) {
    let noise = scan + 1;
    for (let voxel = 0; voxel < nx * ny * nz; voxel++) {
      const x = (voxel % nx) / nx - 0.5;
      const y = (Math.floor(voxel / nx) % ny) / ny - 0.5;
      const z = Math.floor(voxel / (nx * ny)) / nz - 0.5;
      noise = (Math.imul(noise, 1664525) + 1013904223) >>> 0;
      const inside = x * x + y * y + z * z < 0.2;
      bytes.writeInt16LE(
        inside ? Math.round(400 + 200 * Math.sin(9 * x + scan) * Math.cos(7 * y)) + (noise >>> 28) : 0,
        352 + 2 * voxel,
      );
    }
    const path = join(folder, `scan-${scan}.nii.gz`);
    writeFileSync(path, gzipSync(bytes, { level: 4 }));
    paths.push(path);
  }
  return paths;
}

if (import.meta.main) {
  const [folder = '', count = ''] = process.argv.slice(2);
  console.log(JSON.stringify(inventScans(folder, Number(count))));
}
