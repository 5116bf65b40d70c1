/**
 * How long training waits for scans that are streamed from disk, and what memory it takes, every step captured:
 * the bundled lesion maps as they are trained by default, and 300 made-up volumes of 121 x 145 x 121 voxels, plain and
 * harmonised over three sites with a covariate taken out. One line of JSON: node test/bench/streaming.ts [--quick]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { voxelCount, type Triple } from '#app/data/volume.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { defaultConfiguration } from '#app/run/defaults.ts';
import type { PreparationSettings } from '#app/run/preparation.ts';
import { SeededRandom } from '#app/run/random.ts';
import type { Study } from '#app/study/study.ts';
import { nativeKernels } from '../../main/engine/model/kernels/native.ts';
import { prepareData } from '../../main/engine/read/prepare.ts';
import { RowFile } from '../../main/engine/rows/row-file.ts';
import { createSession } from '../../main/engine/session/writer.ts';
import { openSample } from '../../main/engine/study/samples.ts';
import { Control } from '../../main/engine/train/control.ts';
import { FoldData } from '../../main/engine/train/fold-data.ts';
import { planRun, repeatedFolds } from '../../main/engine/train/plan-run.ts';
import { train } from '../../main/engine/train/training.ts';
import type { PreparedData } from '../../main/engine/train/types.ts';
import { round } from './timing.ts';

const isQuick = process.argv.includes('--quick');
const call = { signal: new AbortController().signal, progress: () => undefined };
const work = mkdtempSync(join(tmpdir(), 'bench-streaming-'));

let trainings = 0;

interface Streamed {
  rows: number;
  shape: readonly number[];
  steps: number;
  stepMs: number;
  /** Before the first step nothing is read ahead. */
  firstWaitMs: number;
  /** Part of the time of all steps but the first that training waited for its data. */
  waitShare: number;
  /** By how much the process had grown after the first steps, and at most. */
  memoryMiB: { early: number; peak: number };
}

/** @param steps after which it is stopped */
async function trained(
  study: Study,
  data: PreparedData,
  configuration: RunConfiguration,
  steps: number,
): Promise<Streamed> {
  const file = join(work, `${++trainings}.spectra`);
  const plan = planRun(study, data, configuration, 'Streaming', {}, nativeKernels);
  const writer = createSession({ file }, plan.header);
  const control = new Control(() => undefined);
  const memory: number[] = [];
  const before = process.memoryUsage.rss();
  const inner = writer.step.bind(writer);
  writer.step = (record) => {
    inner(record);
    memory.push((process.memoryUsage.rss() - before) / 2 ** 20);
    if (memory.length >= steps) control.stop();
  };
  await train({ folds: plan.folds, writer, control, emit: () => undefined });
  const times = timesOf(file);
  const later = times.slice(1);
  const sum = (of: (time: (typeof times)[number]) => number): number =>
    later.reduce((total, each) => total + of(each), 0);
  return {
    rows: data.subjects.length,
    shape: data.inputShape,
    steps: times.length,
    stepMs: round(sum(({ stepMs }) => stepMs) / later.length),
    firstWaitMs: round(times[0]?.waitMs ?? NaN),
    waitShare: round(sum(({ waitMs }) => waitMs) / sum(({ stepMs }) => stepMs)),
    memoryMiB: {
      early: Math.round(memory[Math.min(2, memory.length - 1)] ?? NaN),
      peak: Math.round(Math.max(...memory)),
    },
  };
}

function timesOf(file: string): { stepMs: number; waitMs: number }[] {
  const database = new DatabaseSync(file, { readOnly: true });
  const rows = database.prepare('SELECT scalars FROM step ORDER BY run, step').all();
  database.close();
  return rows.map(({ scalars }) => {
    // loss, accuracy, step-time-ms, capture-wait-ms, …, data-wait-ms
    const values = new Float32Array(new Uint8Array(scalars as Uint8Array).buffer);
    return { stepMs: values[2] ?? NaN, waitMs: values.at(-1) ?? NaN };
  });
}

async function lesions(): Promise<Streamed> {
  const study = await openSample('lesymap-lesions', call);
  const usual = defaultConfiguration(study, 'cnn3d');
  const configuration = { ...usual, folds: 1, preparation: { ...usual.preparation, storage: 'disk' } } as const;
  const data = await prepareData({ study, root: study.root }, configuration, join(work, 'cache'), call);
  return await trained(study, data, configuration, isQuick ? 14 : 70);
}

const shape: Triple = [121, 145, 121];

const rows = isQuick ? 40 : 300;

/** Noise about a mean that the class moves: what is learnt does not matter here. */
async function volumes(): Promise<PreparedData> {
  const subjects = Array.from({ length: rows }, (_, row) => ({ id: `sub-${row}`, group: row % 2, target: row % 2 }));
  const file = new RowFile(join(work, 'rows'), [], { precision: 'float16', shape }, rows);
  const writer = await file.begin();
  const random = new SeededRandom(1);
  const noise = Float32Array.from({ length: voxelCount(shape) }, () => 100 + 20 * random.normal());
  for (let row = 0; row < rows; row++) {
    const scale = 1 + (row % 2) / 10 + row / 1e4;
    await writer.put(
      row,
      noise.map((value) => value * scale),
    );
  }
  await writer.finish({ from: [0, 0, 0], to: [120, 144, 120] }, []);
  const opened = await file.open(call);
  if (opened === null) throw new Error('The file that was just written cannot be read.');
  return {
    kind: 'volumes',
    inputShape: [...shape, 1],
    features: [],
    subjects,
    groups: ['a', 'b'].map((name, colour) => ({ name, colour })),
    classes: ['a', 'b'],
    targetIsGroups: true,
    values: new Float32Array(),
    stored: opened.stored,
    covariates: [
      { name: 'site', kind: 'category', values: subjects.map((_, row) => `site ${row % 3}`) },
      { name: 'age', kind: 'number', values: subjects.map((_, row) => 20 + ((row * 7) % 50)) },
    ],
  };
}

const steps = isQuick ? 5 : 40;

function configured(study: Study, preparation: Partial<PreparationSettings>): RunConfiguration {
  const usual = defaultConfiguration(study, 'cnn3d');
  return {
    ...usual,
    folds: 1,
    batchSize: 4,
    epochs: 1,
    classWeights: 'none',
    preparation: { ...usual.preparation, ...preparation },
  };
}

/** @returns how long the steps took to be fitted, and to be found again where they were kept */
async function harmonised(
  study: Study,
  data: PreparedData,
): Promise<Streamed & { fitSeconds: number; keptSeconds: number }> {
  const configuration = configured(study, { harmonise: { site: 'site', keep: ['age'] }, covariates: ['age'] });
  const [fold] = repeatedFolds(data, configuration);
  if (fold === undefined) throw new Error('There is no fold.');
  const seconds: number[] = [];
  for (let time = 0; time < 2; time++) {
    const started = performance.now();
    const found = await FoldData.of(data, fold.fold, configuration, 1);
    seconds.push(round((performance.now() - started) / 1000));
    found.close();
  }
  const [fitSeconds = NaN, keptSeconds = NaN] = seconds;
  return { ...(await trained(study, data, configuration, steps)), fitSeconds, keptSeconds };
}

try {
  const study = await openSample('lesymap-lesions', call);
  const maps = await lesions();
  const data = await volumes();
  const plain = await trained(study, data, configured(study, {}), steps);
  console.info(JSON.stringify({ lesions: maps, volumes: plain, harmonised: await harmonised(study, data) }));
} finally {
  rmSync(work, { recursive: true, force: true });
}
