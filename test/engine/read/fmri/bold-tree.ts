/** A BIDS tree of small 4-D bold scans with an atlas, made from a seed: in patients region 2 follows region 1. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Grid } from '#app/data/volume.ts';
import { SeededRandom } from '#app/run/random.ts';
import { niftiBytes } from '../write-nifti.ts';

export const boldGrid: Grid = { shape: [16, 16, 10], affine: [-3, 0, 0, 22, 0, 3, 0, -23, 0, 0, 3, -14, 0, 0, 0, 1] };
/** 2 mm, unlike the scans. */
const atlasGrid: Grid = { shape: [24, 24, 15], affine: [2, 0, 0, -23, 0, 2, 0, -23, 0, 0, 2, -14, 0, 0, 0, 1] };

export interface TreeOptions {
  subjects?: number;
  volumes?: number;
  repetitionTimeS?: number;
}

/** Region of a place in millimetres: four quarters, from 1, with nothing between them. */
function regionAt(x: number, y: number): number {
  if (Math.abs(x) < 3 || Math.abs(y) < 3 || Math.abs(x) > 20 || Math.abs(y) > 20) return 0;
  return 1 + Number(x > 0) + 2 * Number(y > 0);
}

function writeInto(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** `atlas.nii` and `regions.tsv`. */
export function writeAtlas(folder: string): void {
  const { affine } = atlasGrid;
  const labels = niftiBytes(atlasGrid, (i, j) =>
    regionAt((affine[0] ?? 0) * i + (affine[3] ?? 0), (affine[5] ?? 0) * j + (affine[7] ?? 0)),
  );
  const names = ['index\tname', '1\tleft back', '2\tright back', '3\tleft front', '4\tright front'];
  writeInto(folder, { 'atlas.nii': labels, 'regions.tsv': `${names.join('\n')}\n` });
}

/** Each region is a slow wave of its own and noise; a patient's second region is the first again. */
export function writeBoldTree(folder: string, options: TreeOptions = {}): void {
  const { subjects = 12, volumes = 60, repetitionTimeS = 2 } = options;
  const random = new SeededRandom(5);
  const rows = ['participant_id\tgroup'];
  for (let subject = 1; subject <= subjects; subject++) {
    const id = `sub-${String(subject).padStart(2, '0')}`;
    const isPatient = subject % 2 === 0;
    rows.push(`${id}\t${isPatient ? 'patient' : 'control'}`);
    const own = Array.from({ length: 4 }, () => Array.from({ length: volumes }, () => random.next() - 0.5));
    if (isPatient) own[1] = (own[0] ?? []).map((value) => value + 0.2 * (random.next() - 0.5));
    const motion = Array.from({ length: volumes }, () => random.next() - 0.5);
    const [, , , x0 = 0, , , , y0 = 0] = boldGrid.affine;
    const scan = niftiBytes(
      boldGrid,
      (i, j, k, t) => {
        const region = regionAt(x0 - 3 * i, y0 + 3 * j);
        const signal = region === 0 ? 0 : 40 * (own[region - 1]?.[t] ?? 0);
        return 800 + ((i * 7 + j * 5 + k * 3) % 11) + signal + 10 * (motion[t] ?? 0);
      },
      { volumes, repetitionTimeS },
    );
    const confounds = motion.map((value, t) =>
      [value, t === 0 ? 'n/a' : value - (motion[t - 1] ?? 0), t === 0 ? 'n/a' : t === 7 ? 1.2 : 0.1].join('\t'),
    );
    const func = `${id}/func/${id}_task-rest`;
    writeInto(folder, {
      [`${func}_bold.nii.gz`]: gzipSync(scan, { level: 1 }),
      [`${func}_desc-confounds_timeseries.tsv`]: `${['trans_x\ttrans_x_derivative1\tframewise_displacement', ...confounds].join('\n')}\n`,
    });
  }
  writeInto(folder, {
    'participants.tsv': `${rows.join('\n')}\n`,
    'dataset_description.json': '{"Name": "Made up", "BIDSVersion": "1.8.0", "License": "CC0"}',
    'task-rest_bold.json': `{"RepetitionTime": ${repetitionTimeS}, "TaskName": "rest"}`,
  });
}
