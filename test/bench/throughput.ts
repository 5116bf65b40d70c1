/**
 * Samples a second from scans on disk: the bundled lesion maps are read, prepared and learnt by the 3-D CNN of the
 * catalogue, every step captured. One line of JSON: node test/bench/throughput.ts [--quick]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelNamed } from '#app/model/catalogue.ts';
import type { ModelDescription } from '#app/model/description.ts';
import { defaultConfiguration } from '#app/run/defaults.ts';
import { SeededRandom } from '#app/run/random.ts';
import { planCapture } from '#app/spectra/plan.ts';
import { createCapture } from '../../main/engine/capture/capture.ts';
import type { Capture } from '../../main/engine/capture/types.ts';
import { nativeKernels } from '../../main/engine/model/kernels/native.ts';
import { prepareVolumes } from '../../main/engine/read/prepare-volumes.ts';
import { openSample } from '../../main/engine/study/samples.ts';
import { epochBatches, groupSizesOf, type BatchRow } from '../../main/engine/train/batches.ts';
import { Trainer } from '../../main/engine/train/trainer.ts';
import { round } from './timing.ts';

const isQuick = process.argv.includes('--quick');
const epochs = isQuick ? 1 : 10;
const call = { signal: new AbortController().signal, progress: () => undefined };
const configuration = defaultConfiguration({ kind: 'volumes', subjects: [] }, 'cnn3d');

function seconds(since: number): number {
  return (performance.now() - since) / 1000;
}

/** @returns samples a second over some epochs */
async function train(
  values: Float32Array,
  model: ModelDescription,
  rows: BatchRow[],
  isCaptured: boolean,
): Promise<number> {
  const plan = planCapture(model, configuration.batchSize, 2, configuration.capture);
  const capture: Capture | null = isCaptured ? createCapture(plan) : null;
  const { learningRate, weightDecay } = configuration;
  const trainer = new Trainer({
    model,
    kernels: nativeKernels,
    optimizer: { kind: 'adam', learningRate, weightDecay },
    classWeights: [1, 1],
    seed: 1,
    capture,
  });
  const width = values.length / rows.length;
  const order = new SeededRandom(1);
  let step = 0;
  const epoch = async (): Promise<void> => {
    for (const batch of epochBatches(rows, configuration.batchSize, order)) {
      const inputs = new Float32Array(batch.length * width);
      batch.forEach(({ row }, i) => inputs.set(values.subarray(row * width, (row + 1) * width), i * width));
      const targets = batch.map(({ target }) => target);
      await trainer.step({ values: inputs, targets, groupSizes: groupSizesOf(batch, 2) }, isCaptured ? step++ : null);
      capture?.collect();
    }
  };
  await epoch();
  const started = performance.now();
  for (let i = 0; i < epochs; i++) await epoch();
  capture?.drain();
  const rate = (epochs * rows.length) / seconds(started);
  trainer.dispose();
  capture?.dispose();
  return rate;
}

const work = mkdtempSync(join(tmpdir(), 'bench-throughput-'));
try {
  const study = await openSample('lesymap-lesions', call);
  const subjects = isQuick ? study.subjects.slice(0, 32) : study.subjects;
  const { preparation } = defaultConfiguration(study, 'cnn3d');
  const started = performance.now();
  const { shape, values } = await prepareVolumes(subjects, study.root, preparation, join(work, 'cache'), call);
  const preparationSeconds = seconds(started);
  const task = { kind: 'classification', classes: 2 } as const;
  const model = modelNamed('cnn3d').describe([...shape, 1], task, {});
  // Halves of the order stand for the groups: what is learnt does not matter here.
  const rows = subjects.map((_, row) => ({ row, group: row % 2, target: row % 2 }));
  const plain = await train(values, model, rows, false);
  const captured = await train(values, model, rows, true);
  const { epochs: usualEpochs } = configuration;
  const usual = usualEpochs * rows.length;
  console.info(
    JSON.stringify({
      scans: rows.length,
      shape,
      spacingMm: preparation.targetSpacingMm,
      prepared: { seconds: round(preparationSeconds), samplesPerSecond: round(rows.length / preparationSeconds) },
      trained: { plainPerSecond: round(plain), capturedPerSecond: round(captured) },
      /** Reading and preparing once, then the usual number of epochs, captured. */
      endToEnd: { epochs: usualEpochs, samplesPerSecond: round(usual / (preparationSeconds + usual / captured)) },
    }),
  );
} finally {
  rmSync(work, { recursive: true, force: true });
}
