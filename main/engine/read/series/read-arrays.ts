/** A file of series or matrices, of any format that is known: by what it holds, not by its ending alone. */
import { basename } from 'node:path';
import { inputError } from '#app/contract/errors.ts';
import { formatBytes } from '#app/data/bytes.ts';
import { sentence } from '#app/text/sentence.ts';
import { sha256Of } from '../nifti.ts';
import { fileSize, readWhole } from '../read-file.ts';
import { decodeText } from '../text.ts';
import { isMat5, readMat5 } from './mat5.ts';
import { isHdf5, readMat73 } from './mat73.ts';
import { isNpy, readNpy } from './npy.ts';
import { readNpz } from './npz.ts';
import type { StoredArrays } from './stored-arrays.ts';
import { readTextMatrix } from './text-matrix.ts';
import { isZip } from './zip.ts';

export interface ArrayFile extends StoredArrays {
  bytes: number;
  sha256: string;
}

/** Files that hold arrays and nothing else. */
export function isArrayFile(path: string): boolean {
  return /\.(1d|npy|npz|mat)$/i.test(path);
}

/** Texts that may hold a matrix, or a table of subjects. */
export function isTextMatrix(path: string): boolean {
  return /\.(1d|csv|tsv|txt)$/i.test(path);
}

const mostBytes = 2 ** 31;

/** @throws SpectroscopeError (input) naming the file when it is none of these, damaged, or holds no numbers */
export async function readArrays(path: string): Promise<ArrayFile> {
  const file = basename(path);
  // Before the file is read: one of this size would not go into one buffer.
  const size = await fileSize(path);
  if (size > mostBytes) {
    throw inputError(
      'array-file-too-large',
      sentence('{file}: {bytes} is too large (expected at most 2 GB).', { file, bytes: formatBytes(size) }),
      {
        file,
        expected: sentence('at most 2 GB'),
      },
    );
  }
  const bytes = await readWhole(path);
  const arrays = await arraysOf(path, file, bytes);
  if (arrays.numbers.every(({ values }) => values.length === 0)) {
    throw inputError(
      'array-file-empty',
      sentence('{file}: holds no numbers. Write the file again or exclude the subject.', { file }),
      {
        file,
        expected: sentence('an array of numbers'),
      },
    );
  }
  return { ...arrays, bytes: bytes.length, sha256: sha256Of(bytes) };
}

async function arraysOf(path: string, file: string, bytes: Uint8Array): Promise<StoredArrays> {
  if (isNpy(bytes)) {
    const read = readNpy(bytes, file, '');
    return read.kind === 'numbers' ? { numbers: [read.array], texts: [] } : { numbers: [], texts: [read.array] };
  }
  if (/\.(npy|npz)$/i.test(file)) return readNpz(bytes, file);
  if (isZip(bytes) && !isTextMatrix(file)) return readNpz(bytes, file);
  if (isHdf5(bytes)) return await readMat73(path, file);
  if (isMat5(bytes)) return readMat5(bytes, file);
  if (/\.mat$/i.test(file)) {
    throw inputError(
      'mat-version',
      sentence(
        "{file}: is no MATLAB file of version 5 to 7.3 (version 4, perhaps, or damaged). Save it again in MATLAB: save('{file}', '-v7').",
        { file },
      ),
      { file, expected: sentence('a MATLAB file of version 5, 6, 7 or 7.3') },
    );
  }
  return { numbers: [readTextMatrix(decodeText(file, bytes), file)], texts: [] };
}
