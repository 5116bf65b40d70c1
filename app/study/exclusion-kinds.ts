/** Kinds of reasons for which an import leaves subjects out: each reason names a file or a subject, a flow counts kinds. */
import { t } from '#app/text/text.ts';

/** By what a study and its files call the kind, which is the English text. */
const texts: Readonly<Record<string, () => string>> = {
  'No scan or series': () => t('No scan or series'),
  'No row in the table': () => t('No row in the table'),
  'An id that is there twice': () => t('An id that is there twice'),
  'Row without an id, or damaged': () => t('Row without an id, or damaged'),
  'File not downloaded': () => t('File not downloaded'),
  'Damaged file, or not what its name says': () => t('Damaged file, or not what its name says'),
  'Other regions than most': () => t('Other regions than most'),
  'Data that cannot be learned from': () => t('Data that cannot be learned from'),
};

/** Codes of problems that end in an exclusion; the first that fits. */
const kinds: readonly [RegExp, string][] = [
  [/^(no-file-for-subject|no-series-for-subject|dicom-no-series|file-missing)$/, 'No scan or series'],
  [/^no-row-for-/, 'No row in the table'],
  [/^id-twice$/, 'An id that is there twice'],
  [/^(id-missing|row-too-long)$/, 'Row without an id, or damaged'],
  [/^file-not-downloaded$/, 'File not downloaded'],
  [/^(matrix-size-differs|channels-differ)$/, 'Other regions than most'],
  [
    /^(not-nifti|file-empty|file-not-readable|series-not-numbers|dicom-not-converted|dicom-slices-missing)$|damaged|truncated|-bad-|-no-numbers$/,
    'Damaged file, or not what its name says',
  ],
];

/** @param code of the problem whose words are the reason */
export function kindOfProblem(code: string): string {
  return kinds.find(([pattern]) => pattern.test(code))?.[1] ?? 'Data that cannot be learned from';
}

/** @returns null for what is no kind: a person's own reason, or that of matching */
export function kindText(kind: string): string | null {
  return Object.hasOwn(texts, kind) ? (texts[kind]?.() ?? null) : null;
}
