/** The binding and the TypeScript say the same of a scan, to the last bit. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '#app/run/random.ts';
import type { Triple } from '#app/data/volume.ts';
import { headerOf } from '../../../main/engine/read/header-of.ts';
import { scanBinding } from '../../../main/engine/read/native-scans.ts';
import { nativeNumbers, portableNumbers, scanNumbers, type ScanFile } from '../../../main/engine/read/scan-numbers.ts';
import { filesOf } from '../../../main/engine/read/scan-files.ts';

const fixtures = join(import.meta.dirname, '../../fixtures');
const lesions = join(import.meta.dirname, '../../../main/samples/lesymap-lesions/lesions');
const all = { values: true, thumbnail: true };
const pictureAlone = { values: false, thumbnail: true };

async function fileOf(path: string): Promise<ScanFile> {
  const header = await headerOf(filesOf(path).header);
  const place = header.inPair ? filesOf(path).image : path;
  return { path: place, header, file: new Uint8Array(readFileSync(place)) };
}

async function expectSame(scan: ScanFile): Promise<void> {
  const portable = await portableNumbers(scan, all);
  // Bits, not numbers: a negative zero, and what is no number, are told apart.
  const bits = (values: Float32Array | null): Buffer =>
    Buffer.from(values?.buffer ?? new ArrayBuffer(0), values?.byteOffset ?? 0, values?.byteLength ?? 0);
  const native = await nativeNumbers(scan, all);
  expect(native?.found).toEqual(portable.found);
  expect(native?.thumbnail).toEqual(portable.thumbnail);
  expect(native?.values).toHaveLength(portable.values?.length ?? 0);
  expect(bits(native?.values ?? null).equals(bits(portable.values))).toBe(true);
  const withoutValues = await nativeNumbers(scan, pictureAlone);
  expect(withoutValues).toEqual({ found: portable.found, values: null, thumbnail: portable.thumbnail });
}

const readable = readdirSync(join(fixtures, 'nifti')).filter((name) => /-(le|be)-.*\.(nii|hdr)(\.gz)?$/.test(name));
const types: Record<
  number,
  [bytes: number, write: (to: DataView, at: number, value: number, little: boolean) => void]
> = {
  2: [1, (to, at, value) => to.setUint8(at, value)],
  4: [2, (to, at, value, little) => to.setInt16(at, value, little)],
  8: [4, (to, at, value, little) => to.setInt32(at, value * 1e6, little)],
  16: [4, (to, at, value, little) => to.setFloat32(at, value / 7, little)],
  64: [8, (to, at, value, little) => to.setFloat64(at, value / 7, little)],
  256: [1, (to, at, value) => to.setInt8(at, value)],
  512: [2, (to, at, value, little) => to.setUint16(at, value * 7, little)],
  768: [4, (to, at, value, little) => to.setUint32(at, value * 1e7, little)],
  1024: [8, (to, at, value, little) => to.setBigInt64(at, BigInt(Math.round(value)) * 10_000_000_000_000_001n, little)],
  1280: [8, (to, at, value, little) => to.setBigUint64(at, BigInt(Math.abs(Math.round(value))) << 55n, little)],
};
const oblique = [-1.9, 0.2, 0.1, 90, 0.2, 0.1, 3.1, -126, 0.1, -2.2, 0.3, -72, 0, 0, 0, 1];

interface Invented {
  type: number;
  shape: Triple;
  little?: boolean;
  slope?: number;
  intercept?: number;
  zipped?: boolean;
  /** Bytes before the values. */
  offset?: number;
  value: (index: number) => number;
}

/** A scan of any type: the header as a reader of headers hands it over. */
function invent(given: Invented): ScanFile {
  const { type, shape, little = true, slope = 1, intercept = 0, zipped = true, offset = 352, value } = given;
  const [bytesPerVoxel, write] = types[type] ?? [1, () => undefined];
  const count = shape[0] * shape[1] * shape[2];
  const content = new Uint8Array(offset + count * bytesPerVoxel);
  const view = new DataView(content.buffer);
  for (let index = 0; index < count; index++) write(view, offset + index * bytesPerVoxel, value(index), little);
  const file = zipped ? new Uint8Array(gzipSync(content)) : content;
  const header: ScanFile['header'] = {
    ...{ shape, spacingMm: [2, 2.2, 3.1], orientation: 'LSP', affine: oblique, dataType: '', problems: [] },
    ...{ format: 'nifti', littleEndian: little, typeCode: type, bytesPerVoxel, offset, slope, intercept },
    ...{ inPair: false, volumes: 1, repetitionTimeS: null },
  };
  return { path: 'invented.nii', header, file };
}

/** A body with noise in emptiness; whole rows and single voxels of it are zero. */
function body(seed: number, shape: Triple): (index: number) => number {
  const random = new SeededRandom(seed);
  return (index) => {
    const at = [index % shape[0], Math.floor(index / shape[0]) % shape[1], Math.floor(index / (shape[0] * shape[1]))];
    const away = at.reduce((sum, place, axis) => sum + (place / (shape[axis] ?? 1) - 0.4) ** 2, 0);
    return away < 0.1 ? Math.round(100 * random.next()) - 10 : 0;
  };
}

it('the binding is built', () => {
  expect(scanBinding()).not.toBeNull();
});

describe('binding and TypeScript give the same values, statistics and picture', () => {
  it('of every stored scan', async () => {
    expect(readable.length).toBeGreaterThan(80);
    for (const name of readable) await expectSame(await fileOf(join(fixtures, 'nifti', name)));
    await expectSame(await fileOf(join(fixtures, 'scans', 'S0_10slices.nii.gz')));
    await expectSame(await fileOf(join(lesions, 'Subject_001.nii.gz')));
  });

  it.each(Object.keys(types).map(Number))('of data type %i, in both byte orders, scaled or not', async (type) => {
    const shape: Triple = [37, 19, 23];
    for (const little of [true, false]) {
      for (const [slope, intercept] of [
        [1, 0],
        [0.37, -3.1],
        [-2, 0],
        [1, 5],
      ] as const) {
        for (const zipped of [true, false]) {
          await expectSame(invent({ type, shape, little, slope, intercept, zipped, value: body(type, shape) }));
        }
      }
    }
  });

  it('where voxels hold no number, infinity, the same everywhere, or zeros of both signs', async () => {
    const shape: Triple = [33, 8, 9];
    const inside = body(3, shape);
    const odd: ((index: number) => number)[] = [
      (index) => (index % 50 === 7 ? NaN : inside(index)),
      (index) => (index % 91 === 0 ? Infinity : index % 91 === 1 ? -Infinity : inside(index)),
      () => NaN,
      () => 42,
      () => 0,
      () => -0,
      (index) => (index % 3 === 0 ? -0 : 0),
      (index) => (index % 3 === 0 ? -0 : inside(index)),
      (index) => -Math.abs(inside(index)) - 5,
      (index) => (index === 0 ? NaN : index),
      (index) => 1e38 * Math.sin(index),
      (index) => 1e-42 * (index % 7),
    ];
    for (const value of odd) {
      for (const type of [16, 64]) await expectSame(invent({ type, shape, value }));
    }
  });

  it.each<Triple>([
    [1, 1, 1],
    [2, 1, 1],
    [3, 5, 1],
    [1, 40, 40],
    [31, 2, 2],
    [64, 64, 7],
    [5000, 3, 3],
  ])('of a grid of %i x %i x %i, where values start at any byte', async (...shape) => {
    for (const [type, offset] of [
      [16, 352],
      [16, 353],
      [4, 355],
      [2, 0],
    ] as const) {
      await expectSame(invent({ type, shape, offset, value: body(offset, shape) }));
      await expectSame(invent({ type, shape, offset, zipped: false, value: body(offset, shape) }));
    }
  });
});

describe('what zlib has to judge', () => {
  const scan = invent({ type: 4, shape: [20, 20, 20], value: (index) => index % 300 });

  it.each<[string, (file: Uint8Array) => Uint8Array, string | null]>([
    ['a changed byte', (file) => file.with(200, (file[200] ?? 0) ^ 0x10), 'gzip-damaged'],
    ['a wrong checksum', (file) => file.with(file.length - 6, (file[file.length - 6] ?? 0) ^ 1), 'gzip-damaged'],
    ['an end too early', (file) => file.slice(0, -500), 'nifti-truncated'],
    ['several members', (file) => Buffer.concat([gzipSync(Buffer.alloc(0)), file]), null],
    ['bytes after the end', (file) => Buffer.concat([file, Buffer.alloc(8)]), null],
  ])('%s is left to it', async (_, change, code) => {
    const file = new Uint8Array(change(scan.file));
    const changed = { ...scan, file };
    expect(await nativeNumbers(changed, all)).toBeNull();
    if (code === null) expect((await scanNumbers(changed, all)).found).toEqual((await scanNumbers(scan, all)).found);
    else await expect(scanNumbers(changed, all)).rejects.toMatchObject({ kind: 'input', code });
  });

  it('a file that ends before its last voxel is refused without a look at what is not there', async () => {
    const short = invent({ type: 4, shape: [20, 20, 20], zipped: false, value: () => 1 });
    const cut = { ...short, file: short.file.slice(0, -1) };
    expect(await nativeNumbers(cut, all)).toBeNull();
    await expect(scanNumbers(cut, all)).rejects.toMatchObject({ kind: 'input', code: 'nifti-truncated' });
  });

  it('many at once are kept apart', async () => {
    const scans = Array.from({ length: 24 }, (_, index) =>
      invent({ type: 4, shape: [40 + index, 30, 20], value: (voxel) => (voxel * 7 + index) % 500 }),
    );
    const together = await Promise.all(scans.map((each) => nativeNumbers(each, all)));
    for (const [index, each] of scans.entries()) expect(together[index]).toEqual(await portableNumbers(each, all));
  });

  it('a look that is cancelled says so', async () => {
    await expect(scanNumbers(scan, all, AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled' });
  });
});
