/** The binding that looks at scans outside of JavaScript: main/engine/native/scans/, built at set-up. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Triple } from '#app/data/volume.ts';

/** How values are stored, and where. */
export interface NativeScan {
  /** Of the inflated content; 0: the file is not compressed. */
  contentBytes: number;
  /** First byte of the values in the content. */
  offset: number;
  /** As NIfTI counts them. */
  typeCode: number;
  /** 1 or 0. */
  littleEndian: number;
  slope: number;
  intercept: number;
  shape: Triple;
  /** Of the percentiles that are wanted. */
  shares: readonly number[];
  /** null: no picture is wanted. Along right, anterior, superior. */
  stamps: { origin: number; step: Triple; shape: Triple; axes: Triple; flipped: Triple; pixels: Triple } | null;
}

export interface NativeLook {
  /** Voxels. */
  notNumbers: number;
  zeros: number;
  minimum: number;
  maximum: number;
  mean: number;
  standardDeviation: number;
  percentiles: number[];
  foregroundVoxels: number;
  centre: Triple;
  black: number;
  white: number;
  /** Sagittal, coronal, axial, one behind the other. */
  pixels: Uint8Array<ArrayBuffer>;
}

interface Binding {
  /**
   * In Node's pool of threads. The arrays may not be changed meanwhile.
   * @param values filled with slope x stored + intercept; null: not wanted
   * @returns null where only zlib can tell what is wrong with a compressed file, or read it
   */
  lookAtScan(file: Uint8Array, scan: NativeScan, values: Float32Array | null): Promise<NativeLook | null>;
}

let loaded: Binding | null | undefined;

/** @returns null where it is not built: what it does is then done in TypeScript, with the same numbers */
export function scanBinding(): Binding | null {
  loaded ??= load();
  return loaded;
}

function load(): Binding | null {
  const require = createRequire(import.meta.url);
  try {
    const tfjs = dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
    const path = join(tfjs, 'lib', 'napi-v8', 'scan_reader.node');
    return existsSync(path) ? (require(path) as Binding) : null;
  } catch {
    return null;
  }
}
