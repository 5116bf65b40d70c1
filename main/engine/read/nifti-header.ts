/** What a NIfTI header means: sizes, data type, scaling and the place of the voxels, with everything checked. */
import { NIFTI1, NIFTI2 } from 'nifti-reader-js';
import { inputError } from '#app/contract/errors.ts';
import type { ScanProblem, Triple } from '#app/data/volume.ts';
import { told } from '#app/study/problem-words.ts';
import { sentence } from '#app/text/sentence.ts';
import { identifyingHeader } from './identifying-names.ts';
import { placeVoxels } from './nifti-affine.ts';
import { refusedType, storedType } from './stored-values.ts';
import { checkVoxelCount, copyAgain, type StoredHeader } from './stored-header.ts';

export const headerBytes = { 1: 348, 2: 540 } as const;

/** Version and byte order by the first field, which holds the header's own size; null: not NIfTI. */
export function identifyNifti(start: Uint8Array): { version: 1 | 2; littleEndian: boolean; inPair: boolean } | null {
  if (start.length < headerBytes[1]) return null;
  const view = new DataView(start.buffer, start.byteOffset, start.length);
  for (const version of [1, 2] as const) {
    for (const littleEndian of [true, false]) {
      if (view.getInt32(0, littleEndian) !== headerBytes[version]) continue;
      const magic = String.fromCharCode(...start.subarray(version === 1 ? 344 : 4, version === 1 ? 347 : 7));
      if (magic === `n+${version}`) return { version, littleEndian, inPair: false };
      if (magic === `ni${version}`) return { version, littleEndian, inPair: true };
    }
  }
  return null;
}

/**
 * @param name file name for messages
 * @param start the file's first bytes, inflated
 * @returns null when they are no NIfTI header
 * @throws SpectroscopeError (kind 'input') when the header cannot belong to a usable scan of one volume or several
 */
export function readNiftiHeader(name: string, start: Uint8Array): StoredHeader | null {
  const kind = identifyNifti(start);
  if (kind === null) return null;
  const { version, littleEndian, inPair } = kind;
  const size = headerBytes[version];
  if (start.length < size) {
    throw inputError(
      'nifti-truncated',
      sentence('{name}: the file ends inside its header. {copyAgain}', { name, copyAgain }),
      {
        file: name,
        found: sentence('{start} bytes', { start: start.length }),
        expected: sentence('a header of {size} bytes', { size }),
      },
    );
  }
  // The parser wants an ArrayBuffer of its own, and without the bytes that follow it leaves extensions alone.
  const parsed = version === 1 ? new NIFTI1() : new NIFTI2();
  const bytes = new Uint8Array(start.subarray(0, size));
  parsed.readHeader(bytes.buffer);
  const view = new DataView(bytes.buffer);
  // Big-endian int64 comes out of the parser with its halves exchanged.
  const int64 = (at: number): number => Number(view.getBigInt64(at, littleEndian));
  const dims = version === 1 ? parsed.dims : Array.from({ length: 8 }, (_, index) => int64(16 + index * 8));
  const storedOffset = version === 1 ? parsed.vox_offset : int64(168);

  const problems: ScanProblem[] = [];
  const { shape, volumes } = checkShape(name, dims);
  const type = checkType(name, parsed.datatypeCode, parsed.numBitsPerVoxel, problems);
  const { slope, intercept } = checkScaling(name, parsed.scl_slope, parsed.scl_inter, problems);
  const offset = checkOffset(name, storedOffset, inPair ? 0 : size + 4, problems);
  const place = placeVoxels(name, parsed, sformOf(view, version, littleEndian), shape);
  return {
    format: 'nifti',
    shape,
    ...place,
    problems: [
      ...problems,
      ...place.problems,
      ...identifyingHeader(name, textsOf(bytes, version), holdsDicom(start, size, littleEndian)),
    ],
    dataType: type.name,
    littleEndian,
    typeCode: parsed.datatypeCode,
    bytesPerVoxel: type.bytes,
    offset,
    slope,
    intercept,
    inPair,
    volumes,
    repetitionTimeS: repetitionTimeOf(parsed.pixDims[4] ?? 0, parsed.xyzt_units),
  };
}

/** Where texts lie, with their lengths; NIfTI-2 has no `db_name`. */
const textFields: Readonly<Record<1 | 2, Readonly<Record<string, readonly [number, number]>>>> = {
  1: { db_name: [14, 18], descrip: [148, 80], aux_file: [228, 24], intent_name: [328, 16] },
  2: { descrip: [240, 80], aux_file: [320, 24], intent_name: [508, 16] },
};

function textsOf(header: Uint8Array, version: 1 | 2): { field: string; text: string }[] {
  return Object.entries(textFields[version]).map(([field, [at, length]]) => ({
    field,
    text: String.fromCharCode(...header.subarray(at, at + length)).replace(/\0[\s\S]*$/, ''),
  }));
}

/** Whether the first extension is of DICOM's (code 2, nifti1.h): converters put the elements of the images there. */
function holdsDicom(start: Uint8Array, size: number, littleEndian: boolean): boolean {
  if (start.length < size + 12 || start[size] === 0) return false;
  return new DataView(start.buffer, start.byteOffset).getInt32(size + 8, littleEndian) === 2;
}

/** Seconds per unit of time, by the temporal part of `xyzt_units`. */
const secondsPerUnit: Readonly<Record<number, number>> = { 8: 1, 16: 1e-3, 24: 1e-6 };
/** Without a unit, what can be seconds and what can only be milliseconds. */
const [leastS, mostS] = [0.05, 20];

/**
 * @param stored `pixdim[4]`
 * @returns seconds; null for what is no time, and for a 1 without a unit, which writers leave who know of none
 */
function repetitionTimeOf(stored: number, units: number): number | null {
  const code = units & 0x38;
  if (!Number.isFinite(stored) || stored <= 0) return null;
  const factor = secondsPerUnit[code];
  if (factor !== undefined) return Number((stored * factor).toPrecision(6));
  if (code !== 0 || stored === 1 || stored < leastS) return null;
  return Number((stored <= mostS ? stored : stored / 1000).toPrecision(6));
}

/** The three rows of the sform: the parser gives them only where it does not prefer the qform. */
function sformOf(view: DataView, version: 1 | 2, littleEndian: boolean): number[] {
  const rows = Array.from({ length: 12 }, (_, index) =>
    version === 1 ? view.getFloat32(280 + index * 4, littleEndian) : view.getFloat64(400 + index * 8, littleEndian),
  );
  return [...rows, 0, 0, 0, 1];
}

function checkShape(name: string, dims: readonly number[]): { shape: Triple; volumes: number } {
  const [dimensions = 0, ...sizes] = dims;
  const field = 'dim';
  if (dimensions < 1 || dimensions > 7) {
    throw inputError(
      'nifti-bad-dimensions',
      sentence('{name}: the header gives {dimensions} dimensions (expected 3). {copyAgain}', {
        name,
        dimensions,
        copyAgain,
      }),
      { file: name, field, found: String(dimensions), expected: '3' },
    );
  }
  const used = sizes.slice(0, dimensions);
  const written = used.join(' x ');
  const wrong = used.find((size) => size < 1);
  if (wrong !== undefined) {
    throw inputError(
      'nifti-bad-dimensions',
      sentence('{name}: the header gives the size {written} voxels; every edge must be at least 1. {copyAgain}', {
        name,
        written,
        copyAgain,
      }),
      { file: name, field, found: written, expected: sentence('sizes of at least 1') },
    );
  }
  if (dimensions < 3) {
    throw inputError(
      'nifti-not-a-volume',
      sentence(
        '{name}: holds a flat image of {written} (expected a volume of three dimensions). Use the whole scan or exclude the subject.',
        { name, written },
      ),
      { file: name, field, found: written, expected: sentence('three dimensions') },
    );
  }
  const [i = 1, j = 1, k = 1, volumes = 1, ...further] = used;
  if (further.some((size) => size > 1)) {
    throw inputError(
      'nifti-several-values',
      sentence(
        '{name}: holds several values per voxel ({written}); one volume per subject is needed. Extract one volume or exclude the subject.',
        { name, written },
      ),
      { file: name, field, found: written, expected: sentence('one value per voxel') },
    );
  }
  const shape: Triple = [i, j, k];
  checkVoxelCount(name, 'nifti', shape, field);
  return { shape, volumes };
}

function checkType(name: string, code: number, bits: number, problems: ScanProblem[]): { name: string; bytes: number } {
  const type = storedType(code);
  if (type === null) {
    const known = refusedType(code);
    throw inputError(
      'nifti-data-type',
      known === null
        ? sentence('{name}: the header gives the data type {code}, which the format does not have. {copyAgain}', {
            name,
            code,
            copyAgain,
          })
        : sentence(
            '{name}: stores {known} (expected one whole or decimal number per voxel). Convert it to float32 or exclude the subject.',
            { name, known },
          ),
      {
        file: name,
        field: 'datatype',
        found: known ?? `type ${code}`,
        expected: sentence('integers of 8 to 64 bits, float32 or float64'),
      },
    );
  }
  if (bits !== type.bytes * 8) {
    problems.push({
      code: 'nifti-bits-disagree',
      severity: 'warning',
      field: 'bitpix',
      ...told({
        found: sentence('{bits} bits', { bits }),
        expected: sentence('{bytes} bits ({name})', { bytes: type.bytes * 8, name: type.name }),
        message: sentence(
          '{name}: the header gives {bits} bits per voxel for {type} (expected {bytes}); the data type was believed. Compare the scan with its source.',
          { name, bits, type: type.name, bytes: type.bytes * 8 },
        ),
      }),
    });
  }
  return type;
}

function checkScaling(name: string, slope: number, intercept: number, problems: ScanProblem[]) {
  // A slope of 0 or NaN stands for 'not scaled' (nifti1.h), and then the intercept counts for nothing.
  if (slope === 0 || !Number.isFinite(slope)) return { slope: 1, intercept: 0 };
  if (Number.isFinite(intercept)) return { slope, intercept };
  problems.push({
    code: 'nifti-bad-intercept',
    severity: 'warning',
    field: 'scl_inter',
    ...told({
      found: String(intercept),
      expected: sentence('a number'),
      message: sentence(
        "{name}: the header's intercept is not a number; 0 was used. Compare the scan with its source.",
        {
          name,
        },
      ),
    }),
  });
  return { slope, intercept: 0 };
}

function checkOffset(name: string, offset: number, least: number, problems: ScanProblem[]): number {
  if (Number.isFinite(offset) && offset >= least) return Math.floor(offset);
  if (offset === 0) {
    problems.push({
      code: 'nifti-no-offset',
      severity: 'note',
      field: 'vox_offset',
      ...told({
        found: '0',
        expected: sentence('at least {least}', { least }),
        message: sentence('{name}: the header does not say where the values start; byte {least} was used.', {
          name,
          least,
        }),
      }),
    });
    return least;
  }
  throw inputError(
    'nifti-bad-offset',
    sentence('{name}: the header says that values start at byte {offset} (expected {least} or later). {copyAgain}', {
      name,
      offset,
      least,
      copyAgain,
    }),
    { file: name, field: 'vox_offset', found: String(offset), expected: sentence('at least {least}', { least }) },
  );
}
