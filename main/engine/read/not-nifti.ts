/** Says what a file is that should have been NIfTI, where its first bytes tell. */
import { inputError } from '#app/contract/errors.ts';
import { formatBytes } from '#app/data/bytes.ts';
import { t } from '#app/text/text.ts';

interface Lookalike {
  code?: string;
  matches: (start: Uint8Array, text: string) => boolean;
  what: string;
}

const lookalikes: readonly Lookalike[] = [
  {
    code: 'file-not-downloaded',
    matches: (_, text) => /\/annex\/objects\//.test(text) || text.startsWith('version https://git-lfs'),
    what: 'is a pointer left by git-annex or Git LFS, not the scan. Fetch the content first (datalad get, git lfs pull)',
  },
  {
    matches: (_, text) => text.slice(128, 132) === 'DICM',
    what: 'is a DICOM file. Import the folder of its series, without this ending',
  },
  { matches: (_, text) => text.startsWith('PK'), what: 'is a ZIP archive. Unpack it first' },
  { matches: (_, text) => text.startsWith('NRRD000'), what: 'is an NRRD file. Convert it to NIfTI' },
  { matches: (_, text) => text.startsWith('CDF\x01'), what: 'is a MINC file. Convert it with mnc2nii' },
  {
    matches: (_, text) => text.startsWith('\x89HDF'),
    what: 'is an HDF5 or MINC file. Convert it to NIfTI (MINC: mnc2nii)',
  },
  { matches: (_, text) => text.slice(257, 262) === 'ustar', what: 'is a TAR archive. Unpack it first' },
  {
    matches: (_, text) => /^\s*<(!doctype|html|\?xml)/i.test(text),
    what: 'is a web page: a download that failed. Download the scan again',
  },
  {
    matches: (start) => isAnalyze(start),
    what: 'is in the Analyze format, which does not say which side is left. Convert it to NIfTI',
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
  const what =
    known?.what ??
    (start.length < 348
      ? `is too short for a NIfTI scan (${formatBytes(start.length)}). Copy it again or exclude the subject`
      : 'is not a NIfTI scan (its first bytes are not a NIfTI header). Convert it to NIfTI or exclude the subject');
  throw inputError(known?.code ?? 'not-nifti', `${name}: ${what}.`, {
    file: name,
    found: what.replace(/[.(:,].*$/, '').replace(/^is /, ''),
    expected: t('a NIfTI-1, NIfTI-2 or MGH header'),
  });
}
