/**
 * How fast and in how much memory scans are looked at, as one line of JSON, in a process of its own:
 * node test/bench/scans.ts headers|values|import FILE_OF_PATHS
 * headers: the header of each; values: each whole, as at import; import: a study of all of them, in their common folder.
 */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { voxelCount } from '#app/data/volume.ts';
import { importStudy } from '../../main/engine/read/import.ts';
import { inParallel } from '../../main/engine/read/in-parallel.ts';
import { readVolumeHeader } from '../../main/engine/read/nifti.ts';
import { lookAtScan, scansAtOnce } from '../../main/engine/read/scan-look.ts';

const { signal } = new AbortController();
const call = { signal, progress: () => undefined };
const [what = '', listed = ''] = process.argv.slice(2);
const paths = readFileSync(listed, 'utf8').split('\n');

async function each(work: (path: string) => Promise<number>): Promise<number> {
  const voxels = await inParallel(paths, scansAtOnce, { what: 'The benchmark', signal }, work);
  return voxels.reduce((sum, count) => sum + count, 0);
}

const works: Readonly<Record<string, () => Promise<number>>> = {
  headers: () => each(async (path) => voxelCount((await readVolumeHeader(path)).shape)),
  values: () => each(async (path) => voxelCount((await lookAtScan(path, null, signal)).header.shape)),
  import: async () => {
    const folder = dirname(paths[0] ?? '');
    const { subjects } = await importStudy({ paths: [folder], table: null, idColumn: null, fileColumn: null }, call);
    return subjects.reduce((sum, { scan }) => sum + (scan === null ? 0 : voxelCount(scan.shape)), 0);
  },
};

const work = works[what];
if (work === undefined) throw new Error(`There is nothing called '${what}' to measure.`);
const start = performance.now();
const cpu = process.cpuUsage();
const voxels = await work();
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(cpu);
const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, voxels, peakMiB }));
