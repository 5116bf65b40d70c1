/** Damaged and misplaced files, made from a sound one, each with the sentence that a person is told. */
import { mkdtempSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkVolume, readVolume, readVolumeHeader } from '../../../main/engine/read/nifti.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/nifti');
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nifti-malformed-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function sound(name = 'int16-le-v1.nii'): Buffer {
  return readFileSync(join(fixtures, name));
}

/** A sound file with int16 header fields changed: byte -> value. */
function withFields(fields: Readonly<Record<number, number>>, name?: string): Buffer {
  const bytes = sound(name);
  for (const [at, value] of Object.entries(fields)) bytes.writeInt16LE(value, Number(at));
  return bytes;
}

function withFloats(fields: Readonly<Record<number, number>>, name?: string): Buffer {
  const bytes = sound(name);
  for (const [at, value] of Object.entries(fields)) bytes.writeFloatLE(value, Number(at));
  return bytes;
}

/** 432 kB of noise, which gzip cannot shrink: a part of the file is the same part of its data. */
function large(): Buffer {
  const bytes = Buffer.alloc(352 + 2 * 60 * 60 * 60);
  sound().copy(bytes, 0, 0, 352);
  [60, 60, 60].forEach((size, axis) => bytes.writeInt16LE(size, 42 + 2 * axis));
  for (let at = 352, noise = 1; at < bytes.length; at++) {
    noise = (Math.imul(noise, 1664525) + 1013904223) >>> 0;
    bytes[at] = noise >>> 24;
  }
  return bytes;
}

function corrupted(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0xff;
  return copy;
}

type Case = [name: string, content: () => Buffer | string, code: string, sentence: string];

const seenInHeader: Case[] = [
  ['empty.nii', () => '', 'file-empty', 'the file is empty. Copy it again or exclude the subject.'],
  [
    'short.nii',
    () => sound().subarray(0, 100),
    'not-nifti',
    'is too short for a NIfTI scan (100 bytes). Copy it again or exclude the subject.',
  ],
  [
    'cut-header.nii',
    () => sound('int16-le-v2.nii').subarray(0, 400),
    'nifti-truncated',
    'the file ends inside its header. Copy it again or exclude the subject.',
  ],
  [
    'cut.nii',
    () => sound().subarray(0, 352 + 73),
    'nifti-truncated',
    'the file ends after 60 % of its data (expected 120 bytes). Copy it again or exclude the subject.',
  ],
  [
    'no-data.nii',
    () => sound().subarray(0, 352),
    'nifti-truncated',
    'the file ends after 0 % of its data (expected 120 bytes). Copy it again or exclude the subject.',
  ],
  [
    'cut.nii.gz',
    () => gzipSync(large().subarray(0, 352 + 263_600)),
    'nifti-truncated',
    'the file ends after 61 % of its data (expected 432 kB). Copy it again or exclude the subject.',
  ],
  [
    'cut-gzip.nii.gz',
    () => gzipSync(large()).subarray(0, 264_000),
    'nifti-truncated',
    'the file ends after 61 % of its data (expected 432 kB). Copy it again or exclude the subject.',
  ],
  [
    'not-a-scan.nii',
    () => 'subject,age\n'.repeat(100),
    'not-nifti',
    'is not a NIfTI scan (its first bytes are not a NIfTI header). Convert it to NIfTI or exclude the subject.',
  ],
  [
    'annex.nii.gz',
    () => '../.git/annex/objects/kX/9z/MD5E-s123--abc.nii.gz/MD5E-s123--abc.nii.gz',
    'file-not-downloaded',
    'is a pointer left by git-annex or Git LFS, not the scan. Fetch the content first (datalad get, git lfs pull).',
  ],
  [
    'page.nii.gz',
    () => '<!DOCTYPE html><html><body>404</body></html>',
    'not-nifti',
    'is a web page: a download that failed. Download the scan again.',
  ],
  [
    'slice.nii',
    () => Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), Buffer.alloc(400)]),
    'not-nifti',
    'is a DICOM file. Import the folder of its series, without this ending.',
  ],
  [
    'scans.nii',
    () => Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(400)]),
    'not-nifti',
    'is a ZIP archive. Unpack it first.',
  ],
  [
    'analyze.hdr',
    () => Buffer.concat([sound().subarray(0, 344), Buffer.alloc(4)]),
    'not-nifti',
    'is in the Analyze format, which does not say which side is left. Convert it to NIfTI.',
  ],
  [
    'dimensions.nii',
    () => withFields({ 40: 9 }),
    'nifti-bad-dimensions',
    'the header gives 9 dimensions (expected 3). Copy it again or exclude the subject.',
  ],
  [
    'zero.nii',
    () => withFields({ 44: 0 }),
    'nifti-bad-dimensions',
    'the header gives the size 5 x 0 x 3 voxels; every edge must be at least 1. Copy it again or exclude the subject.',
  ],
  [
    'negative.nii',
    () => withFields({ 46: -3 }),
    'nifti-bad-dimensions',
    'the header gives the size 5 x 4 x -3 voxels; every edge must be at least 1. Copy it again or exclude the subject.',
  ],
  [
    'flat.nii',
    () => withFields({ 40: 2 }),
    'nifti-not-a-volume',
    'holds a flat image of 5 x 4 (expected a volume of three dimensions). Use the whole scan or exclude the subject.',
  ],
  [
    'series.nii',
    () => withFields({ 40: 4, 48: 2 }),
    'nifti-time-series',
    'is 4-D, 2 volumes; one volume per subject is needed. Import it with a label atlas to learn from the series of its regions, or make one volume of it (its mean, or a statistical map).',
  ],
  [
    'vectors.nii',
    () => withFields({ 40: 5, 48: 1, 50: 3 }),
    'nifti-several-values',
    'holds several values per voxel (5 x 4 x 3 x 1 x 3); one volume per subject is needed. Extract one volume or exclude the subject.',
  ],
  [
    'huge.nii.gz',
    () => gzipSync(withFields({ 42: 32767, 44: 32767, 46: 32767 })),
    'nifti-too-large',
    'the header gives 32767 x 32767 x 32767 voxels, more than a scan can have (at most 812 x 812 x 812). The header is damaged, or the scan must be resampled first.',
  ],
  [
    'too-good.nii.gz',
    () => gzipSync(withFields({ 42: 800, 44: 800, 46: 800 })),
    'nifti-truncated',
    'the file ends after 0 % of its data (expected 1.02 GB). Copy it again or exclude the subject.',
  ],
  [
    'complex.nii',
    () => withFields({ 70: 32 }),
    'nifti-data-type',
    'stores complex numbers (expected one whole or decimal number per voxel). Convert it to float32 or exclude the subject.',
  ],
  [
    'colour.nii',
    () => withFields({ 70: 128 }),
    'nifti-data-type',
    'stores colours (RGB) (expected one whole or decimal number per voxel). Convert it to float32 or exclude the subject.',
  ],
  [
    'type.nii',
    () => withFields({ 70: 77 }),
    'nifti-data-type',
    'the header gives the data type 77, which the format does not have. Copy it again or exclude the subject.',
  ],
  [
    'offset.nii',
    () => withFloats({ 108: 12 }),
    'nifti-bad-offset',
    'the header says that values start at byte 12 (expected 352 or later). Copy it again or exclude the subject.',
  ],
  [
    'damaged-start.nii.gz',
    () => corrupted(gzipSync(sound()), 2),
    'gzip-damaged',
    'the compressed data are damaged (gzip checksum). Copy it again or exclude the subject.',
  ],
];

const seenInValues: Case[] = [
  [
    'checksum.nii.gz',
    () => corrupted(gzipSync(sound()), gzipSync(sound()).length - 7),
    'gzip-damaged',
    'the compressed data are damaged (gzip checksum). Copy it again or exclude the subject.',
  ],
  [
    'damaged.nii.gz',
    () => corrupted(gzipSync(large()), 100_000),
    'gzip-damaged',
    'the compressed data are damaged (gzip checksum). Copy it again or exclude the subject.',
  ],
  [
    'no-trailer.nii.gz',
    () => gzipSync(sound()).subarray(0, -6),
    'gzip-damaged',
    'the compressed data are damaged (gzip checksum). Copy it again or exclude the subject.',
  ],
  [
    'not-numbers.nii',
    () => sound('float32-le-v1.nii').fill(0xff, 352),
    'nifti-no-numbers',
    'no voxel holds a number. Copy it again or exclude the subject.',
  ],
];

describe.each(seenInHeader)('%s', (name, content, code, sentence) => {
  test('is refused by its header', async () => {
    const path = join(folder, name);
    writeFileSync(path, content());
    await expect(readVolumeHeader(path)).rejects.toMatchObject({ kind: 'input', code, file: name });
    await expect(readVolumeHeader(path)).rejects.toThrow(new RegExp(`^${escaped(`${name}: ${sentence}`)}$`));
  });
});

describe.each([...seenInHeader, ...seenInValues])('%s', (name, content, code, sentence) => {
  test('is refused when it is read', async () => {
    const path = join(folder, name);
    writeFileSync(path, content());
    await expect(readVolume(path)).rejects.toMatchObject({
      ...{ kind: 'input', code, file: name },
      found: expect.stringMatching(/./) as string,
      expected: expect.stringMatching(/./) as string,
    });
    await expect(readVolume(path)).rejects.toThrow(new RegExp(`^${escaped(`${name}: ${sentence}`)}$`));
  });
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

describe('files that cannot be opened', () => {
  test('a missing file', async () => {
    await expect(readVolume(join(folder, 'nowhere.nii'))).rejects.toThrow(
      'nowhere.nii: the file is not there, or is a link to one that is not. Copy it again or exclude the subject.',
    );
  });

  test('a link that leads nowhere', async () => {
    symlinkSync('nowhere-at-all', join(folder, 'link.nii.gz'));
    await expect(readVolumeHeader(join(folder, 'link.nii.gz'))).rejects.toMatchObject({ code: 'file-missing' });
  });

  test('a link of git-annex whose content is not there', async () => {
    symlinkSync('../.git/annex/objects/kX/9z/MD5E-s1--a.nii.gz/MD5E-s1--a.nii.gz', join(folder, 'annexed.nii.gz'));
    await expect(readVolumeHeader(join(folder, 'annexed.nii.gz'))).rejects.toMatchObject({
      code: 'file-not-downloaded',
      message: expect.stringContaining('annexed.nii.gz: not downloaded') as string,
    });
  });

  test('a folder', async () => {
    mkdirSync(join(folder, 'folder.nii'));
    await expect(readVolume(join(folder, 'folder.nii'))).rejects.toThrow(
      'folder.nii: is a folder (expected a file). Name the file in it.',
    );
  });

  test('a header whose image is missing', async () => {
    writeFileSync(join(folder, 'alone.hdr'), readFileSync(join(fixtures, 'pair.hdr')));
    await expect(readVolume(join(folder, 'alone.hdr'))).rejects.toThrow('alone.img: the file is not there');
  });
});

describe('odd files that are read, with a problem each', () => {
  async function problemsOf(name: string, content: Buffer): Promise<{ code: string; message: string }[]> {
    writeFileSync(join(folder, name), content);
    const { problems } = (await checkVolume(join(folder, name))).header;
    for (const { found, expected } of problems) expect([found, expected]).not.toContain(undefined);
    return problems;
  }

  test('voxel sizes that cannot be: neither those of the header nor those of the sform are used', async () => {
    const bytes = withFloats({ 80: 3e30, 280: 3e30 });
    expect((await problemsOf('absurd.nii', bytes)).map(({ code }) => code)).toEqual([
      'nifti-bad-sform',
      'nifti-no-orientation',
      'nifti-bad-spacing',
    ]);
    expect((await readVolumeHeader(join(folder, 'absurd.nii'))).spacingMm).toEqual([1, 1, 1]);
  });

  test('voxel sizes below zero', async () => {
    expect(await problemsOf('negative-sizes.nii', withFloats({ 80: -2 }))).toMatchObject([
      { code: 'nifti-negative-spacing', found: expect.stringMatching(/^-2 x /) as string, expected: 'sizes above 0' },
    ]);
  });

  test('a compressed scan whose name does not say so, and the other way round', async () => {
    expect(await problemsOf('zipped.nii', gzipSync(sound()))).toMatchObject([
      { code: 'scan-named-otherwise', found: 'NIfTI, compressed', expected: 'NIfTI, not compressed' },
    ]);
    expect(await problemsOf('plain.nii.gz', sound())).toMatchObject([{ code: 'scan-named-otherwise' }]);
  });

  test('voxels that hold no number are counted', async () => {
    const bytes = sound('float32-le-v1.nii');
    bytes.writeFloatLE(NaN, 352);
    bytes.writeFloatLE(-Infinity, 356);
    expect(await problemsOf('some.nii', bytes)).toMatchObject([
      {
        code: 'nifti-not-numbers',
        severity: 'warning',
        field: null,
        found: '2 of 60 voxels NaN or infinite',
        expected: 'a number in every voxel',
        message:
          'some.nii: 2 of 60 voxels hold no number (NaN or infinite); they count as 0. Check how the scan was made.',
      },
    ]);
  });

  test('a constant image', async () => {
    expect(await problemsOf('constant.nii', sound().fill(7, 352))).toMatchObject([
      { code: 'nifti-constant', message: expect.stringContaining('every voxel holds the same value (1799)') as string },
    ]);
  });

  test('neither sform nor qform: directions are unknown', async () => {
    const problems = await problemsOf('nowhere-placed.nii', withFields({ 252: 0, 254: 0 }));
    expect(problems).toMatchObject([{ code: 'nifti-no-orientation' }]);
    expect((await readVolumeHeader(join(folder, 'nowhere-placed.nii'))).orientation).toBe('???');
  });

  test('an sform of zeros', async () => {
    const bytes = withFields({ 252: 0 });
    bytes.fill(0, 280, 328);
    expect((await problemsOf('zeros.nii', bytes)).map(({ code }) => code)).toEqual([
      'nifti-bad-sform',
      'nifti-no-orientation',
    ]);
  });

  test('voxel sizes of zero', async () => {
    const bytes = withFloats({ 80: 0, 84: 0, 88: 0 });
    expect(await problemsOf('sizes.nii', bytes)).toMatchObject([
      {
        code: 'nifti-bad-spacing',
        message: 'sizes.nii: the header gives no voxel sizes (0 x 0 x 0); those of its affine were used.',
      },
    ]);
  });

  test('voxel sizes that are not those of the affine', async () => {
    expect(await problemsOf('scaled.nii', withFloats({ 80: 4 }))).toMatchObject([{ code: 'nifti-spacing-disagrees' }]);
  });

  test('bits that are not those of the data type', async () => {
    expect(await problemsOf('bits.nii', withFields({ 72: 8 }))).toMatchObject([{ code: 'nifti-bits-disagree' }]);
  });

  test('a start of values that is not given', async () => {
    expect(await problemsOf('start.nii', withFloats({ 108: 0 }))).toMatchObject([{ code: 'nifti-no-offset' }]);
  });

  test('an intercept that is no number', async () => {
    expect(await problemsOf('intercept.nii', withFloats({ 112: 2, 116: NaN }))).toMatchObject([
      { code: 'nifti-bad-intercept' },
    ]);
  });

  test('a unit of length that cannot be meant', async () => {
    const bytes = sound();
    bytes[123] = 1;
    expect(await problemsOf('unit.nii', bytes)).toMatchObject([{ code: 'nifti-bad-units' }]);
  });
});

test('reading can be cancelled', async () => {
  const path = join(folder, 'cancelled.nii.gz');
  writeFileSync(path, gzipSync(large()));
  await expect(readVolume(path, AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled' });
});

test.each(['int16-le-v1.nii', 'float64-be-v2.nii', 'qform-only-le-v2.nii', 'int16-be-v1-scaled.nii.gz'])(
  '%s with any bytes of its start changed is read or refused in words, never a fault',
  async (name) => {
    let state = 12345;
    const random = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const path = join(folder, `changed-${name}`);
    const outcomes = { read: 0, refused: 0 };
    for (let round = 0; round < 400; round++) {
      const bytes = sound(name);
      for (let change = 0; change <= random(4); change++) bytes[random(Math.min(bytes.length, 544))] = random(256);
      writeFileSync(path, bytes);
      try {
        const volume = await readVolume(path);
        expect(volume.affine.every(Number.isFinite)).toBe(true);
        expect(volume.values).toHaveLength(volume.shape[0] * volume.shape[1] * volume.shape[2]);
        outcomes.read++;
      } catch (error) {
        expect(error).toMatchObject({ name: 'SpectroscopeError', kind: 'input' });
        outcomes.refused++;
      }
    }
    expect(outcomes.read).toBeGreaterThan(0);
    expect(outcomes.refused).toBeGreaterThan(0);
  },
);
