/**
 * Reads seeded, damaged files: each is read or refused in words, within two seconds, in memory that its honest size warrants.
 * `node test/fuzz/fuzz.ts --inputs 10000 --seed 1` prints a line of JSON; --only N repeats one input and says what it throws.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SpectroscopeError } from '#app/contract/errors.ts';
import { SeededRandom } from '#app/run/random.ts';
import { allTargets, honestBytes, writeInput, type Input, type Target } from './targets.ts';

const mostMs = 2000;
/** What reading anything takes: buffers of zlib, the first bytes of a file, the heap between two collections. */
const baseBytes = 48 * 1024 ** 2;

export interface Failure {
  input: number;
  target: string;
  what: string;
}

export interface FuzzResult {
  inputs: number;
  seed: number;
  read: number;
  refused: number;
  /** How often each code refused an input. */
  codes: Record<string, number>;
  failures: Failure[];
  slowestMs: number;
  /** Most by which the process grew while it read one input. */
  grownMiB: number;
}

export interface FuzzOptions {
  inputs: number;
  seed: number;
  /** Of the first input. */
  from?: number;
  beat?: (input: number) => void;
}

export async function fuzz({ inputs, seed, from = 0, beat }: FuzzOptions): Promise<FuzzResult> {
  const targets = allTargets();
  const result: FuzzResult = { inputs, seed, read: 0, refused: 0, codes: {}, failures: [], slowestMs: 0, grownMiB: 0 };
  for (let input = from; input < from + inputs; input++) {
    beat?.(input);
    await once(targets, seed, input, result);
  }
  return result;
}

async function once(targets: readonly Target[], seed: number, input: number, result: FuzzResult): Promise<void> {
  const { target, made } = inputOf(targets, seed, input);
  const fail = (what: string): void => void result.failures.push({ input, target: target.name, what });
  let outcome = await measured(made);
  // A machine that does something else is slow too: what takes long once is tried once more.
  const limitMs = mostMs + (target.baseMs ?? 0);
  if (outcome.ms > limitMs) outcome = await measured(made);
  result.slowestMs = Math.max(result.slowestMs, Math.round(outcome.ms));
  result.grownMiB = Math.max(result.grownMiB, Math.round(outcome.grown / 2 ** 20));
  if (outcome.ms > limitMs) fail(`took ${Math.round(outcome.ms)} ms`);
  if (outcome.grown > 2 * honestBytes(made.files) + (target.baseBytes ?? baseBytes))
    fail(`took ${Math.round(outcome.grown / 2 ** 20)} MiB`);
  const { error } = outcome;
  if (error === null) result.read++;
  else if (error instanceof SpectroscopeError && (error.kind === 'input' || error.kind === 'setting')) {
    result.refused++;
    result.codes[error.code] = (result.codes[error.code] ?? 0) + 1;
  } else fail(error instanceof Error ? (error.stack ?? error.message) : 'threw what is no error');
}

/** Each input has a generator of its own, so that one can be repeated without those before it. */
function inputOf(targets: readonly Target[], seed: number, input: number) {
  const random = new SeededRandom((Math.imul(seed, 0x9e3779b1) ^ input) >>> 0);
  let rest = random.next() * targets.reduce((sum, { weight }) => sum + weight, 0);
  const target = targets.find(({ weight }) => (rest -= weight) < 0);
  if (target === undefined) throw new Error('There is nothing to fuzz.');
  return { target, made: target.make(random) };
}

async function measured({ files, read }: Input): Promise<{ error: unknown; ms: number; grown: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  try {
    writeInput(folder, files);
    const peakBefore = process.resourceUsage().maxRSS * 1024;
    const buffersBefore = process.memoryUsage().arrayBuffers;
    const start = performance.now();
    let error: unknown = null;
    try {
      await read(folder);
    } catch (thrown) {
      error = thrown;
    }
    const ms = performance.now() - start;
    // Memory that was touched shows in the peak, memory that was only asked for in the buffers.
    const touched = process.resourceUsage().maxRSS * 1024 - peakBefore;
    const asked = process.memoryUsage().arrayBuffers - buffersBefore;
    return { error, ms, grown: Math.max(0, touched, asked) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      inputs: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
    },
  });
  const seed = Number(values.seed);
  const only = values.only === undefined ? null : Number(values.only);
  const options = only === null ? { inputs: Number(values.inputs), seed } : { inputs: 1, seed, from: only };
  // The launcher knows by this which input does not come to an end.
  const beat = (input: number): void => void process.send?.(input);
  console.log(JSON.stringify(await fuzz({ ...options, beat })));
}

if (import.meta.main) await main();
