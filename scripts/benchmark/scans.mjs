/** Import against nibabel on the same files, and its memory against the size of the cohort. */
import { linkSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { installNibabel } from '../setup/nibabel.mjs';
import { root } from '../setup/places.mjs';
import { say } from '../setup/say.mjs';
import { lastLineOf, resultOf } from './parts.mjs';

const bundled = join(root, 'main', 'samples', 'lesymap-lesions', 'lesions');
const headerFiles = 10_000;
const cohorts = [25, 100, 400];

/** @param {{ quick: boolean, withNibabel: boolean }} options */
export async function scansAgainstNibabel({ quick, withNibabel }) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-scans-'));
  try {
    const python = withNibabel ? await installNibabel() : null;
    const rounds = quick ? 1 : 3;
    say('Measuring whole scans, headers and memory');
    const dense = await resultOf('invent-scans.ts', join(folder, 'dense'), quick ? '6' : '24');
    const lesions = readdirSync(bundled)
      .filter((name) => name.endsWith('.nii.gz'))
      .map((name) => join(bundled, name));
    const many = linked(join(folder, 'many'), dense, quick ? 1000 : headerFiles);
    const measure = (what, name, paths) => compare({ what, name, paths, folder, python, rounds });
    return {
      values: [
        await measure('values', 'invented heads, int16', dense),
        await measure('values', 'bundled lesion maps', quick ? lesions.slice(0, 12) : lesions),
      ],
      headers: await measure('headers', 'headers', many),
      memory: await memory(folder, dense, quick ? cohorts.slice(0, 2) : cohorts),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Names that share the same few files: as many as one likes, in the room of a few. */
function linked(folder, files, count) {
  mkdirSync(folder, { recursive: true });
  return Array.from({ length: count }, (_, index) => {
    const path = join(folder, `scan-${String(index).padStart(5, '0')}.nii.gz`);
    linkSync(files[index % files.length], path);
    return path;
  });
}

/** Ours and nibabel by turns, each in a process of its own; times are the medians. */
async function compare({ what, name, paths, folder, python, rounds }) {
  const list = join(folder, 'paths.txt');
  writeFileSync(list, paths.join('\n'));
  const [ours, nibabel] = [[], []];
  for (let round = 0; round < rounds; round++) {
    ours.push(await resultOf('scans.ts', what, list));
    if (python === null) continue;
    nibabel.push(await lastLineOf(python, ['-B', join(root, 'test', 'bench', 'nibabel', 'read.py'), what, list]));
  }
  const bytes = sizes(paths);
  const here = speed(ours, paths.length, bytes);
  if (python === null) return { name, files: paths.length, ...bytes, here };
  const peer = { version: nibabel[0].version, ...speed(nibabel, paths.length, bytes) };
  return { name, files: paths.length, ...bytes, here, nibabel: peer, ratio: round3(peer.seconds / here.seconds) };
}

/** Content sizes are counted once for each file, of links to it only once. */
function sizes(paths) {
  let [compressedMB, megabytes] = [0, 0];
  for (const path of paths.length > 1000 ? [] : paths) {
    const file = readFileSync(path);
    compressedMB += file.length / 1e6;
    megabytes += gunzipSync(file).length / 1e6;
  }
  return paths.length > 1000 ? {} : { compressedMB: round3(compressedMB), megabytes: round3(megabytes) };
}

function speed(runs, files, { megabytes }) {
  const median = (of) => runs.map(of).sort((a, b) => a - b)[Math.floor(runs.length / 2)];
  const seconds = median((run) => run.seconds);
  return {
    seconds: round3(seconds),
    cpuSeconds: round3(median((run) => run.cpuSeconds)),
    filesPerSecond: round3(files / seconds),
    ...(megabytes === undefined ? {} : { megabytesPerSecond: round3(megabytes / seconds) }),
    peakMiB: median((run) => run.peakMiB),
  };
}

async function memory(folder, files, counts) {
  const points = [];
  for (const count of counts) {
    const list = join(folder, 'paths.txt');
    writeFileSync(list, linked(join(folder, `cohort-${count}`), files, count).join('\n'));
    const { peakMiB } = await resultOf('scans.ts', 'import', list);
    points.push({ scans: count, peakMiB });
  }
  return points;
}

function round3(value) {
  return Number(value.toPrecision(3));
}
