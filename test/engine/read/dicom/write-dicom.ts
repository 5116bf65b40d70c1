/** Small, sound DICOM images for tests: explicit little-endian, 16 bit, one slice a file. */

export interface ImageOptions {
  patientId?: string;
  studyUid?: string;
  /** YYYYMMDD. */
  studyDate?: string;
  seriesUid?: string;
  seriesNumber?: number;
  description?: string;
  /** From 0. */
  slice?: number;
  imageType?: string;
  modality?: string;
  orientation?: string;
  transferSyntax?: string;
  rows?: number;
  columns?: number;
  value?: (row: number, column: number) => number;
}

const longForms = new Set(['OB', 'OW', 'SQ', 'UN']);

function element(group: number, number: number, form: string, value: string | Buffer | number): Buffer {
  let content = typeof value === 'string' ? Buffer.from(value, 'latin1') : Buffer.alloc(2);
  if (Buffer.isBuffer(value)) content = Buffer.from(value);
  if (typeof value === 'number') content.writeUInt16LE(value);
  if (content.length % 2 === 1) content = Buffer.concat([content, Buffer.from(form === 'UI' ? '\0' : ' ')]);
  const head = Buffer.alloc(longForms.has(form) ? 12 : 8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(number, 2);
  head.write(form, 4, 'latin1');
  if (longForms.has(form)) head.writeUInt32LE(content.length, 8);
  else head.writeUInt16LE(content.length, 6);
  return Buffer.concat([head, content]);
}

/** MR, 1.5 x 1.5 mm pixels, slices 2 mm apart from z = -10 upwards, unless told otherwise. */
export function dicomImage(options: ImageOptions = {}): Buffer {
  const { patientId = 'P1', studyUid = `1.2.3.${patientId.length}`, slice = 0, rows = 12, columns = 10 } = options;
  const { seriesNumber = 3, seriesUid = `${studyUid}.${seriesNumber}`, description = 'T1 MPRAGE' } = options;
  const value = options.value ?? ((row: number, column: number) => 100 * slice + 10 * row + column);
  const pixels = Buffer.alloc(rows * columns * 2);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      pixels.writeUInt16LE(value(row, column), 2 * (row * columns + column));
  }
  const instance = `${seriesUid}.${slice + 1}`;
  const meta = Buffer.concat([
    element(2, 1, 'OB', Buffer.from([0, 1])),
    element(2, 2, 'UI', '1.2.840.10008.5.1.4.1.1.4'),
    element(2, 3, 'UI', instance),
    element(2, 0x10, 'UI', options.transferSyntax ?? '1.2.840.10008.1.2.1'),
    element(2, 0x12, 'UI', '1.2.3.4'),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(meta.length);
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    element(2, 0, 'UL', length),
    meta,
    element(8, 8, 'CS', options.imageType ?? 'ORIGINAL\\PRIMARY\\M\\ND'),
    element(8, 0x16, 'UI', '1.2.840.10008.5.1.4.1.1.4'),
    element(8, 0x18, 'UI', instance),
    element(8, 0x20, 'DA', options.studyDate ?? '20200101'),
    element(8, 0x30, 'TM', '101010'),
    element(8, 0x60, 'CS', options.modality ?? 'MR'),
    element(8, 0x70, 'LO', 'Test'),
    element(8, 0x103e, 'LO', description),
    element(0x10, 0x20, 'LO', patientId),
    element(0x18, 0x50, 'DS', '2'),
    element(0x18, 0x80, 'DS', '2300'),
    element(0x18, 0x81, 'DS', '2.98'),
    element(0x18, 0x88, 'DS', '2'),
    element(0x18, 0x5100, 'CS', 'HFS'),
    element(0x20, 0x0d, 'UI', studyUid),
    element(0x20, 0x0e, 'UI', seriesUid),
    element(0x20, 0x11, 'IS', String(seriesNumber)),
    element(0x20, 0x13, 'IS', String(slice + 1)),
    element(0x20, 0x32, 'DS', `-7\\-9\\${-10 + 2 * slice}`),
    element(0x20, 0x37, 'DS', options.orientation ?? '1\\0\\0\\0\\1\\0'),
    element(0x20, 0x52, 'UI', `${studyUid}.99`),
    element(0x28, 2, 'US', 1),
    element(0x28, 4, 'CS', 'MONOCHROME2'),
    element(0x28, 0x10, 'US', rows),
    element(0x28, 0x11, 'US', columns),
    element(0x28, 0x30, 'DS', '1.5\\1.5'),
    element(0x28, 0x100, 'US', 16),
    element(0x28, 0x101, 'US', 16),
    element(0x28, 0x102, 'US', 15),
    element(0x28, 0x103, 'US', 0),
    element(0x7fe0, 0x10, 'OW', pixels),
  ]);
}

/** A series of `slices` files, called by their number. */
export function dicomSeries(folder: string, slices: number, options: ImageOptions = {}): Record<string, Buffer> {
  return Object.fromEntries(
    Array.from({ length: slices }, (_, slice) => [
      `${folder}/IM${String(slice).padStart(4, '0')}`,
      dicomImage({ ...options, slice }),
    ]),
  );
}
