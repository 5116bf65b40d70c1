/** A label atlas: an image whose voxels hold the number of their region, what these are called, and a mask. */
import { basename, resolve } from 'node:path';
import { inputError, SpectroscopeError } from '#app/contract/errors.ts';
import { parseLabelNames } from '#app/data/label-names.ts';
import type { Grid, ScanProblem, Volume } from '#app/data/volume.ts';
import { nearestNeighbour } from '#app/preparation/volumes/nearest.ts';
import { labelsOf, labelVoxels, type LabelVoxels } from '#app/series/label-voxels.ts';
import { told } from '#app/study/problem-words.ts';
import type { Atlas } from '#app/study/study.ts';
import { sentence } from '#app/text/sentence.ts';
import { decodeVolume, sha256Of } from '../nifti.ts';
import { readWhole } from '../read-file.ts';
import { decodeText } from '../text.ts';

/** Absolute paths of what makes an atlas. */
export interface AtlasFiles {
  labels: string;
  /** Table of names; null: none. */
  names: string | null;
  /** Only its voxels count; null: all do. */
  mask: string | null;
}

interface ReadFile {
  path: string;
  bytes: number;
  sha256: string;
}

interface Image extends ReadFile {
  volume: Volume;
}

/** An atlas as it was read, ready to be brought onto the grids of scans. */
export interface ReadAtlas {
  image: Image;
  names: ReadFile | null;
  mask: Image | null;
  /** Ascending, without the background. */
  labels: number[];
  /** In the order of the labels: 'Left-Hippocampus', or 'label 12' where it has no name. Unique. */
  labelNames: string[];
  problems: ScanProblem[];
}

/** @throws SpectroscopeError (kind 'input') for what is no label image, a table without names, a mask that cannot be read; 'cancelled' */
export async function readAtlas(files: AtlasFiles, signal: AbortSignal): Promise<ReadAtlas> {
  const image = await readImage(files.labels, signal);
  const mask = files.mask === null ? null : await readImage(files.mask, signal);
  const labels = labelsOf(image.volume.values, basename(files.labels));
  const { names, nameOf } = await readNames(files.names);
  const problems = [...image.volume.problems];
  const unnamed = nameOf === null ? [] : labels.filter((label) => !nameOf.has(label));
  if (unnamed.length > 0 && files.names !== null) {
    const file = basename(files.names);
    problems.push({
      code: 'atlas-labels-unnamed',
      severity: 'warning',
      field: 'names',
      ...told({
        found: sentence('no name for {labels}', {
          labels: firstOf(unnamed),
        }),
        expected: sentence('a name for each of {labels} labels', { labels: labels.length }),
        message: sentence(
          '{file}: has no name for {unnamed} of the {labels} labels of {atlas} ({which}). Check that it belongs to this atlas.',
          {
            file,
            unnamed: unnamed.length,
            labels: labels.length,
            atlas: basename(files.labels),
            which: firstOf(unnamed),
          },
        ),
      }),
    });
  }
  return { image, names, mask, labels, labelNames: uniqueNames(labels, nameOf), problems };
}

async function readImage(path: string, signal: AbortSignal): Promise<Image> {
  const content = await readWhole(path);
  try {
    const volume = await decodeVolume(path, content, signal);
    return { path, bytes: content.length, sha256: sha256Of(content), volume };
  } catch (error) {
    if (!(error instanceof SpectroscopeError) || !error.code.endsWith('-time-series')) throw error;
    const file = basename(path);
    throw inputError(
      'atlas-not-one-volume',
      sentence(
        '{file}: holds several volumes ({found}); an atlas or a mask is one volume of labels. Of a probabilistic atlas choose the maximum-probability image.',
        { file, found: error.found ?? '4-D' },
      ),
      {
        file,
        field: 'atlas',
        ...(error.found === undefined ? {} : { found: error.found }),
        expected: sentence('one volume of labels'),
      },
    );
  }
}

async function readNames(path: string | null): Promise<{ names: ReadFile | null; nameOf: Map<number, string> | null }> {
  if (path === null) return { names: null, nameOf: null };
  const file = basename(path);
  const content = await readWhole(path);
  const nameOf = parseLabelNames(decodeText(file, content));
  if (nameOf !== null) return { names: { path, bytes: content.length, sha256: sha256Of(content) }, nameOf };
  throw inputError(
    'atlas-names-unreadable',
    sentence(
      "{file}: holds no names of labels (expected a number and a name in each line, as index and name of a .tsv or .csv, or FreeSurfer's ColorLUT.txt).",
      { file },
    ),
    { file, field: 'names', expected: sentence('a number and a name in each line') },
  );
}

/** Two labels of one name are told apart by their numbers. */
function uniqueNames(labels: readonly number[], nameOf: ReadonlyMap<number, string> | null): string[] {
  const called = labels.map((label) => nameOf?.get(label) ?? `label ${label}`);
  return called.map((name, i) =>
    called.filter((each) => each === name).length > 1 ? `${name} (${labels[i] ?? ''})` : name,
  );
}

/** The atlas on the grid of a scan: its own affine decides where the regions are. */
export function onGrid({ image, mask, labels }: ReadAtlas, grid: Grid): LabelVoxels {
  const bring = ({ volume }: Image): Float32Array => nearestNeighbour(volume.values, volume, grid);
  return labelVoxels(bring(image), labels, mask === null ? null : bring(mask));
}

/**
 * The atlas of a study, where it lies now.
 * @param root absolute folder that the study's paths start from
 * @throws SpectroscopeError (kind 'input') when a file is gone, or is not the one that the study was imported with
 */
export async function atlasOf(root: string, { image, mask }: Atlas, signal: AbortSignal): Promise<ReadAtlas> {
  const files = {
    labels: resolve(root, image.path),
    mask: mask === null ? null : resolve(root, mask.path),
    names: null,
  };
  const read = await readAtlas(files, signal).catch((error: unknown) => {
    throw error instanceof SpectroscopeError && error.code === 'file-missing' ? movedAway(error) : error;
  });
  for (const [found, known] of [
    [read.image, image],
    [read.mask, mask],
  ] as const) {
    if (found === null || known === null || found.sha256 === known.sha256) continue;
    const file = basename(found.path);
    throw inputError(
      'atlas-changed',
      sentence(
        '{file}: is not the image that the study was imported with: its content is another. Put that file back, or import the study again.',
        { file },
      ),
      { file, field: 'atlas', expected: sentence('the same content as at import') },
    );
  }
  return read;
}

function movedAway({ file = 'atlas', cause }: SpectroscopeError): SpectroscopeError {
  return inputError(
    'atlas-missing',
    sentence(
      '{file}: the atlas of the study (or its mask) is not where it was. Find it again on the Data page (Find moved files…, or relink), or import the study again.',
      { file },
    ),
    { file, field: 'atlas', expected: sentence('the image that the study was imported with'), cause },
  );
}

/** The first few labels, to tell which. */
function firstOf(labels: readonly number[]): string {
  return labels.slice(0, 8).join(', ') + (labels.length > 8 ? ', …' : '');
}
