import { describe, expect, test } from 'vitest';
import { parseDicom, type DicomHeader } from '#app/data/dicom/header.ts';
import { descriptionFits, rankSeries, sortSeries, type DicomImage } from '#app/data/dicom/series.ts';
import { inWriting } from '#app/text/sentence.ts';
import { dicomImage, type ImageOptions } from '../../engine/read/dicom/write-dicom.ts';

function headerOf(bytes: Uint8Array): DicomHeader {
  const parsed = parseDicom(bytes, true);
  if (parsed.state !== 'header') throw new Error(`Expected a header, got ${parsed.state}.`);
  return parsed.header;
}
function image(path: string, options: ImageOptions = {}): DicomImage {
  return { path, bytes: 1000, header: headerOf(dicomImage(options)) };
}
function series(folder: string, slices: number, options: ImageOptions): DicomImage[] {
  return Array.from({ length: slices }, (_, slice) => image(`${folder}/${slice}`, { ...options, slice }));
}

describe('a DICOM header', () => {
  test('is read up to the pixels, however few bytes come first', () => {
    const bytes = dicomImage({ patientId: 'A7', description: 'T1', seriesNumber: 4, slice: 2 });
    expect(headerOf(bytes)).toMatchObject({
      ...{ patientId: 'A7', description: 'T1', seriesNumber: 4, instanceNumber: 3, rows: 12, columns: 10, frames: 1 },
      ...{ modality: 'MR', imageType: ['ORIGINAL', 'PRIMARY', 'M', 'ND'], syntaxName: 'Explicit VR Little Endian' },
      pixels: { offset: bytes.length - 240, bytes: 240 },
    });
    for (const cut of [4, 130, 200, 400]) expect(parseDicom(bytes.subarray(0, cut), false).state).toBe('short');
    expect(parseDicom(bytes.subarray(0, bytes.length - 240), false).state).toBe('header');
  });

  test('is not seen in other files', () => {
    expect(parseDicom(Buffer.from('subject\tage\n'.repeat(40)), true).state).toBe('other');
    expect(parseDicom(Buffer.alloc(400), true).state).toBe('other');
    expect(parseDicom(Buffer.alloc(0), true).state).toBe('other');
  });

  test('is read behind sequences of unknown length, one within the other', () => {
    const bytes = dicomImage();
    const at = bytes.indexOf(Buffer.from([0x10, 0, 0x20, 0]));
    const [item, itemEnd, sequenceEnd] = [0xe000, 0xe00d, 0xe0dd].map((number) => {
      const mark = Buffer.alloc(8);
      mark.writeUInt16LE(0xfffe, 0);
      mark.writeUInt16LE(number, 2);
      mark.writeUInt32LE(number === 0xe000 ? 0xffffffff : 0, 4);
      return mark;
    }) as [Buffer, Buffer, Buffer];
    const head = Buffer.from([0x08, 0, 0x40, 0x11, 0x53, 0x51, 0, 0, 0xff, 0xff, 0xff, 0xff]);
    const inner = Buffer.concat([head, item, itemEnd, sequenceEnd]);
    const nested = Buffer.concat([head, item, inner, itemEnd, sequenceEnd]);
    const header = headerOf(Buffer.concat([bytes.subarray(0, at), nested, bytes.subarray(at)]));
    expect(header).toMatchObject({ patientId: 'P1', rows: 12 });
  });
});

describe('images sorted into series', () => {
  test('by patient, each called as the folder that is its own', () => {
    const sorted = sortSeries(
      [
        ...series('patients/s1/a', 3, { patientId: 'X' }),
        ...series('controls/s2/a', 4, { patientId: 'Y' }),
        ...series('controls/s2/b', 2, { patientId: 'Y', seriesNumber: 9, description: 'T2' }),
      ],
      'root',
    );
    expect(sorted.map(({ subject, above, description, slices }) => [subject, above, description, slices])).toEqual([
      ['s1', 'patients', 'T1 MPRAGE', 3],
      ['s2', 'controls', 'T1 MPRAGE', 4],
      ['s2', 'controls', 'T2', 2],
    ]);
  });

  test('by patient in one folder of all images', () => {
    const sorted = sortSeries([image('1', { patientId: 'X 1' }), image('2', { patientId: 'Y' })], 'root');
    expect(sorted.map(({ subject }) => subject)).toEqual(['X_1', 'Y']);
  });

  test('by examination where all patients have the same name', () => {
    const sorted = sortSeries(
      [
        ...series('s1/a', 2, { patientId: 'ANON', studyUid: '1.1' }),
        ...series('s2/a', 2, { patientId: 'ANON', studyUid: '1.2' }),
      ],
      'root',
    );
    expect(sorted.map(({ subject }) => subject)).toEqual(['s1', 's2']);
  });

  test('one examination of one person is one subject, whatever folders its series have', () => {
    const sorted = sortSeries(
      [...series('t1', 2, { patientId: '' }), ...series('t2', 2, { patientId: '', seriesNumber: 8 })],
      'root',
    );
    expect(sorted.map(({ subject }) => subject)).toEqual(['root', 'root']);
  });

  test('in the order of their numbers, not of their names', () => {
    const [sorted] = sortSeries([image('a', { slice: 2 }), image('b', { slice: 0 }), image('c', { slice: 1 })], 'root');
    expect(sorted?.images.map(({ path }) => path)).toEqual(['b', 'c', 'a']);
  });

  test.each<[ImageOptions, string]>([
    [{ description: 'AAHead_Scout' }, 'it is a localiser'],
    [{ description: 'Survey' }, 'it is a localiser'],
    [{ imageType: 'ORIGINAL\\PRIMARY\\LOCALIZER' }, 'it is a localiser'],
    [{ imageType: 'DERIVED\\SECONDARY\\MPR' }, 'it was computed from another series (MPR)'],
  ])('%o is set aside', (options, reason) => {
    expect(inWriting(sortSeries(series('a', 3, options), 'root')[0]?.aside ?? '')).toBe(reason);
  });

  test('slices in three directions are a localiser, a description that only contains the letters is none', () => {
    const directions = ['1\\0\\0\\0\\1\\0', '1\\0\\0\\0\\0\\-1', '0\\1\\0\\0\\0\\-1'];
    const three = directions.map((orientation, slice) => image(`${slice}`, { orientation, slice }));
    expect(inWriting(sortSeries(three, 'root')[0]?.aside ?? '')).toContain('several directions');
    expect(sortSeries(series('a', 3, { description: 'Velocity map' }), 'root')[0]?.aside).toBeNull();
  });
});

describe('the series that is the scan', () => {
  const all = sortSeries(
    [
      ...series('a', 3, { seriesNumber: 1, description: 'localizer' }),
      ...series('b', 8, { seriesNumber: 2, description: 't1_mprage_sag' }),
      ...series('c', 30, { seriesNumber: 3, description: 'ep2d_bold_rest' }),
      ...series('d', 20, { seriesNumber: 4, description: 'T2 FLAIR' }),
    ],
    'root',
  );
  const names = (wanted: string | null) => rankSeries(all, wanted).map(({ description }) => description);

  test('is the anatomical one, then the one with most slices; never a localiser or a run of volumes before them', () => {
    expect(names(null)).toEqual(['t1_mprage_sag', 'T2 FLAIR', 'ep2d_bold_rest']);
  });

  test('is the one that was asked for, a localiser too', () => {
    expect(names('flair')).toEqual(['T2 FLAIR']);
    expect(names('LOCAL*')).toEqual(['localizer']);
    expect(names('T1')).toEqual(['t1_mprage_sag']);
    expect(names('pd')).toEqual([]);
  });

  test.each([
    ['T1 MPRAGE', 't1', true],
    ['T1 MPRAGE', 't1*', true],
    ['T1 MPRAGE', '*t2*', false],
    ['t1 (sag)', 't1 (s?g)', true],
  ])('%s and %s: %s', (description, wanted, fits) => expect(descriptionFits(description, wanted)).toBe(fits));
});
