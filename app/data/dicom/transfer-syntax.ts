/** Transfer syntaxes (PS3.6, table A-1): how a DICOM file's elements are written and its pixels compressed. */

interface Syntax {
  name: string;
  littleEndian: boolean;
  explicit: boolean;
  /** Whether dcm2niix decodes the pixels. */
  converted: boolean;
}

const compressed = (name: string, converted: boolean): Syntax => ({
  name,
  littleEndian: true,
  explicit: true,
  converted,
});

export const syntaxes: Readonly<Record<string, Syntax>> = {
  '1.2.840.10008.1.2': { name: 'Implicit VR Little Endian', littleEndian: true, explicit: false, converted: true },
  '1.2.840.10008.1.2.1': { name: 'Explicit VR Little Endian', littleEndian: true, explicit: true, converted: true },
  '1.2.840.10008.1.2.2': { name: 'Explicit VR Big Endian', littleEndian: false, explicit: true, converted: true },
  '1.2.840.113619.5.2': { name: 'GE Private Implicit VR', littleEndian: true, explicit: false, converted: true },
  '1.2.840.10008.1.2.1.99': compressed('Deflated Explicit VR Little Endian', false),
  '1.2.840.10008.1.2.4.50': compressed('JPEG Baseline', true),
  '1.2.840.10008.1.2.4.51': compressed('JPEG Extended', true),
  '1.2.840.10008.1.2.4.57': compressed('JPEG Lossless', true),
  '1.2.840.10008.1.2.4.70': compressed('JPEG Lossless, first-order prediction', true),
  '1.2.840.10008.1.2.4.80': compressed('JPEG-LS Lossless', true),
  '1.2.840.10008.1.2.4.81': compressed('JPEG-LS Near-lossless', true),
  '1.2.840.10008.1.2.4.90': compressed('JPEG 2000 Lossless', true),
  '1.2.840.10008.1.2.4.91': compressed('JPEG 2000', true),
  '1.2.840.10008.1.2.4.92': compressed('JPEG 2000 Part 2 Lossless', false),
  '1.2.840.10008.1.2.4.93': compressed('JPEG 2000 Part 2', false),
  '1.2.840.10008.1.2.4.94': compressed('JPIP Referenced', false),
  '1.2.840.10008.1.2.4.100': compressed('MPEG-2', false),
  '1.2.840.10008.1.2.4.102': compressed('MPEG-4', false),
  '1.2.840.10008.1.2.4.110': compressed('JPEG XL Lossless', false),
  '1.2.840.10008.1.2.4.112': compressed('JPEG XL', false),
  '1.2.840.10008.1.2.4.201': compressed('High-Throughput JPEG 2000 Lossless', false),
  '1.2.840.10008.1.2.4.203': compressed('High-Throughput JPEG 2000', false),
  '1.2.840.10008.1.2.5': compressed('RLE Lossless', true),
};

/** '' is that of old files without a word on it. */
export function nameOfSyntax(uid: string): string {
  if (uid === '') return 'not named';
  return syntaxes[uid]?.name ?? `unknown (${uid})`;
}

/** What is not known is tried. */
export function isConverted(uid: string): boolean {
  return syntaxes[uid]?.converted ?? true;
}
