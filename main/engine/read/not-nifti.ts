/** Says what a file is that should have been NIfTI, where its first bytes tell. */
import { inputError } from '#app/contract/errors.ts';
import { formatBytes } from '#app/data/bytes.ts';
import { sentence, type Sentence } from '#app/text/sentence.ts';

interface Lookalike {
  code?: string;
  matches: (start: Uint8Array, text: string) => boolean;
  /** Goes on the name of the file, up to the full stop; and what the file is. */
  what: Sentence;
  is: Sentence;
}

const lookalikes: readonly Lookalike[] = [
  {
    code: 'file-not-downloaded',
    matches: (_, text) => /\/annex\/objects\//.test(text) || text.startsWith('version https://git-lfs'),
    what: sentence(
      'is a pointer left by git-annex or Git LFS, not the scan. Fetch the content first (datalad get, git lfs pull)',
    ),
    is: sentence('a pointer left by git-annex or Git LFS'),
  },
  {
    matches: (_, text) => text.slice(128, 132) === 'DICM',
    what: sentence('is a DICOM file. Import the folder of its series, without this ending'),
    is: sentence('a DICOM file'),
  },
  {
    matches: (_, text) => text.startsWith('PK'),
    what: sentence('is a ZIP archive. Unpack it first'),
    is: sentence('a ZIP archive'),
  },
  {
    matches: (_, text) => text.startsWith('NRRD000'),
    what: sentence('is an NRRD file. Convert it to NIfTI'),
    is: sentence('an NRRD file'),
  },
  {
    matches: (_, text) => text.startsWith('CDF\x01'),
    what: sentence('is a MINC file. Convert it with mnc2nii'),
    is: sentence('a MINC file'),
  },
  {
    matches: (_, text) => text.startsWith('\x89HDF'),
    what: sentence('is an HDF5 or MINC file. Convert it to NIfTI (MINC: mnc2nii)'),
    is: sentence('an HDF5 or MINC file'),
  },
  {
    matches: (_, text) => text.slice(257, 262) === 'ustar',
    what: sentence('is a TAR archive. Unpack it first'),
    is: sentence('a TAR archive'),
  },
  {
    matches: (_, text) => /^\s*<(!doctype|html|\?xml)/i.test(text),
    what: sentence('is a web page: a download that failed. Download the scan again'),
    is: sentence('a web page'),
  },
  {
    matches: (start) => isAnalyze(start),
    what: sentence('is in the Analyze format, which does not say which side is left. Convert it to NIfTI'),
    is: sentence('in the Analyze format'),
  },
];

function isAnalyze(start: Uint8Array): boolean {
  if (start.length < 348) return false;
  const view = new DataView(start.buffer, start.byteOffset, start.length);
  const magic = String.fromCharCode(...start.subarray(344, 347));
  return (view.getInt32(0, true) === 348 || view.getInt32(0, false) === 348) && !magic.startsWith('n');
}

/** @throws SpectroscopeError (kind 'input') always */
export function notNifti(name: string, start: Uint8Array): never {
  const text = String.fromCharCode(...start.subarray(0, 512));
  const known = lookalikes.find(({ matches }) => matches(start, text));
  const size = formatBytes(start.length);
  const { what, is } =
    known ??
    (start.length < 348
      ? {
          what: sentence('is too short for a NIfTI scan ({size}). Copy it again or exclude the subject', { size }),
          is: sentence('{size}, too short for a NIfTI scan', { size }),
        }
      : {
          what: sentence(
            'is not a NIfTI scan (its first bytes are not a NIfTI header). Convert it to NIfTI or exclude the subject',
          ),
          is: sentence('not a NIfTI scan'),
        });
  throw inputError(known?.code ?? 'not-nifti', sentence('{file}: {what}.', { file: name, what }), {
    file: name,
    found: is,
    expected: sentence('a NIfTI-1, NIfTI-2 or MGH header'),
  });
}
