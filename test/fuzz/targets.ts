/** What is fuzzed: a sound file of each kind, how it is changed, and how it is read. */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseDicom } from '#app/data/dicom/header.ts';
import { voxelCount, type Volume } from '#app/data/volume.ts';
import type { SeededRandom } from '#app/run/random.ts';
import { readAtlas } from '../../main/engine/read/fmri/atlas.ts';
import { regionSeries } from '../../main/engine/read/fmri/region-series.ts';
import { importStudy } from '../../main/engine/read/import.ts';
import { readArrays } from '../../main/engine/read/series/read-arrays.ts';
import { checkVolume, readVolumeHeader } from '../../main/engine/read/nifti.ts';
import { dicomImage } from '../engine/read/dicom/write-dicom.ts';
import { smallScan } from '../engine/read/write-nifti.ts';
import { choice, mutateBytes, mutateGzip, mutateTable } from './mutate.ts';

export interface Input {
  /** Names of files and what they hold. */
  files: Record<string, Buffer>;
  /** Reads what was written to the folder. @throws what the readers throw */
  read: (folder: string) => Promise<void>;
}

export interface Target {
  name: string;
  /** How often, beside the others. */
  weight: number;
  make: (random: SeededRandom) => Input;
  /** What reading even an empty file takes; absent: what zlib and the heap take. */
  baseBytes?: number;
  /** What even an empty file takes in time, beside the two seconds: a thread that loads a library. */
  baseMs?: number;
}

/** dcm2niix in WebAssembly: 20 MiB, twice when two images are of two series, and two threads. */
const converterBytes = 160 * 1024 ** 2;

const fixtures = join(import.meta.dirname, '..', 'fixtures');
const { signal } = new AbortController();
const call = { signal, progress: () => undefined };

function soundFiles(folder: string, ending: RegExp): Buffer[] {
  const names = readdirSync(join(fixtures, folder)).filter((name) => ending.test(name));
  return names.sort().map((name) => readFileSync(join(fixtures, folder, name)));
}

async function readScan(path: string): Promise<void> {
  await readVolumeHeader(path);
  const { volume, statistics } = await checkVolume(path);
  requireSound(volume);
  if (!Object.values(statistics).flat().every(Number.isFinite)) throw new Error('A statistic is no number.');
}

/** What every scan that is read must be. */
function requireSound({ shape, values, affine, spacingMm }: Volume): void {
  if (values.length !== voxelCount(shape)) throw new Error(`${values.length} values for ${shape.join(' x ')} voxels.`);
  if (![...affine, ...spacingMm].every(Number.isFinite)) throw new Error('The affine is not finite.');
  if (spacingMm.some((edge) => edge <= 0)) throw new Error('A voxel has no size.');
}

/** Means of the regions of `l.nii.gz`, named by `n.tsv` where there is one, in `a.nii.gz`. */
async function readRegions(folder: string): Promise<void> {
  const names = join(folder, 'n.tsv');
  const files = { labels: join(folder, 'l.nii.gz'), names: existsSync(names) ? names : null, mask: null };
  const atlas = await readAtlas(files, signal);
  if (new Set(atlas.labelNames).size !== atlas.labels.length) throw new Error('Two regions have the same name.');
  const { times, values, counts } = await regionSeries(join(folder, 'a.nii.gz'), atlas, null, signal);
  if (values.length !== times * atlas.labels.length || counts.length !== atlas.labels.length) {
    throw new Error(`${values.length} means for ${times} volumes of ${atlas.labels.length} regions.`);
  }
}

async function importFolder(folder: string): Promise<void> {
  const study = await importStudy({ paths: [folder], table: null, idColumn: null, fileColumn: null }, call);
  const ids = new Set(study.subjects.map(({ id }) => id));
  if (ids.size !== study.subjects.length) throw new Error('Two subjects have the same id.');
  JSON.stringify(study);
}

export function allTargets(): Target[] {
  const nii = soundFiles('nifti', /\.nii$/);
  const gz = soundFiles('nifti', /\.nii\.gz$/);
  const mgh = soundFiles('mgh', /\.mgh$/);
  const mgz = soundFiles('mgh', /\.mgz$/);
  const dicom = [...soundFiles('dicom', /\.dcm$/), dicomImage()];
  const [header, image] = ['pair.hdr', 'pair.img'].map((name) => readFileSync(join(fixtures, 'nifti', name)));
  const series = soundFiles('fmri', /^(oblique|holes|flipped|frames)\.(nii|nii\.gz|mgh)$/);
  const [atlas = Buffer.alloc(0)] = soundFiles('fmri', /^atlas\.nii\.gz$/);
  const [whole = Buffer.alloc(0)] = soundFiles('fmri', /^oblique\.nii$/);
  const names = 'index\tname\n1\tV1\n2\tM1\n17\tA1\n1012\tS1\n2035\tPCC';
  const workbooks = soundFiles('tables/workbook', /\.xlsx$/);
  const table = scanTable();
  const arrays = [
    'fortran.npy',
    'f2-big.npy',
    'fortran-3d.npy',
    'subjects.npz',
    'subjects-deflated.npz',
    'v4.mat',
    'v6.mat',
    'v7.mat',
  ].map((name) => [name, readFileSync(join(fixtures, 'series', name))] as const);
  const hdf5 = soundFiles('series', /^(v73|plain\.h5)\.mat$/);
  const matrices = ['V1\tM1\tA1', '0\t1\t2'].map((header) =>
    [header, ...Array.from({ length: 12 }, (_, i) => `${i * 0.5}\t${i * 1.25}\t-${i}e-3`)].join('\n'),
  );
  const one = (name: string, bytes: Buffer): Input => ({
    files: { [name]: bytes },
    read: (folder) => readScan(join(folder, name)),
  });
  return [
    { name: 'nifti', weight: 30, make: (random) => one('a.nii', mutateBytes(random, choice(random, nii), 544)) },
    { name: 'nifti-gzip', weight: 25, make: (random) => one('a.nii.gz', mutateGzip(random, choice(random, gz), 544)) },
    {
      name: 'nifti-pair',
      weight: 5,
      make: (random) => ({
        files: {
          'a.hdr': mutateBytes(random, header ?? Buffer.alloc(0), 348),
          'a.img':
            random.next() < 0.5 ? (image ?? Buffer.alloc(0)) : mutateBytes(random, image ?? Buffer.alloc(0), 100),
        },
        read: (folder) => readScan(join(folder, 'a.img')),
      }),
    },
    { name: 'mgh', weight: 10, make: (random) => one('a.mgh', mutateBytes(random, choice(random, mgh), 90)) },
    { name: 'mgz', weight: 8, make: (random) => one('a.mgz', mutateGzip(random, choice(random, mgz), 90)) },
    {
      name: 'dicom-header',
      weight: 15,
      make: (random) => {
        const bytes = mutateBytes(random, choice(random, dicom), 1700);
        return { files: {}, read: () => Promise.resolve(parseInPieces(bytes)) };
      },
    },
    {
      name: 'dicom-import',
      weight: 1,
      baseBytes: converterBytes,
      make: (random) => ({
        files: { 's/1': mutateBytes(random, choice(random, dicom), 1700), 's/2': dicomImage({ slice: 1 }) },
        read: importFolder,
      }),
    },
    {
      name: 'series-4d',
      weight: 10,
      make: (random) => {
        const sound = choice(random, series);
        const zipped = sound[0] === 0x1f;
        return {
          files: {
            'a.nii.gz': zipped ? mutateGzip(random, sound, 544) : mutateBytes(random, sound, 544),
            'l.nii.gz': atlas,
          },
          read: readRegions,
        };
      },
    },
    {
      name: 'atlas',
      weight: 6,
      make: (random) => ({
        files: {
          'a.nii.gz': whole,
          'l.nii.gz': random.next() < 0.8 ? mutateGzip(random, atlas, 544) : atlas,
          'n.tsv': mutateTable(random, names),
        },
        read: readRegions,
      }),
    },
    {
      name: 'arrays',
      weight: 8,
      make: (random) => {
        const [name, sound] = choice(random, arrays);
        return arrayInput(name, mutateBytes(random, sound, Math.min(sound.length, 600)));
      },
    },
    // HDF5 is read by a library in WebAssembly, which takes its own memory.
    {
      name: 'mat73',
      weight: 2,
      baseBytes: 96 * 1024 ** 2,
      baseMs: 2000,
      make: (random) => arrayInput('a.mat', mutateBytes(random, choice(random, hdf5), 4000)),
    },
    {
      name: 'text-matrix',
      weight: 4,
      make: (random) =>
        arrayInput(choice(random, ['a.csv', 'a.1D', 'a.txt']), mutateTable(random, choice(random, matrices))),
    },
    {
      name: 'workbook',
      weight: 3,
      baseMs: 2000,
      make: (random) => {
        const sound = choice(random, workbooks);
        return { files: { 'cohort.xlsx': mutateBytes(random, sound, sound.length) }, read: importFolder };
      },
    },
    {
      name: 'table',
      weight: 8,
      make: (random) => ({
        files: { 'participants.tsv': mutateTable(random, table) },
        read: importFolder,
      }),
    },
    {
      name: 'table-with-scans',
      weight: 3,
      make: (random) => ({
        files: {
          'participants.tsv': mutateTable(
            random,
            'participant_id\tage\tfile\nsub-1\t31\ta.nii\nsub-2\t44\tb.nii\nsub-3\tn/a\tc.nii',
          ),
          'a.nii': smallScan(1),
          'b.nii': mutateBytes(random, smallScan(2), 400),
        },
        read: importFolder,
      }),
    },
  ];
}

function arrayInput(name: string, bytes: Buffer): Input {
  return {
    files: { [name]: bytes },
    read: async (folder) => {
      const { numbers } = await readArrays(join(folder, name));
      for (const { shape, values } of numbers) {
        const size = shape.reduce((product, edge) => product * edge, 1);
        if (values.length !== size) throw new Error(`${values.length} values for ${shape.join(' x ')}.`);
      }
    },
  };
}

/** As files are read: more and more of them, until the header is there. */
function parseInPieces(bytes: Buffer): void {
  for (let wanted = 64; ; wanted *= 4) {
    const { state } = parseDicom(bytes.subarray(0, wanted), wanted >= bytes.length);
    if (state !== 'short') return;
    if (wanted >= bytes.length) throw new Error('The whole file is said to be too short.');
  }
}

function scanTable(): string {
  const rows = Array.from(
    { length: 20 },
    (_, i) => `sub-${i}\t${20 + i}\t${i % 2 ? 'F' : 'M'}\t${i % 3 ? 'patient' : 'control'}\t${i * 0.5}`,
  );
  return ['participant_id\tage\tsex\tdiagnosis\tscore', ...rows].join('\n');
}

/** @returns how many bytes the input honestly holds: its files, and what they inflate to */
export function honestBytes(files: Readonly<Record<string, Buffer>>): number {
  let bytes = 0;
  for (const content of Object.values(files)) {
    bytes += content.length;
    if (content[0] !== 0x1f || content[1] !== 0x8b) continue;
    try {
      bytes += gunzipSync(content).length;
    } catch {
      // What cannot be inflated holds nothing more.
    }
  }
  return bytes;
}

export function writeInput(folder: string, files: Readonly<Record<string, Buffer>>): void {
  for (const [name, content] of Object.entries(files)) {
    if (name.includes('/')) mkdirSync(join(folder, name.slice(0, name.lastIndexOf('/'))), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}
