/** The parts of the benchmark, each in a process of its own that prints its result as the last line. */
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installPytorch } from '../setup/pytorch.mjs';
import { node24, projectEnvironment, root } from '../setup/places.mjs';
import { say } from '../setup/say.mjs';

export const models = ['mlp-small', 'mlp-large', 'cnn-32', 'cnn-61', 'lstm', 'transformer'];
const benches = join(root, 'test', 'bench');
const bundledScans = join(root, 'main', 'samples', 'lesymap-lesions');

export async function lastLineOf(command, args) {
  const { stdout } = await promisify(execFile)(command, args, { cwd: root, env: projectEnvironment() });
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

export const resultOf = (bench, ...options) =>
  lastLineOf(node24(), ['--disable-warning=ExperimentalWarning', join(benches, bench), ...options]);

export const scaling = (quick) => resultOf('scaling.ts', ...quick);
export const inference = (quick) => resultOf('inference.ts', ...quick);
export const streaming = (quick) => resultOf('streaming.ts', ...quick);
export const study = (quick) => resultOf('study.ts', ...quick);
export const library = (quick) => resultOf('library.ts', ...quick);
export const bigSession = (quick) => resultOf('big-session.ts', ...quick);
export const throughput = (quick) => resultOf('throughput.ts', ...quick);
export const imported = () => resultOf('import.ts', bundledScans);
export const profile = async (model) => ({ model, ...(await resultOf('profile.ts', model)) });

/** What a part that failed said, without its trace. */
export const reasonOf = (error) => /^\w*(?:Error|Exception): (.*)$/m.exec(error.stderr ?? '')?.[1] ?? error.message;

/** Ours and then the peers, model by model. @returns a row for each model that could be measured, and what failed */
export async function trainingRows({ names, quick, withPytorch }) {
  const python = withPytorch ? await installPytorch() : null;
  const rows = [];
  const failed = [];
  for (const model of names) {
    say(`Measuring ${model}`);
    try {
      rows.push(await trainingRow(model, quick, python));
    } catch (error) {
      const why = reasonOf(error);
      say(`${model} could not be measured: ${why}`);
      failed.push({ model, why });
    }
  }
  return { rows, failed };
}

async function trainingRow(model, quick, python) {
  const row = await resultOf('training.ts', model, ...quick);
  const tfjs = await resultOf('tfjs.ts', model, ...quick);
  const peers = {
    ...(tfjs === null ? {} : { tfjs }),
    ...(python === null ? {} : await pytorchPeers(python, model, quick)),
  };
  return { ...row, memory: await memoryOf(model, quick), peers };
}

/** Peak resident memory of two processes that only train. */
async function memoryOf(model, quick) {
  const plainMiB = await resultOf('memory.ts', model, 'plain', ...quick);
  const capturedMiB = await resultOf('memory.ts', model, 'captured', ...quick);
  return { plainMiB, capturedMiB, ratio: Number((capturedMiB / plainMiB).toPrecision(3)) };
}

/** With as many threads as TensorFlow takes. */
async function pytorchPeers(python, model, quick) {
  const seconds = quick.length > 0 ? 3 : 12;
  const bench = join(benches, 'pytorch', 'bench.py');
  const args = ['-B', '-W', 'ignore', bench, model, String(availableParallelism()), String(seconds)];
  const { version, plainMs, hooks, gram, largestDifference } = await lastLineOf(python, args);
  return { pytorch: { version, plainMs, largestDifference }, pytorchHooks: hooks, pytorchGram: gram };
}
