/**
 * How long the background thread is busy for one step, alone on its core, and how long handing over takes:
 * node test/bench/capture-thread.ts
 */
import type { ConvDescription, DenseDescription, WeightLayerDescription, Task } from '#app/model/description.ts';
import { planCapture } from '#app/spectra/plan.ts';
import { createCapture } from '../../main/engine/capture/capture.ts';
import { tf } from '../../main/engine/device/tensorflow.ts';

const none = { parameters: 0, multiplyAccumulates: 0 };

function dense(inputs: number, units: number): DenseDescription {
  return {
    name: `dense ${inputs}-${units}`,
    kind: 'dense',
    inputs: ['input'],
    units,
    inputShape: [inputs],
    outputShape: [units],
    ...none,
  };
}

/** Kernel 3, stride 2, same padding. */
function convolution(positions: readonly number[], channels: number, filters: number): ConvDescription {
  return {
    name: `conv3d ${positions.join('x')} ${channels}-${filters}`,
    kind: 'conv3d',
    inputs: ['input'],
    dilations: [1, 1, 1],
    groups: 1,
    inputShape: [...positions, channels],
    outputShape: [...positions.map((size) => Math.ceil(size / 2)), filters],
    filters,
    kernel: [3, 3, 3],
    strides: [2, 2, 2],
    padding: 'same',
    ...none,
  };
}

function convolutions(positions: readonly number[]): WeightLayerDescription[] {
  const channels = [1, 8, 16, 32, 64];
  let size = positions;
  return channels.slice(1).map((filters, i) => {
    const layer = convolution(size, channels[i] ?? 1, filters);
    size = layer.outputShape.slice(0, 3);
    return layer;
  });
}

const models: { name: string; samples: number; layers: WeightLayerDescription[] }[] = [
  { name: 'MLP 410-512-256-2, batch 32', samples: 32, layers: [dense(410, 512), dense(512, 256), dense(256, 2)] },
  {
    name: 'MLP 4096-1024-1024-2, batch 64',
    samples: 64,
    layers: [dense(4096, 1024), dense(1024, 1024), dense(1024, 2)],
  },
  { name: 'CNN 32^3, batch 16', samples: 16, layers: [...convolutions([32, 32, 32]), dense(512, 64), dense(64, 2)] },
  {
    name: 'CNN 61x73x61, batch 16',
    samples: 16,
    layers: [...convolutions([61, 73, 61]), dense(5120, 64), dense(64, 2)],
  },
];

const warmUp = 5;
const steps = 40;

for (const { name, samples, layers } of models) {
  const task: Task = { kind: 'classification', classes: 2 };
  const model = { name, inputShape: layers[0]?.inputShape ?? [], task, layers };
  const capture = createCapture(
    planCapture(model, samples, 2, { layers: null, quantities: ['activations', 'adjoints', 'gradient'], every: 1 }),
  );
  const sizes = [samples / 2, samples / 2];
  const tensors = capture.plan.map(({ weight: { layer }, groupGradients }) => {
    const gradientShape = layer.kind === 'conv3d' ? [27, layer.inputShape.at(-1) ?? 0, layer.filters] : [];
    const parts = groupGradients ? sizes.map(() => tf.randomNormal(gradientShape)) : null;
    return {
      activations: tf.randomNormal([samples, ...layer.inputShape]),
      adjoints: tf.randomNormal([samples, ...layer.outputShape]),
      parts,
      total: parts?.reduce((sum, part) => sum.add(part)) ?? null,
    };
  });
  const busy: number[] = [];
  const handing: number[] = [];
  for (let step = 0; step < warmUp + steps; step++) {
    const before = capture.times().busyMs;
    const start = performance.now();
    capture.begin(step, sizes);
    tensors.forEach((each, i) => capture.layer(i, each.activations, each.adjoints, each.parts, each.total));
    capture.end();
    const handed = performance.now() - start;
    capture.drain();
    if (step < warmUp) continue;
    handing.push(handed);
    busy.push(capture.times().busyMs - before);
  }
  const operations = capture.plan.reduce((sum, layer) => sum + layer.operations, 0);
  const bytes = capture.plan.reduce((sum, layer) => sum + layer.bytes, 0);
  console.info(
    `${name}: busy ${median(busy).toFixed(2)} ms, handing over ${median(handing).toFixed(2)} ms a step; ` +
      `${(operations / 1e6).toFixed(1)} million operations, ${(bytes / 1024).toFixed(1)} kB`,
  );
  capture.dispose();
  for (const each of tensors) tf.dispose([each.activations, each.adjoints, each.parts ?? [], each.total ?? []]);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
