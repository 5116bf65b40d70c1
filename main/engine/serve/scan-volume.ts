/** Whole volumes for the viewer: a subject's scan, the same as a preparation leaves it, a file, an overlay with its names. */
import { basename, join } from 'node:path';
import { inputError } from '#app/contract/errors.ts';
import type { Overlay, ShownVolume } from '#app/contract/volume.ts';
import { mostVoxelsShown } from '#app/contract/volume.ts';
import { applyAffine, spacingOf } from '#app/data/affine.ts';
import { fittingFactors, planReduction, reduceByMean, reduceByPick } from '#app/data/fit-voxels.ts';
import { niftiBytes } from '#app/data/nifti-bytes.ts';
import {
  axisOrderOf,
  axisOrderOfLetters,
  reorderGrid,
  reorderValues,
  unknownOrientation,
} from '#app/data/orientation.ts';
import { labelsOf, rankLabels } from '#app/data/overlay-kind.ts';
import { labelNames } from '#app/data/overlay-names.ts';
import { displayWindow } from '#app/data/display-window.ts';
import { startVoxel } from '#app/data/start-voxel.ts';
import { voxelCount, type Grid } from '#app/data/volume.ts';
import type { Study } from '#app/study/study.ts';
import { preparedScan } from '../read/prepare-one.ts';
import { readWhole } from '../read/read-file.ts';
import { readFrames } from '../read/scan-frames.ts';
import { decodeText } from '../read/text.ts';
import type { Call, Handlers, ParsedInput } from './handlers.ts';

interface OpenStudy {
  study: Study;
  root: string;
}

/** Volumes in RAS order, before they are made to fit. */
interface RasFrames extends Grid {
  name: string;
  orientation: string;
  frames: number;
  frameSeconds: number;
  frame: (at: number) => Float32Array;
}

export function volumeHandlers(openStudy: () => OpenStudy | null): {
  handlers: Pick<Handlers, 'scan.volume' | 'scan.overlay'>;
} {
  return {
    handlers: {
      'scan.volume': async ({ source, mostVoxels }, { signal }) => {
        const frames =
          source.kind === 'file'
            ? await framesOf(pathOf(source.file), null, signal)
            : await subjectFrames(openStudy(), source, signal);
        return shownVolume(frames, mostVoxels);
      },
      'scan.overlay': async ({ file, names }, { signal }) => {
        const path = pathOf(file);
        const frames = await framesOf(path, null, signal);
        if (frames.frames > 1) {
          throw inputError(
            'overlay-series',
            `${frames.name}: holds ${frames.frames} volumes; an overlay is one volume. Extract the volume to lay over the scan.`,
            { file: frames.name, found: `${frames.frames} volumes`, expected: 'one volume' },
          );
        }
        return overlay(frames, names === null ? null : await readNames(pathOf(names)));
      },
    },
  };
}

/** The shell has put paths in place of tokens. */
function pathOf(file: { path: string } | { token: string }): string {
  if ('path' in file) return file.path;
  throw new Error('A token reached the engine.');
}

async function subjectFrames(
  open: OpenStudy | null,
  { subject, prepared }: Extract<ParsedInput<'scan.volume'>['source'], { kind: 'subject' }>,
  signal: Call['signal'],
): Promise<RasFrames> {
  if (open === null) throw inputError('no-study', 'No study is open. Open or import one on the Data page.');
  const found = open.study.subjects.find(({ id }) => id === subject);
  if (found === undefined) {
    throw inputError('no-subject', `${subject}: is not in the study ${open.study.name}. Reload the Data page.`);
  }
  // Series that were made of a scan of several volumes keep its path.
  const path = found.scan?.path ?? (isScan(found.series?.path) ? found.series?.path : undefined);
  if (path === undefined) {
    throw inputError('no-scan', `${subject}: has no scan. Import its scan or exclude the subject.`);
  }
  if (prepared === null || found.scan === null) return framesOf(join(open.root, path), subject, signal);
  const { shape, affine, orientation, values } = await preparedScan(open, found.scan, prepared, signal);
  return { name: subject, shape, affine, orientation, frames: 1, frameSeconds: 0, frame: () => values };
}

function isScan(path: string | undefined): boolean {
  return path !== undefined && /\.(nii|hdr|img|mgh)(\.gz)?$|\.mgz$/i.test(path);
}

async function framesOf(path: string, name: string | null, signal: Call['signal']): Promise<RasFrames> {
  const stored = await readFrames(path, signal);
  const { orientation, frames, frameSeconds } = stored;
  const order = orientation === unknownOrientation ? axisOrderOfLetters(orientation) : axisOrderOf(stored.affine);
  const frame = (at: number): Float32Array => reorderValues(stored.frame(at), stored.shape, order);
  return { name: name ?? basename(path), ...reorderGrid(stored, order), orientation, frames, frameSeconds, frame };
}

function shownVolume(source: RasFrames, mostVoxels: number): ShownVolume {
  const { name, orientation, frames, frameSeconds } = source;
  const { grid, note, reduce } = fitted(source, mostVoxels, reduceByMean);
  const count = voxelCount(grid.shape);
  const values = new Float32Array(count * frames);
  for (let at = 0; at < frames; at++) values.set(withoutGaps(reduce(source.frame(at))), at * count);
  const first = values.subarray(0, count);
  return {
    name,
    bytes: niftiBytes({ ...grid, frames, frameSeconds }, values),
    ...grid,
    spacingMm: spacingOf(grid.affine),
    orientation,
    note,
    ...extremes(values),
    frames,
    frameSeconds,
    ...displayWindow(values),
    startMm: applyAffine(grid.affine, startVoxel({ shape: grid.shape, values: first })),
  };
}

function overlay(source: RasFrames, names: Map<number, string> | null): Overlay {
  const { name, orientation } = source;
  const whole = source.frame(0);
  const labels = labelsOf(whole, source.shape[0]);
  const { grid, note, reduce } = fitted(source, mostVoxelsShown, labels === null ? reduceByMean : reduceByPick);
  const values = withoutGaps(reduce(whole));
  const shown = labels === null ? values : rankLabels(values, labels);
  return {
    name,
    bytes: niftiBytes({ ...grid, frames: 1, frameSeconds: 0 }, shown),
    ...grid,
    spacingMm: spacingOf(grid.affine),
    orientation,
    note,
    ...extremes(values),
    kind: labels === null ? 'values' : labels.length === 1 ? 'mask' : 'labels',
    labels: (labels ?? []).map((value) => ({ value, name: names?.get(value) ?? '' })),
  };
}

function fitted(
  { shape, affine, frames }: RasFrames,
  mostVoxels: number,
  by: typeof reduceByMean,
): { grid: Grid; note: string; reduce: (values: Float32Array) => Float32Array } {
  const factors = fittingFactors({ shape, affine }, frames, mostVoxels);
  if (factors.every((factor) => factor === 1)) return { grid: { shape, affine }, note: '', reduce: (values) => values };
  const plan = planReduction({ shape, affine }, factors);
  const how = by === reduceByMean ? 'the mean of' : 'one of';
  const note = `Shown with fewer voxels: each is ${how} ${factors.join(' × ')} of the ${shape.join(' × ')} in the file.`;
  return { grid: plan.grid, note, reduce: (values) => by(values, shape, plan) };
}

/** What is no number counts as 0, as everywhere. The array may be a view of the file and is not changed. */
function withoutGaps(values: Float32Array): Float32Array {
  return values.every(Number.isFinite) ? values : values.map((value) => (Number.isFinite(value) ? value : 0));
}

function extremes(values: Float32Array): { least: number; most: number } {
  let [least, most] = [Infinity, -Infinity];
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, most };
}

async function readNames(path: string): Promise<Map<number, string>> {
  const name = basename(path);
  const names = labelNames(decodeText(name, await readWhole(path)));
  if (names.size > 0) return names;
  throw inputError('no-label-names', `${name}: no row holds a number and a name. Choose the atlas's table of labels.`, {
    file: name,
    found: 'no numbered names',
    expected: 'a number and a name in each row',
  });
}
