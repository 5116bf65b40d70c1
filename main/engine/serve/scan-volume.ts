/** Whole volumes for the viewer: a subject's scan, the same as a preparation leaves it, a file, an overlay with its names. */
import { basename, join, resolve } from 'node:path';
import { inputError } from '#app/contract/errors.ts';
import type { Overlay, ShownVolume } from '#app/contract/volume.ts';
import { mostVoxelsShown } from '#app/contract/volume.ts';
import { applyAffine, spacingOf } from '#app/data/affine.ts';
import { fittingFactors, planReduction, reduceByMean, reduceByPick } from '#app/data/fit-voxels.ts';
import { parseLabelNames } from '#app/data/label-names.ts';
import { niftiBytes } from '#app/data/nifti-bytes.ts';
import {
  axisOrderOf,
  axisOrderOfLetters,
  reorderGrid,
  reorderValues,
  unknownOrientation,
} from '#app/data/orientation.ts';
import { labelsOf, rankLabels } from '#app/data/overlay-kind.ts';
import { displayWindow } from '#app/data/display-window.ts';
import { startVoxel } from '#app/data/start-voxel.ts';
import { voxelCount, type Grid } from '#app/data/volume.ts';
import type { Study } from '#app/study/study.ts';
import { t } from '#app/text/text.ts';
import { readSeriesHeader, volumesOf } from '../read/fmri/volumes-of.ts';
import { preparedScan } from '../read/prepare-one.ts';
import { readWhole } from '../read/read-file.ts';
import { decodeText } from '../read/text.ts';
import type { Call, Handlers, ParsedInput } from './handlers.ts';

/** What NIfTI-1 can count. */
const mostFrames = 32767;

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
  /** One after another; each is valid until the next is asked for. */
  volumes: AsyncIterable<Float32Array> | readonly Float32Array[];
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
            : await subjectFrames(requireOpen(openStudy()), source, signal);
        return shownVolume(frames, mostVoxels);
      },
      'scan.overlay': async (asked, { signal }) => {
        if (asked.kind === 'study-atlas') return studyAtlas(requireOpen(openStudy()), signal);
        const names = asked.names === null ? null : await readNames(pathOf(asked.names));
        return overlay(await framesOf(pathOf(asked.file), null, signal), names);
      },
    },
  };
}

/** The shell has put paths in place of tokens. */
function pathOf(file: { path: string } | { token: string }): string {
  if ('path' in file) return file.path;
  throw new Error('A token reached the engine.');
}

function requireOpen(open: OpenStudy | null): OpenStudy {
  if (open === null) throw inputError('no-study', t('No study is open. Open or import one on the Data page.'));
  return open;
}

async function subjectFrames(
  open: OpenStudy,
  { subject, prepared }: Extract<ParsedInput<'scan.volume'>['source'], { kind: 'subject' }>,
  signal: Call['signal'],
): Promise<RasFrames> {
  const found = open.study.subjects.find(({ id }) => id === subject);
  if (found === undefined) {
    throw inputError(
      'no-subject',
      t('{subject}: is not in the study {name}. Reload the Data page.', { subject, name: open.study.name }),
    );
  }
  // Series that were made of a scan of several volumes keep its path.
  const path = found.scan?.path ?? (isScan(found.series?.path) ? found.series?.path : undefined);
  if (path === undefined) {
    throw inputError('no-scan', t('{subject}: has no scan. Import its scan or exclude the subject.', { subject }));
  }
  if (prepared === null || found.scan === null) return framesOf(join(open.root, path), subject, signal);
  const { shape, affine, orientation, values } = await preparedScan(open, found.scan, prepared, signal);
  return { name: subject, shape, affine, orientation, frames: 1, frameSeconds: 0, volumes: [values] };
}

function isScan(path: string | undefined): boolean {
  return path !== undefined && /\.(nii|hdr|img|mgh)(\.gz)?$|\.mgz$/i.test(path);
}

/** The image whose regions the study's channels are. */
async function studyAtlas({ study, root }: OpenStudy, signal: Call['signal']): Promise<Overlay> {
  const layout = study.series;
  if (layout?.atlas === undefined) {
    throw inputError(
      'no-atlas',
      t('{name}: its series were not made with an atlas. Choose an image instead.', { name: study.name }),
    );
  }
  const { image, labels, name } = layout.atlas;
  const names = new Map(labels.map((label, at) => [label, layout.channels[at]?.name ?? '']));
  return overlay(await framesOf(resolve(root, image.path), name, signal), names);
}

async function framesOf(path: string, name: string | null, signal: Call['signal']): Promise<RasFrames> {
  const header = await readSeriesHeader(path);
  const { shape, affine, orientation, volumes: frames } = header;
  const order = orientation === unknownOrientation ? axisOrderOfLetters(orientation) : axisOrderOf(affine);
  async function* volumes(): AsyncGenerator<Float32Array> {
    for await (const values of volumesOf(path, header, signal)) yield reorderValues(values, shape, order);
  }
  const frameSeconds = header.repetitionTimeS ?? 0;
  const grid = reorderGrid({ shape, affine }, order);
  return { name: name ?? basename(path), ...grid, orientation, frames, frameSeconds, volumes: volumes() };
}

async function shownVolume(source: RasFrames, mostVoxels: number): Promise<ShownVolume> {
  const { name, orientation, frames, frameSeconds, volumes } = source;
  if (frames > mostFrames) {
    throw inputError(
      'scan-too-long',
      t('{name}: holds {frames} volumes; at most {mostFrames} can be shown.', { name, frames, mostFrames }),
      {
        file: name,
        found: t('{frames} volumes', { frames }),
        expected: t('at most {mostFrames}', { mostFrames }),
      },
    );
  }
  const { grid, note, reduce } = fitted(source, mostVoxels, reduceByMean);
  const count = voxelCount(grid.shape);
  const values = new Float32Array(count * frames);
  let at = 0;
  for await (const volume of volumes) values.set(reduce(withoutGaps(volume)), count * at++);
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
    startMm: applyAffine(grid.affine, startVoxel({ shape: grid.shape, values: values.subarray(0, count) })),
  };
}

/** @param names by label; null: none are known */
async function overlay(source: RasFrames, names: Map<number, string> | null): Promise<Overlay> {
  const { name, orientation, frames } = source;
  if (frames > 1) {
    throw inputError(
      'overlay-series',
      t('{name}: holds {frames} volumes; an overlay is one volume. Extract the volume to lay over the scan.', {
        name,
        frames,
      }),
      { file: name, found: t('{frames} volumes', { frames }), expected: t('one volume') },
    );
  }
  let whole = new Float32Array(0);
  for await (const volume of source.volumes) whole = withoutGaps(volume).slice();
  const labels = labelsOf(whole, source.shape[0]);
  const { grid, note, reduce } = fitted(source, mostVoxelsShown, labels === null ? reduceByMean : reduceByPick);
  const values = reduce(whole);
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
  const values = { factors: factors.join(' × '), shape: shape.join(' × ') };
  const note =
    by === reduceByMean
      ? t('Shown with fewer voxels: each is the mean of {factors} of the {shape} in the file.', values)
      : t('Shown with fewer voxels: each is one of {factors} of the {shape} in the file.', values);
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
  const names = parseLabelNames(decodeText(name, await readWhole(path)));
  if (names !== null) return names;
  throw inputError(
    'no-label-names',
    t("{name}: no row holds a number and a name. Choose the atlas's table of labels.", { name }),
    {
      file: name,
      found: t('no numbered names'),
      expected: t('a number and a name in each row'),
    },
  );
}
