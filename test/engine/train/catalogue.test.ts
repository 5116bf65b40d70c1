/** Every model of the catalogue trains and is captured, on each kind of study that can feed it. */
import { describe, expect, it } from 'vitest';
import { catalogue } from '#app/model/catalogue.ts';
import type { Task } from '#app/model/description.ts';
import { canFeed, modelForStudy, type StudyData } from '#app/model/input.ts';
import { quantities } from '#app/run/configuration.ts';
import { SeededRandom } from '#app/run/random.ts';
import { planCapture } from '#app/spectra/plan.ts';
import { createCapture } from '../../../main/engine/capture/capture.ts';
import { nativeKernels } from '../../../main/engine/model/kernels/native.ts';
import { Trainer } from '../../../main/engine/train/trainer.ts';

const samples = 8;
const groupSizes = [4, 4];
const steps = 12;
const studies: readonly StudyData[] = [
  { kind: 'table', inputShape: [15], features: Array.from({ length: 15 }, (_, i) => `feature${i}`) },
  { kind: 'volumes', inputShape: [9, 8, 8, 1], features: [] },
];
const cases = catalogue.flatMap((model) =>
  studies.filter(({ kind }) => canFeed(kind, model)).map((study) => [model.name, study.kind, model, study] as const),
);

describe('the catalogue', () => {
  it.each(cases)('%s learns from %s, and every weight of it is captured', async (name, _, { tasks }, study) => {
    const random = new SeededRandom(5);
    const width = study.inputShape.reduce((size, edge) => size * edge, 1);
    const given = Float32Array.from(
      { length: samples * width },
      (__, i) => random.normal() + (i < (samples * width) / 2 ? 0.5 : -0.5),
    );
    const task: Task = tasks.includes('classification')
      ? { kind: 'classification', classes: 2 }
      : { kind: 'reconstruction' };
    const { input, model } = modelForStudy({ name, settings: {} }, study, task);
    const values = input.arrange(given);
    const plan = planCapture(model, samples, 2, { layers: null, quantities: [...quantities], every: 1 });
    const capture = createCapture(plan);
    const optimizer = { kind: 'adam', learningRate: 0.01, weightDecay: 0 } as const;
    const classWeights = task.kind === 'classification' ? [1, 1] : [];
    const trainer = new Trainer({ model, kernels: nativeKernels, optimizer, classWeights, seed: 3, capture });
    const losses: number[] = [];
    const rows: Float32Array[][] = [];
    for (let step = 0; step < steps; step++) {
      const targets = Array.from({ length: samples }, (__, i) => (i < samples / 2 ? 0 : 1));
      const said = await trainer.step({ values: values.slice(), targets, groupSizes }, step);
      losses.push(said.losses.reduce((sum, each) => sum + each, 0) / samples);
      rows.push(...capture.drain().map((captured) => [...captured.rows]));
    }
    trainer.dispose();
    capture.dispose();
    expect(plan.length).toBeGreaterThan(0);
    expect(Math.min(...losses.slice(-3))).toBeLessThan(losses[0] ?? 0);
    expect(rows.length).toBeGreaterThan(0);
    for (const step of rows) {
      expect(step).toHaveLength(plan.length);
      for (const row of step) expect(row.some((value) => value > 0)).toBe(true);
    }
  });
});
