/** The loops that are compiled for several instruction sets: those of lesser processors, against the best ones. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** Rows of convolutions with 1 to 9 channels and 9 to 1 filters, from a process of its own: the choice is made once. */
const script = `
  import { planCapture } from './app/spectra/plan.ts';
  import { createCapture } from './main/engine/capture/capture.ts';
  import { tf } from './main/engine/device/tensorflow.ts';

  const rows = [];
  for (let channels = 1; channels <= 9; channels++) {
    const layer = {
      name: 'conv3d', kind: 'conv3d', inputShape: [7, 6, 5, channels], outputShape: [4, 3, 3, 10 - channels],
      filters: 10 - channels, kernel: [3, 3, 3], strides: [2, 2, 2], dilations: [1, 1, 1], groups: 1, padding: 'same', inputs: ['input'], parameters: 0, multiplyAccumulates: 0,
    };
    const model = { name: 'one layer', inputShape: layer.inputShape, classes: 2, layers: [layer] };
    const quantities = ['activations', 'adjoints', 'gradient'];
    const plan = planCapture(model, 9, 2, { layers: null, quantities, every: 1 });
    const capture = createCapture(plan.map((layer) => ({ ...layer, groupGradients: false })));
    capture.begin(0, [4, 5]);
    capture.layer(
      0,
      tf.randomNormal([9, ...layer.inputShape], 0, 1, 'float32', channels),
      tf.randomNormal([9, ...layer.outputShape], 0, 1, 'float32', channels + 100),
      null,
      null,
    );
    capture.end();
    rows.push(...capture.drain()[0].rows[0]);
    capture.dispose();
  }
  console.log(JSON.stringify(rows));
`;

function captured(lesserLoops: string): number[] {
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    env: { ...process.env, SPECTROSCOPE_PLAIN_LOOPS: lesserLoops },
  });
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as number[];
}

describe('the loops of the capture', () => {
  for (const [processor, lesserLoops] of Object.entries({ 'AVX-512': 'avx2', 'wide registers': '1' })) {
    it(`give the same spectra on a processor without ${processor}`, () => {
      const wide = captured('0');
      const lesser = captured(lesserLoops);
      expect(lesser).toHaveLength(wide.length);
      expect(wide.length).toBeGreaterThan(100);
      const largest = Math.max(...wide.map(Math.abs));
      lesser.forEach((value, i) =>
        expect(Math.abs(value - (wide[i] ?? Number.NaN))).toBeLessThanOrEqual(1e-6 * largest),
      );
    });
  }
});
