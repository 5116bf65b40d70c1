/**
 * Matrices of known singular values, from the smallest to those that LAPACK reduces: with the loops that are chosen here
 * and with those of lesser processors.
 */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/**
 * Prints the largest errors over the largest values. A = H diag(s) H', H a reflection, is what a dense layer is given; where
 * many are solved together, H diag(s).
 */
const script = `
  import { planCapture } from './app/spectra/plan.ts';
  import { createCapture } from './main/engine/capture/capture.ts';
  import { tf } from './main/engine/device/tensorflow.ts';

  const spectra = {
    even: (i, n) => 1 - i / n,
    alike: () => 1,
    'in two clusters': (i, n) => (i < n / 2 ? 1 : 1e-3),
    'of low rank': (i, n) => (i < n / 3 ? 1 + i : 0),
    graded: (i) => 10 ** -i,
    'of one value': (i) => (i === 0 ? 1 : 0),
    zero: () => 0,
  };
  const sizes = [1, 2, 3, 5, 8, 9, 17, 32, 33, 64, 100, 256, 520];
  const scales = [1, 1e-18, 1e15];

  function matrix(values) {
    const n = values.length;
    const v = values.map((_, i) => Math.cos(3 * i + 1) + 0.1);
    const norm = v.reduce((sum, x) => sum + x * x, 0);
    const along = v.reduce((sum, x, i) => sum + x * x * values[i], 0);
    const entry = (i, j) =>
      (i === j ? values[i] : 0) - (2 / norm) * v[i] * v[j] * (values[i] + values[j]) + (4 / norm ** 2) * v[i] * v[j] * along;
    return Float32Array.from({ length: n * n }, (_, at) => entry(Math.floor(at / n), at % n));
  }

  function captured(values) {
    const size = values.length;
    const layer = {
      name: 'dense', kind: 'dense', inputs: ['input'], units: 1, inputShape: [size], outputShape: [1], parameters: 0,
      multiplyAccumulates: 0,
    };
    const model = { name: 'one layer', inputShape: [size], task: { kind: 'classification', classes: 2 }, layers: [layer] };
    const capture = createCapture(planCapture(model, size, 1, { layers: null, quantities: ['activations'], every: 1 }));
    capture.begin(0, [size]);
    capture.layer(0, tf.tensor2d(matrix(values), [size, size]), tf.zeros([size, 1]), null, null);
    capture.end();
    const [row] = capture.drain()[0].rows;
    capture.dispose();
    return row;
  }

  /** Of the group and of all samples, which are the same. */
  function largestError(values, row) {
    const largest = values[0] || 1;
    return Math.max(...[0, values.length].flatMap((set) => values.map((s, i) => Math.abs(row[set + i] - s) / largest)));
  }

  /** H diag(s), H the reflection of so many rows. */
  function rotated(values, rows, row, column) {
    const v = (i) => Math.cos(3 * i + 1) + 0.1;
    let norm = 0;
    for (let i = 0; i < rows; i++) norm += v(i) ** 2;
    return ((row === column ? 1 : 0) - (2 / norm) * v(row) * v(column)) * (values[column] ?? 0);
  }

  /** All spectra at one step: matrices of different orders are solved together. */
  function capturedTogether() {
    const samples = 64;
    const all = Object.entries(spectra).flatMap(([name, value]) =>
      [1, 2, 3, 7, 16, 17, 40, 63, 64, 100].map((columns) => {
        const count = Math.min(samples, columns);
        const values = Array.from({ length: count }, (_, i) => value(i, count));
        return { name, columns, values };
      }),
    );
    const layers = all.map(({ columns }, i) => ({
      name: 'dense ' + i, kind: 'dense', inputs: ['input'], units: 1, inputShape: [columns], outputShape: [1], parameters: 0,
      multiplyAccumulates: 0,
    }));
    const model = { name: 'many layers', inputShape: [1], task: { kind: 'classification', classes: 2 }, layers };
    const capture = createCapture(planCapture(model, samples, 1, { layers: null, quantities: ['activations'], every: 1 }));
    capture.begin(0, [samples]);
    all.forEach(({ columns, values }, i) => {
      const numbers = Float32Array.from({ length: samples * columns }, (_, at) => {
        const column = at % columns;
        return column < samples ? rotated(values, samples, Math.floor(at / columns), column) : 0;
      });
      capture.layer(i, tf.tensor2d(numbers, [samples, columns]), tf.zeros([samples, 1]), null, null);
    });
    capture.end();
    const { rows } = capture.drain()[0];
    capture.dispose();
    return all.map(({ name, columns, values }, i) => [name + ', ' + columns + ' columns, together', largestError(values.toSorted((x, y) => y - x), rows[i])]);
  }

  const errors = {};
  for (const [name, value] of Object.entries(spectra)) {
    for (const scale of scales) {
      for (const size of sizes) {
        const values = Array.from({ length: size }, (_, i) => scale * value(i, size));
        errors[name + ', ' + size + ' rows, times ' + scale] = largestError(values.toSorted((x, y) => y - x), captured(values));
      }
    }
  }
  for (const [name, error] of capturedTogether()) errors[name] = error;
  console.log(JSON.stringify(errors, (key, error) => (Number.isNaN(error) ? 'NaN' : error)));
`;

function errors(lesserLoops: string): Record<string, number | string> {
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    env: { ...process.env, SPECTROSCOPE_PLAIN_LOOPS: lesserLoops },
  });
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Record<string, number | string>;
}

describe('the singular values of a known matrix are found', () => {
  const processors = {
    'on this processor': '0',
    'on one without AVX-512': 'avx2',
    'on one without wide registers': '1',
  };
  for (const [processor, lesserLoops] of Object.entries(processors)) {
    it(processor, () => {
      const found = Object.entries(errors(lesserLoops));
      expect(found).toHaveLength(7 * 13 * 3 + 7 * 10);
      // Float32 entries have 6e-8 of the largest each.
      expect(found.filter(([, error]) => !(typeof error === 'number' && error < 1e-6))).toEqual([]);
    });
  }
});
