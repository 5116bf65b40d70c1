/**
 * Headers of FreeSurfer's MGH and MGZ: big-endian, 284 bytes, values behind them. Fields as FreeSurfer's `mriio.c` reads
 * them; the place of the voxels as its `vox2ras`.
 */
import { inputError } from '#app/contract/errors.ts';
import { isUsableAffine, spacingOf } from '#app/data/affine.ts';
import { orientationOf, unknownOrientation } from '#app/data/orientation.ts';
import type { ScanProblem, Triple } from '#app/data/volume.ts';
import { told } from '#app/study/problem-words.ts';
import { sentence, type Sentence } from '#app/text/sentence.ts';
import { checkVoxelCount, copyAgain, type StoredHeader } from './stored-header.ts';
import { storedType } from './stored-values.ts';

/** Where the values start, whatever the header holds. */
const headerBytes = 284;
/** What the fields that mean something take. */
const usedBytes = 90;

/** The header's `type` and the same of NIfTI. */
const niftiTypes: Readonly<Record<number, number>> = { 0: 2, 1: 8, 3: 16, 4: 4, 8: 64, 10: 512 };
const refusedTypes: Readonly<Record<number, Sentence>> = {
  2: sentence('long integers, whose size the format does not fix'),
  5: sentence('one bit per voxel'),
  6: sentence('tensors'),
  7: sentence('complex numbers'),
  9: sentence('colours (RGB)'),
};
/** Columns of direction cosines where the header gives none: coronal slices, as FreeSurfer takes them. */
const coronal = [-1, 0, 0, 0, 0, -1, 0, 1, 0];

/**
 * @param start the file's first bytes, inflated
 * @returns null when they are no MGH header
 * @throws SpectroscopeError (kind 'input') when the header cannot belong to a usable scan of one frame or several
 */
export function readMghHeader(name: string, start: Uint8Array): StoredHeader | null {
  if (start.length < 8) return null;
  const view = new DataView(start.buffer, start.byteOffset, start.length);
  // The version, and a width that is no absurdity: four bytes alone may begin anything.
  if (view.getInt32(0) !== 1 || (!/\.(mgh|mgz|mgh\.gz)$/i.test(name) && (start[4] !== 0 || start[5] !== 0)))
    return null;
  if (start.length < usedBytes) {
    throw inputError(
      'mgh-truncated',
      sentence('{name}: the file ends inside its header. {copyAgain}', { name, copyAgain }),
      {
        file: name,
        found: sentence('{start} bytes', { start: start.length }),
        expected: sentence('a header of {headerBytes} bytes', { headerBytes }),
      },
    );
  }
  const { shape, frames } = shapeOf(name, view);
  const typeCode = typeOf(name, view.getInt32(20));
  const type = storedType(typeCode) as NonNullable<ReturnType<typeof storedType>>;
  return {
    format: 'mgh',
    shape,
    ...placeVoxels(name, view, shape),
    dataType: type.name,
    littleEndian: false,
    typeCode,
    bytesPerVoxel: type.bytes,
    offset: headerBytes,
    slope: 1,
    intercept: 0,
    inPair: false,
    volumes: frames,
    // It stands behind the values.
    repetitionTimeS: null,
  };
}

function shapeOf(name: string, view: DataView): { shape: Triple; frames: number } {
  const shape: Triple = [view.getInt32(4), view.getInt32(8), view.getInt32(12)];
  const frames = view.getInt32(16);
  const written = shape.join(' x ');
  if (shape.some((size) => size < 1) || frames < 1) {
    throw inputError(
      'mgh-bad-dimensions',
      sentence(
        '{name}: the header gives the size {written} voxels and {frames} frames; each must be at least 1. {copyAgain}',
        { name, written, frames, copyAgain },
      ),
      { file: name, field: 'dim', found: `${written} x ${frames}`, expected: sentence('sizes of at least 1') },
    );
  }
  checkVoxelCount(name, 'mgh', shape, 'dim');
  return { shape, frames };
}

function typeOf(name: string, code: number): number {
  const known = niftiTypes[code];
  if (known !== undefined) return known;
  const refused = refusedTypes[code];
  throw inputError(
    'mgh-data-type',
    refused === undefined
      ? sentence('{name}: the header gives the data type {code}, which the format does not have. {copyAgain}', {
          name,
          code,
          copyAgain,
        })
      : sentence(
          '{name}: stores {refused} (expected one whole or decimal number per voxel). Convert it (mri_convert -odt float) or exclude the subject.',
          { name, refused },
        ),
    {
      file: name,
      field: 'type',
      found: refused ?? sentence('type {code}', { code }),
      expected: sentence('uint8, int16, uint16, int32, float32 or float64'),
    },
  );
}

/** M = [x y z directions] diag(sizes), and the centre of the grid (half its size, not its last voxel) at c. */
function placeVoxels(name: string, view: DataView, shape: Triple) {
  const problems: ScanProblem[] = [];
  const given = view.getInt16(28) > 0;
  const floats = (at: number, count: number): number[] =>
    Array.from({ length: count }, (_, index) => view.getFloat32(at + 4 * index));
  const sizes = given ? floats(30, 3) : [1, 1, 1];
  const directions = given ? floats(42, 9) : coronal;
  const centre = given ? floats(78, 3) : [0, 0, 0];
  let affine = affineOf(sizes, directions, centre, shape);
  const usable = isUsableAffine(affine) && sizes.every((size) => size > 0);
  if (!usable) affine = affineOf([1, 1, 1], coronal, [0, 0, 0], shape);
  if (given && !usable) {
    problems.push({
      code: 'mgh-bad-affine',
      severity: 'warning',
      field: 'Mdc',
      ...told({
        found: sentence('sizes {sizes}', { sizes: sizes.map((size) => Number(size.toPrecision(4))).join(' x ') }),
        expected: sentence('sizes above 0 and directions that are not on a plane'),
        message: sentence(
          "{name}: the header's voxel sizes or directions place voxels nowhere; 1 mm was used. Check left and right.",
          { name },
        ),
      }),
    });
  }
  if (!given || !usable) {
    problems.push({
      code: 'mgh-no-orientation',
      severity: 'warning',
      field: 'goodRASFlag',
      ...told({
        found: given ? sentence('directions that cannot be used') : sentence('no directions'),
        expected: sentence('directions of the axes'),
        message: sentence('{name}: the header does not say which side is left. Compare the scan with its source.', {
          name,
        }),
      }),
    });
  }
  return {
    affine,
    spacingMm: spacingOf(affine),
    orientation: given && usable ? orientationOf(affine) : unknownOrientation,
    problems,
  };
}

function affineOf(sizes: number[], directions: number[], centre: number[], shape: Triple): number[] {
  const rows = [0, 1, 2].map((world) => {
    const row = [0, 1, 2].map((axis) => (directions[axis * 3 + world] ?? 0) * (sizes[axis] ?? 0));
    const toCentre = row.reduce((sum, element, axis) => sum + (element * (shape[axis] ?? 0)) / 2, 0);
    return [...row, (centre[world] ?? 0) - toCentre];
  });
  return [...rows.flat(), 0, 0, 0, 1];
}
