/**
 * How fast scans are checked at import and prepared for training, as one line of JSON:
 * node test/bench/import.ts [folder of .nii and .nii.gz]
 * Without a folder: 24 invented scans of 96 x 112 x 96 voxels, int16, gzip.
 */
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { proposeSpacing } from '#app/data/spacing.ts';
import { voxelCount } from '#app/data/volume.ts';
import { usualPreparation } from '#app/run/preparation.ts';
import type { Subject } from '#app/study/study.ts';
import { inParallel } from '../../main/engine/read/in-parallel.ts';
import { readVolumeHeader } from '../../main/engine/read/nifti.ts';
import { prepareVolumes } from '../../main/engine/read/prepare-volumes.ts';
import { lookAtScan, scansAtOnce } from '../../main/engine/read/scan-look.ts';
import { inventScans } from './invent-scans.ts';

const { signal } = new AbortController();

export interface ImportBench {
  files: number;
  cores: number;
  /** Size on disk and of the float32 values. */
  megabytes: { files: number; values: number };
  /** Headers alone. */
  headersPerSecond: number;
  /** Whole files with checksum, statistics, picture and hash, as at import. */
  checked: { filesPerSecond: number; megabytesPerSecond: number };
  /** Averaged to the proposed spacing, first time and from the cache. */
  prepared: { spacingMm: number | null; shape: readonly number[]; firstSeconds: number; cachedSeconds: number };
}

/** @param folder of scans; null: invented ones */
export async function benchImport(folder: string | null): Promise<ImportBench> {
  const work = mkdtempSync(join(tmpdir(), 'bench-import-'));
  try {
    if (folder === null) inventScans(work, 24);
    const root = folder ?? work;
    const paths = globSync(join(root, '**/*.nii{,.gz}')).sort();
    if (paths.length === 0) throw new Error(`${root} holds no .nii or .nii.gz files.`);
    const [, headerSeconds] = await timed(() => each(paths, (path) => readVolumeHeader(path)));
    const [checked, checkSeconds] = await timed(() => each(paths, (path) => lookAtScan(path, null, signal)));
    const subjects: Subject[] = checked.map(({ header, bytes, sha256 }, index) => ({
      id: String(index),
      scan: { ...header, path: relative(root, paths[index] ?? ''), bytes, sha256 },
      values: {},
      excluded: null,
    }));
    const first = checked[0]?.header;
    const spacingMm = first === undefined ? null : proposeSpacing(first.shape, first.spacingMm);
    const settings = { ...usualPreparation, targetSpacingMm: spacingMm };
    const prepare = () =>
      prepareVolumes(subjects, root, settings, join(work, 'cache'), { signal, progress: () => undefined });
    const [prepared, firstSeconds] = await timed(prepare);
    const [, cachedSeconds] = await timed(prepare);
    const values = checked.reduce((sum, { header }) => sum + voxelCount(header.shape) * 4, 0) / 1e6;
    return {
      files: paths.length,
      cores: availableParallelism(),
      megabytes: { files: round(checked.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6), values: round(values) },
      headersPerSecond: round(paths.length / headerSeconds),
      checked: { filesPerSecond: round(paths.length / checkSeconds), megabytesPerSecond: round(values / checkSeconds) },
      prepared: {
        spacingMm,
        shape: prepared.shape,
        firstSeconds: round(firstSeconds),
        cachedSeconds: round(cachedSeconds),
      },
    };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function each<R>(paths: readonly string[], work: (path: string) => Promise<R>): Promise<R[]> {
  return inParallel(paths, scansAtOnce, { what: 'The benchmark', signal }, work);
}

async function timed<R>(work: () => Promise<R>): Promise<[R, number]> {
  const start = performance.now();
  return [await work(), (performance.now() - start) / 1000];
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}

if (import.meta.main) console.log(JSON.stringify(await benchImport(process.argv[2] ?? null)));
