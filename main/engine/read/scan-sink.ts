/** Where prepared scans go, one after another in any order: into memory while they fit, otherwise into one file. */
import { totalmem } from 'node:os';
import { settingError } from '#app/contract/errors.ts';
import { boxShape, copyBox, type Box } from '#app/data/bounding-box.ts';
import { formatBytes } from '#app/data/bytes.ts';
import { voxelCount, type Triple } from '#app/data/volume.ts';
import type { PreparationSettings } from '#app/run/preparation.ts';
import { sentence } from '#app/text/sentence.ts';
import { freeSystemBytes } from '../device/memory.ts';
import type { RowFile, RowFileWriter } from '../rows/row-file.ts';
import type { StoredRows } from '../rows/stored-rows.ts';

export interface SunkScans {
  /** [scans, x, y, z] of the box, z fastest; empty where they are stored. */
  values: Float32Array;
  stored?: StoredRows;
}

export interface ScanSink {
  /** @param values on the whole grid, x fastest */
  put(scan: number, values: Float32Array): Promise<void>;
  /** @param box that the scans are cropped to */
  finish(box: Box, warnings: readonly string[], watch: SinkWatch): Promise<SunkScans>;
  /** After an error. */
  discard(): Promise<void>;
}

interface SinkWatch {
  signal: AbortSignal;
  progress(done: number): void;
}

/** Grids as they come, their box, and the fold's own copy of it. */
const copies = 3;
/** Part of what is free that data may take: the network needs the rest. */
const partForData = 0.6;
/** Part of the computer's memory that a person may insist on. */
const most = 0.8;

/**
 * Where scans go, by what a person asked for and what is free.
 * @throws SpectroscopeError (setting) when they must be in memory and cannot be
 */
export function storageFor(
  storage: PreparationSettings['storage'],
  scans: number,
  shape: Triple,
  canStore: boolean,
): 'memory' | 'disk' {
  const bytes = scans * voxelCount(shape) * 4;
  const fits = copies * bytes <= partForData * freeSystemBytes();
  if (canStore && (storage === 'disk' || (storage === 'auto' && !fits))) return 'disk';
  const available = totalmem();
  if ((copies - 1) * bytes <= most * available) return 'memory';
  throw settingError(
    'scans-too-large',
    sentence(
      '{scans} scans of {shape} voxels take {copies} of memory, and this computer has {available}. Choose a larger target spacing, or let them be streamed from disk.',
      { scans, shape: shape.join(' x '), copies: formatBytes((copies - 1) * bytes), available: formatBytes(available) },
    ),
    { field: 'preparation.targetSpacingMm' },
  );
}

export function memorySink(scans: number, shape: Triple): ScanSink {
  const kept = new Array<Float32Array | null>(scans).fill(null);
  return {
    put: async (scan, values) => {
      kept[scan] = values;
      return Promise.resolve();
    },
    finish: async (box) => {
      const voxels = voxelCount(boxShape(box));
      const values = new Float32Array(scans * voxels);
      kept.forEach((each, scan) => {
        if (each !== null) copyBox(each, shape, box, values, scan * voxels);
        // Its grid is not needed any more: two of the copies are never whole at once.
        kept[scan] = null;
      });
      return Promise.resolve({ values });
    },
    discard: () => Promise.resolve(),
  };
}

export function diskSink(file: RowFile, writer: RowFileWriter): ScanSink {
  return {
    put: (scan, values) => writer.put(scan, values),
    finish: async (box, warnings, watch) => {
      await writer.finish(box, warnings);
      const opened = await file.open(watch);
      if (opened === null) throw new Error('The prepared scans that were just written cannot be read.');
      return { values: new Float32Array(), stored: opened.stored };
    },
    discard: () => writer.discard(),
  };
}
