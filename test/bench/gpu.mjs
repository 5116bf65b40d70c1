/** node test/bench/gpu.mjs [cuda|webgpu|cpu] [--quick]: step times on a graphics card, plain and captured. See gpu.md. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { models, reasonOf, resultOf } from '../../scripts/benchmark/parts.mjs';

const launcher = resolve(import.meta.dirname, '..', '..', 'scripts', 'spectroscope.mjs');
const [device = 'cuda'] = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const quick = process.argv.includes('--quick') ? ['--quick'] : [];
const rounds = quick.length > 0 ? 1 : 3;
const studies = [
  { sample: 'ucla-cnp-cognition', epochs: 20 },
  { sample: 'lesymap-lesions', epochs: 3 },
];
const folder = mkdtempSync(join(tmpdir(), 'spectroscope-gpu-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** What the command prints; ends this process with its words when it fails. */
function spectroscope(...words) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, ...words], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status === 0) return stdout;
  process.stderr.write(stderr);
  process.exit(1);
}

/** The networks of `npm run bench`, each in a process of its own: what one of them fails at says nothing of the others. */
async function showNetworks() {
  console.log('\n| network | plain (ms) | captured (ms) | captured / plain | thread (ms) |\n|---|---|---|---|---|');
  for (const model of models) {
    try {
      const { title, plainMs, capturedMs, ratio, threadMs } = await resultOf('on-device.ts', device, model, ...quick);
      console.log(`| ${title} | ${plainMs} | ${capturedMs} | ${ratio.toFixed(2)} | ${threadMs} |`);
    } catch (error) {
      process.exitCode = 1;
      console.error(`${model} could not be measured: ${reasonOf(error)}`);
    }
  }
}

/** Step times in milliseconds, without the first ten, in which kernels are chosen and compiled. */
function stepTimes({ sample, epochs }, every) {
  const session = join(folder, 'run.spectra');
  const table = join(folder, 'scalars.csv');
  const chosen = ['--device', device, '--epochs', String(epochs), '--folds', '1', '--capture-every', String(every)];
  spectroscope('train', '--sample', sample, ...chosen, '--overwrite', '--out', session);
  spectroscope('export', session, '--what', 'scalars', '--out', table);
  const [header = '', ...lines] = readFileSync(table, 'utf8').trim().split('\n');
  const column = header.split(',').indexOf('step-time-ms');
  rmSync(table);
  return lines.slice(10).map((line) => Number(line.split(',')[column]));
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function showStudies() {
  console.log('\n| study | plain (ms) | captured (ms) | captured / plain |\n|---|---|---|---|');
  for (const study of studies) {
    const plain = [];
    const captured = [];
    for (let round = 0; round < rounds; round++) {
      plain.push(...stepTimes(study, 0));
      captured.push(...stepTimes(study, 1));
    }
    const [a, b] = [median(plain), median(captured)];
    console.log(`| ${study.sample} | ${a.toFixed(2)} | ${b.toFixed(2)} | ${(b / a).toFixed(2)} |`);
  }
}

process.stdout.write(spectroscope('device', '--device', device));
await showNetworks();
showStudies();
