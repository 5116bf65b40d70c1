/** The life of a capture: what it holds, how it waits, how it fails and how it ends. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { DenseDescription, ModelDescription } from '#app/model/description.ts';
import { quantities } from '#app/run/configuration.ts';
import type { Quantity } from '#app/run/configuration.ts';
import { alignmentOffset, rowLength, spectrumOffset } from '#app/spectra/layout.ts';
import { planCapture } from '#app/spectra/plan.ts';
import type { LayerPlan } from '#app/spectra/plan.ts';
import { createCapture } from '../../../main/engine/capture/capture.ts';
import type { Capture } from '../../../main/engine/capture/types.ts';
import { tf } from '../../../main/engine/device/tensorflow.ts';
import { groupGradients } from './group-gradients.ts';

const opened: Capture[] = [];

function open(plan: readonly LayerPlan[], queuedSteps?: number): Capture {
  const capture = createCapture(plan, queuedSteps === undefined ? {} : { queuedSteps });
  opened.push(capture);
  return capture;
}

afterEach(() => {
  for (const capture of opened.splice(0)) capture.dispose();
});

function dense(name: string, inputs: number, units: number): DenseDescription {
  const shapes = { inputShape: [inputs], outputShape: [units] };
  return { name, kind: 'dense', inputs: ['input'], units, ...shapes, parameters: 0, multiplyAccumulates: 0 };
}

function planOf(
  layers: ModelDescription['layers'],
  batchSize: number,
  groups: number,
  asked: readonly Quantity[] = quantities,
): LayerPlan[] {
  const model: ModelDescription = {
    name: 'test',
    inputShape: [],
    task: { kind: 'classification', classes: 2 },
    layers,
  };
  return planCapture(model, batchSize, groups, { layers: null, quantities: [...asked], every: 1 });
}

const convolution = {
  name: 'conv3d',
  kind: 'conv3d',
  inputs: ['input'],
  inputShape: [4, 4, 4, 2],
  outputShape: [4, 4, 4, 3],
  filters: 3,
  kernel: [3, 3, 3],
  strides: [1, 1, 1],
  dilations: [1, 1, 1],
  groups: 1,
  padding: 'same',
  parameters: 0,
  multiplyAccumulates: 0,
} as const;

/** Tensors that TensorFlow holds, tfjs or not. */
function tensorCount(): number {
  const { binding } = tf.backend() as unknown as { binding: { getNumOfTensors(): number } };
  return binding.getNumOfTensors();
}

function threadCount(): number {
  return readdirSync('/proc/self/task').length;
}

function residentMegabytes(): number {
  return process.memoryUsage().rss / 2 ** 20;
}

/** A step of one dense layer of [samples x inputs] and [samples x units]. */
function captureStep(capture: Capture, step: number, groups: readonly number[], inputs: number, units: number): void {
  tf.tidy(() => {
    const samples = groups.reduce((sum, size) => sum + size, 0);
    capture.begin(step, groups);
    capture.layer(0, tf.ones([samples, inputs]), tf.ones([samples, units]), null, null);
    capture.end();
  });
}

describe('a capture', () => {
  it('returns every step once, in order', () => {
    const capture = open(planOf([dense('dense', 30, 20)], 8, 2));
    const steps: number[] = [];
    for (let step = 0; step < 50; step++) {
      captureStep(capture, 3 * step, [5, 3], 30, 20);
      steps.push(...capture.collect().map((each) => each.step));
    }
    steps.push(...capture.drain().map((each) => each.step));
    expect(steps).toEqual(Array.from({ length: 50 }, (_, i) => 3 * i));
    expect(capture.collect()).toEqual([]);
  });

  it('gives the same numbers whatever the queue holds', () => {
    const plan = planOf([dense('dense', 30, 20)], 8, 2);
    const batches = Array.from({ length: 6 }, (_, i) => [
      tf.randomNormal([8, 30], 0, 1, 'float32', i),
      tf.randomNormal([8, 20], 0, 1, 'float32', 100 + i),
    ]);
    const rowsWith = (queuedSteps: number): Float32Array[] => {
      const capture = open(plan, queuedSteps);
      for (const [step, [activations, adjoints]] of batches.entries()) {
        capture.begin(step, [4, 4]);
        if (activations !== undefined && adjoints !== undefined) capture.layer(0, activations, adjoints, null, null);
        capture.end();
      }
      return capture.drain().flatMap(({ rows }) => rows);
    };
    expect(rowsWith(1)).toEqual(rowsWith(6));
    tf.dispose(batches);
  });

  it('keeps its own reference: tensors may be disposed as soon as they are handed over', () => {
    const plan = planOf([dense('dense', 300, 200)], 64, 1);
    const capture = open(plan);
    const ones = Array.from({ length: 3 }, (_, step) => {
      const [activations, adjoints] = [tf.ones([64, 300]), tf.ones([64, 200])];
      capture.begin(step, [64]);
      capture.layer(0, activations, adjoints, null, null);
      capture.end();
      tf.dispose([activations, adjoints]);
      // New tensors of the same size would take over freed buffers.
      return [tf.zeros([64, 300]), tf.fill([64, 200], 7)];
    });
    for (const { rows } of capture.drain()) expect(rows[0]?.[0]).toBeCloseTo(Math.sqrt(64 * 300), 3);
    tf.dispose(ones);
  });

  it('waits when the queue is full, and says how long', () => {
    const capture = open(planOf([dense('dense', 2000, 2000)], 256, 2), 1);
    for (let step = 0; step < 4; step++) captureStep(capture, step, [128, 128], 2000, 2000);
    const { waitedMs, busyMs } = capture.times();
    expect(waitedMs).toBeGreaterThan(1);
    expect(busyMs).toBeGreaterThan(waitedMs / 2);
    // The fourth could not begin before the third was finished.
    expect(capture.collect().length).toBeGreaterThanOrEqual(3);
  });

  it('tells at the next call what failed in the background', () => {
    const samples = 8_000_000;
    const [plan] = planOf([dense('dense', 1, 1)], samples, 1, ['activations']);
    if (plan === undefined) throw new Error('not planned');
    // On this side its Gram matrix is larger than any address space.
    const capture = open([{ ...plan, quantities: plan.quantities.map((each) => ({ ...each, side: 'sample' })) }]);
    const words = 'The spectra of step 4, layer 0 could not be computed: ';
    expect(() => {
      captureStep(capture, 4, [samples], 1, 1);
      capture.drain();
    }).toThrow(words);
    expect(() => capture.collect()).toThrow(words);
    expect(() => capture.begin(5, [samples])).toThrow(words);
  });

  it('leaves a layer that took no part in a step without values', () => {
    const capture = open(planOf([dense('first', 6, 5), dense('second', 5, 4)], 4, 2));
    tf.tidy(() => {
      capture.begin(0, [2, 2]);
      capture.layer(1, tf.ones([4, 5]), tf.ones([4, 4]), null, null);
      capture.end();
    });
    const rows = capture.drain()[0]?.rows;
    expect(rows?.[0]?.every(Number.isNaN)).toBe(true);
    expect(rows?.[1]?.some(Number.isNaN)).toBe(true);
    expect(rows?.[1]?.[0]).toBeCloseTo(Math.sqrt(10), 5);
  });

  it('stores only the quantities that were asked for', () => {
    const [plan] = planOf([dense('dense', 6, 5)], 4, 2, ['adjoints']);
    const capture = open(plan === undefined ? [] : [plan]);
    captureStep(capture, 0, [2, 2], 6, 5);
    const row = capture.drain()[0]?.rows[0];
    expect(row).toHaveLength(3 * 4 + 3);
    // Without the gradient its inner products are not known.
    expect(Array.from(row?.subarray(12) ?? []).every(Number.isNaN)).toBe(true);
  });

  it('marks the spectra of values that are not finite, and goes on', () => {
    const [plan] = planOf([dense('dense', 6, 5)], 4, 2);
    if (plan === undefined) throw new Error('not planned');
    const capture = open([plan]);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      tf.tidy(() => {
        const activations = tf.tensor2d(
          Array.from({ length: 24 }, (_, i) => (i === 0 ? bad : i)),
          [4, 6],
        );
        capture.begin(0, [2, 2]);
        capture.layer(0, activations, tf.randomNormal([4, 5]), null, null);
        capture.end();
      });
      const row = capture.drain()[0]?.rows[0];
      for (const quantity of ['activations', 'gradient'] as const) {
        expect(row?.[spectrumOffset(plan.layout, quantity, 0)]).toBeNaN();
        expect(row?.[spectrumOffset(plan.layout, quantity, 1)]).toBeGreaterThan(0);
        expect(row?.[spectrumOffset(plan.layout, quantity, 2)]).toBeNaN();
      }
      expect(row?.[spectrumOffset(plan.layout, 'adjoints', 2)]).toBeGreaterThan(0);
    }
  });

  it('takes the gradients of groups whose sum is the whole gradient', () => {
    const [plan] = planOf([convolution], 6, 3);
    if (plan === undefined) throw new Error('not planned');
    const capture = open([{ ...plan, groupGradients: true }]);
    const sizes = [2, 0, 4];
    const squaredTotal = tf.tidy(() => {
      const activations = tf.randomNormal([6, ...convolution.inputShape]);
      const adjoints = tf.randomNormal([6, ...convolution.outputShape]);
      const { parts, total } = groupGradients(convolution, activations, adjoints, sizes);
      capture.begin(0, sizes);
      capture.layer(0, activations, adjoints, parts, null);
      capture.end();
      return total.square().sum().dataSync()[0] ?? Number.NaN;
    });
    const row = capture.drain()[0]?.rows[0] ?? new Float32Array();
    expect(row).toHaveLength(rowLength(plan.layout));
    // |G_1 + G_3|^2 from the inner products of the parts.
    const products = row.subarray(alignmentOffset(plan.layout));
    const [p11, p12, p13, , , p33] = Array.from(products);
    expect(p12).toBeNaN();
    expect(((p11 ?? 0) + 2 * (p13 ?? 0) + (p33 ?? 0)) / squaredTotal).toBeCloseTo(1, 5);
    const all = spectrumOffset(plan.layout, 'gradient', 3);
    const energy = row.subarray(all, all + 3).reduce((sum, value) => sum + value * value, 0);
    expect(energy / squaredTotal).toBeCloseTo(1, 5);
  });
});

describe('a capture leaves nothing behind:', () => {
  it('no tensors', () => {
    const capture = open(planOf([dense('dense', 40, 30)], 16, 2));
    captureStep(capture, 0, [8, 8], 40, 30);
    capture.drain();
    const before = tensorCount();
    for (let step = 1; step < 100; step++) captureStep(capture, step, [8, 8], 40, 30);
    capture.drain();
    expect(tensorCount()).toBe(before);
  });

  it('no reference to memory of JavaScript, which only its own thread may give up', () => {
    const layers = Array.from({ length: 40 }, (_, i) => dense(`dense_${i}`, 8, 8));
    const capture = open(planOf(layers, 4, 1));
    const rows = (): number[] => capture.collect().flatMap((each) => each.rows.map((row) => row[0] ?? Number.NaN));
    const seen: number[] = [];
    for (let step = 0; step < 300; step++) {
      capture.begin(step, [4]);
      for (let layer = 0; layer < layers.length; layer++) {
        // TensorFlow uses this array in place, and tells JavaScript when it no longer does.
        const ones = tf.tensor2d(new Float32Array(32).fill(1), [4, 8]);
        capture.layer(layer, ones, ones, null, null);
        tf.dispose(ones);
      }
      capture.end();
      seen.push(...rows());
    }
    capture.drain();
    expect(seen.length).toBeGreaterThan(0);
    for (const value of seen) expect(value).toBeCloseTo(Math.sqrt(32), 5);
  });

  it('no memory of tensors that it referred to', () => {
    // Of more than 32 MiB: what is given up of less the allocator may keep for later, gigabytes of it on some machines.
    const capture = open(planOf([dense('dense', 150_000, 8)], 64, 2));
    const run = (steps: number): void => {
      for (let step = 0; step < steps; step++) {
        tf.tidy(() => {
          capture.begin(step, [32, 32]);
          capture.layer(0, tf.fill([64, 150_000], step), tf.fill([64, 8], step), null, null);
          capture.end();
        });
        capture.collect();
      }
      capture.drain();
    };
    run(10);
    const before = residentMegabytes();
    // 30 x 38.4 MB would be 1,152 MB.
    run(30);
    expect(residentMegabytes() - before).toBeLessThan(200);
  });

  it('no thread, also when it is disposed while busy', () => {
    captureStep(open(planOf([dense('dense', 40, 30)], 16, 2)), 0, [8, 8], 40, 30);
    opened.splice(0).forEach((capture) => capture.dispose());
    const before = threadCount();
    const tensors = tensorCount();
    for (let repetition = 0; repetition < 10; repetition++) {
      const capture = open(planOf([dense('dense', 1500, 1500)], 128, 2));
      for (let step = 0; step < 3; step++) captureStep(capture, step, [64, 64], 1500, 1500);
      expect(threadCount()).toBe(before + 1);
      capture.dispose();
    }
    expect(threadCount()).toBe(before);
    expect(tensorCount()).toBe(tensors);
  });

  it('no busy thread in the way of the end of the process', () => {
    const script = `
      import { tf } from './main/engine/device/tensorflow.ts';
      import { createCapture } from './main/engine/capture/capture.ts';
      import { planCapture } from './app/spectra/plan.ts';
      const layer = { name: 'dense', kind: 'dense', inputs: ['input'], units: 1500, inputShape: [1500], outputShape: [1500],
        parameters: 0, multiplyAccumulates: 0 };
      const plan = planCapture({ name: 'test', inputShape: [1500], task: { kind: 'classification', classes: 2 }, layers: [layer] }, 128, 2,
        { layers: null, quantities: ['activations', 'adjoints', 'gradient'], every: 1 });
      const capture = createCapture(plan);
      for (let step = 0; step < 3; step++) {
        capture.begin(step, [64, 64]);
        capture.layer(0, tf.randomNormal([128, 1500]), tf.randomNormal([128, 1500]), null, null);
        capture.end();
      }
      if (process.argv.includes('exit')) process.exit(7);
      if (process.argv.includes('throw')) throw new Error('thrown');
    `;
    const end = (how: string): number => {
      try {
        execFileSync(process.execPath, ['--input-type=module', '-e', script, how], { stdio: 'pipe', timeout: 30_000 });
        return 0;
      } catch (error) {
        return (error as { status: number | null }).status ?? -1;
      }
    };
    expect(end('return')).toBe(0);
    expect(end('exit')).toBe(7);
    expect(end('throw')).toBe(1);
  });
});

describe('a capture refuses', () => {
  const plan = planOf([dense('dense', 6, 5)], 4, 2);

  it('steps out of turn', () => {
    const capture = open(plan);
    expect(() => capture.end()).toThrow('No step of the capture is open.');
    capture.begin(0, [2, 2]);
    expect(() => capture.begin(1, [2, 2])).toThrow('A step of the capture is still open.');
    expect(() => capture.drain()).toThrow('A step of the capture is still open.');
    capture.end();
    expect(capture.drain()).toHaveLength(1);
  });

  it('another number of groups than planned', () => {
    expect(() => open(plan).begin(0, [4])).toThrow('The capture was planned for 2 groups, not for 1.');
  });

  it('rows of another shape or type than planned, naming them', () => {
    const capture = open(plan);
    capture.begin(0, [2, 2]);
    tf.tidy(() => {
      const [activations, adjoints] = [tf.ones([4, 6]), tf.ones([4, 5])];
      expect(() => capture.layer(0, tf.ones([3, 6]), adjoints, null, null)).toThrow(
        'Activations of planned layer 0 hold 18 numbers where the plan expects 24.',
      );
      expect(() => capture.layer(0, activations, tf.ones([4, 6]), null, null)).toThrow('Adjoints of planned layer 0');
      expect(() => capture.layer(0, activations, adjoints.toInt(), null, null)).toThrow('must be float32');
      expect(() => capture.layer(1, activations, adjoints, null, null)).toThrow('no planned layer 1');
    });
    capture.end();
  });

  it('a group without its gradient, and a gradient without its group', () => {
    const capture = open(planOf([convolution], 4, 2).map((each) => ({ ...each, groupGradients: true })));
    tf.tidy(() => {
      const [activations, adjoints] = [
        tf.ones([4, ...convolution.inputShape]),
        tf.ones([4, ...convolution.outputShape]),
      ];
      const gradient = tf.ones([3, 3, 3, 2, 3]);
      capture.begin(0, [4, 0]);
      expect(() => capture.layer(0, activations, adjoints, null, gradient)).toThrow('gradient of each group');
      expect(() => capture.layer(0, activations, adjoints, [null, null], null)).toThrow('4 samples and no gradient');
      expect(() => capture.layer(0, activations, adjoints, [gradient, gradient], null)).toThrow(
        '0 samples and a gradient',
      );
      capture.layer(0, activations, adjoints, [gradient, null], null);
      capture.end();
    });
    expect(capture.drain()).toHaveLength(1);
  });

  it('anything after it was disposed', () => {
    const capture = open(plan);
    capture.dispose();
    capture.dispose();
    expect(() => capture.begin(0, [2, 2])).toThrow('The capture was disposed.');
    expect(() => capture.collect()).toThrow('The capture was disposed.');
    expect(() => capture.times()).toThrow('The capture was disposed.');
  });
});
