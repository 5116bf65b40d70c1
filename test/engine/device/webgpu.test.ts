/** Training through WebGPU, on a card in software: what the processor gives, to rounding. */
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { quantities } from '#app/run/configuration.ts';
import { spectrumOffset } from '#app/spectra/layout.ts';
import { swiftShader } from './swiftshader.ts';

type Layout = Parameters<typeof spectrumOffset>[0];

interface Trained {
  kernels: string;
  losses: number[];
  /** [step][layer][value]; null under the floor. */
  rows: (number | null)[][][];
  layouts: Layout[];
  probabilities: number[];
  weights: Record<string, number[]>;
}

const fixtures = resolve(import.meta.dirname, '..', '..', 'fixtures');

function answerOf(script: string, argument: string, env: NodeJS.ProcessEnv): unknown {
  const words = ['--disable-warning=ExperimentalWarning', join(fixtures, script), argument];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { env, encoding: 'utf8', maxBuffer: 2 ** 26 });
  expect(status, stderr).toBe(0);
  // Dawn tells of its own errors on the lines before.
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
}

function trainOn(device: string, env: NodeJS.ProcessEnv): Record<string, Trained> {
  return answerOf('train-on.ts', device, env) as Record<string, Trained>;
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, each, i) => Math.max(most, Math.abs(each - (b[i] ?? Number.NaN))), 0);
}

let onCpu: Record<string, Trained>;
let onCard: Record<string, Trained>;
beforeAll(() => {
  onCpu = trainOn('cpu', process.env);
  onCard = trainOn('webgpu', swiftShader());
}, 600_000);

/** Parameters that the loss does not depend on: their gradient is rounding, of which Adam makes whole steps. */
const idle: Readonly<Record<string, RegExp>> = {
  // Before a norm, which takes every offset out again.
  resnet3d: /^conv3d_\d+\/bias$/,
  // The softmax over keys takes an offset of all scores out.
  transformer: /\/key_bias$/,
};
const models = ['mlp', 'cnn1d', 'cnn3d', 'resnet3d', 'lstm', 'transformer'];

describe.each(models)('twenty captured steps of a tiny %s through WebGPU', (name) => {
  const both = (): [Trained, Trained] => [onCpu[name] as Trained, onCard[name] as Trained];

  it('ran on either device', () => {
    expect(both().map(({ kernels }) => kernels)).toEqual(['native', 'webgpu']);
  });

  it("give the processor's losses, predictions and weights to 1e-4", () => {
    const [cpu, card] = both();
    expect(cpu.losses).toHaveLength(20);
    expect(cpu.losses[19]).toBeLessThan(cpu.losses[0] ?? 0);
    expect(largestDifference(cpu.losses, card.losses)).toBeLessThan(1e-4);
    expect(largestDifference(cpu.probabilities, card.probabilities)).toBeLessThan(1e-4);
    for (const [parameter, values] of Object.entries(cpu.weights)) {
      if (idle[name]?.test(parameter) === true) continue;
      expect(largestDifference(values, card.weights[parameter] ?? [])).toBeLessThan(1e-4);
    }
  });

  it('give its spectra: of the same weights to 1e-6 of the largest value, after twenty updates to 1e-3', () => {
    const [cpu, card] = both();
    expect(card.rows).toHaveLength(20);
    card.rows.forEach((layers, step) => {
      layers.forEach((row, layer) => {
        const layout = cpu.layouts[layer] as Layout;
        for (const quantity of quantities) {
          const kept = layout.quantities.find((each) => each.quantity === quantity)?.values ?? 0;
          for (let set = 0; set <= layout.groups; set++) {
            const at = spectrumOffset(layout, quantity, set);
            const expected = cpu.rows[step]?.[layer]?.slice(at, at + kept) ?? [];
            const largest = expected[0] ?? 0;
            expect(largest).toBeGreaterThan(0);
            row.slice(at, at + kept).forEach((value, i) => {
              // Marked on one side only: it must be at the floor on the other, which stays that of float64 Grams.
              const difference = Math.abs((value ?? 0) - (expected[i] ?? 0)) / largest;
              expect(difference).toBeLessThan(step === 0 ? 1e-6 : 1e-3);
            });
          }
        }
      });
    });
  });
});

describe.each([
  ['is lost', 'lost', /^The graphics card failed: .+ Train on the processor instead\.$/],
  [
    'refuses a call',
    'invalid',
    /^The graphics card failed: Buffer size .+ exceeds .+ Train on the processor instead\.$/,
  ],
])('a card that %s in the midst of training', (_, how, message) => {
  it('ends it at that step, in words', () => {
    const { step, failing, said } = answerOf('lose-card.ts', how, swiftShader()) as {
      step: number;
      failing: number;
      said: { code: string; message: string };
    };
    expect(step).toBe(failing);
    expect(said.code).toBe('graphics-card-failed');
    expect(said.message).toMatch(message);
  }, 120_000);
});
