/** Training through WebGPU, on a card in software: what the processor gives, to rounding. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
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

const script = resolve(import.meta.dirname, '..', '..', 'fixtures', 'train-on.ts');

function trainOn(device: string, env: NodeJS.ProcessEnv): Record<string, Trained> {
  const words = ['--disable-warning=ExperimentalWarning', script, device];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { env, encoding: 'utf8', maxBuffer: 2 ** 26 });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as Record<string, Trained>;
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
}, 120_000);

describe.each(['mlp', 'cnn3d'])('twenty captured steps of a tiny %s through WebGPU', (name) => {
  const both = (): [Trained, Trained] => [onCpu[name] as Trained, onCard[name] as Trained];

  it('ran on either device', () => {
    expect(both().map(({ kernels }) => kernels)).toEqual(['native', 'webgpu']);
  });

  it("give the processor's losses, predictions and weights to 1e-4", () => {
    const [cpu, card] = both();
    expect(cpu.losses).toHaveLength(20);
    expect(cpu.losses[19]).toBeLessThan((cpu.losses[0] ?? 0) / 2);
    expect(largestDifference(cpu.losses, card.losses)).toBeLessThan(1e-4);
    expect(largestDifference(cpu.probabilities, card.probabilities)).toBeLessThan(1e-4);
    for (const [parameter, values] of Object.entries(cpu.weights)) {
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
