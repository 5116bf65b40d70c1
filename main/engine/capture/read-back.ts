/**
 * Capture of a backend that computes elsewhere and has no float64: rows and gradients are read back and handed to the same
 * background thread as ever, so that Grams are formed in float64 and floors stay what they are on the processor.
 */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { LayerPlan } from '#app/spectra/plan.ts';
import { tf } from '../device/tensorflow.ts';
import type { Kernels } from '../model/kernels/kernels.ts';
import { webgpuKernels } from '../model/kernels/webgpu.ts';
import { createCapture, type CaptureOptions } from './capture.ts';
import type { Capture, GroupSizes } from './types.ts';

/** The capture of a run, for whichever kernels it computes with. */
export function captureOn(kernels: Kernels['name'], plan: readonly LayerPlan[], options: CaptureOptions = {}): Capture {
  const capture = createCapture(plan, options);
  return kernels === 'webgpu' ? readBack(capture, webgpuKernels) : capture;
}

interface Handed {
  layer: number;
  activations: Tensor;
  adjoints: Tensor;
  parts: readonly (Tensor | null)[] | null;
  total: Tensor | null;
}

/** @param kernels whose `read` fetches a tensor's numbers */
export function readBack(capture: Capture, kernels: Pick<Kernels, 'read'>): Capture {
  let handed: Handed[] = [];
  let settled: Promise<void> = Promise.resolve();
  let open: { step: number; groupSizes: GroupSizes } | null = null;
  /** A reference of our own: the layer disposes of its tensors before they are read. */
  const held = (tensor: Tensor): Tensor => tf.keep(tf.clone(tensor));
  const each = <T>(tensor: Tensor | null, change: (tensor: Tensor) => T): T | null =>
    tensor === null ? null : change(tensor);

  /** The same numbers as a tensor of TensorFlow. */
  async function fetched(tensor: Tensor): Promise<Tensor> {
    const values = await kernels.read(tensor);
    tensor.dispose();
    const backend = tf.engine().findBackend('tensorflow');
    return tf.keep(tf.engine().makeTensor(values, tensor.shape, 'float32', backend));
  }

  async function handOver(step: number, groupSizes: GroupSizes, layers: readonly Handed[]): Promise<void> {
    capture.begin(step, groupSizes);
    for (const { layer, activations, adjoints, parts, total } of layers) {
      const a = await fetched(activations);
      const d = await fetched(adjoints);
      const g: (Tensor | null)[] | null = parts === null ? null : [];
      for (const part of parts ?? []) g?.push(part === null ? null : await fetched(part));
      const sum = total === null ? null : await fetched(total);
      capture.layer(layer, a, d, g, sum);
      for (const tensor of [a, d, ...(g ?? []), sum]) tensor?.dispose();
    }
    capture.end();
  }

  return {
    plan: capture.plan,
    begin(step, groupSizes) {
      open = { step, groupSizes };
    },
    layer(layer, activations, adjoints, parts, total) {
      handed.push({
        layer,
        activations: held(activations),
        adjoints: held(adjoints),
        parts: parts?.map((part) => each(part, held)) ?? null,
        total: each(total, held),
      });
    },
    end() {
      if (open === null) throw new Error('No step of the capture is open.');
      const { step, groupSizes } = open;
      const layers = handed;
      [open, handed] = [null, []];
      settled = settled.then(() => handOver(step, groupSizes, layers));
    },
    settled: () => settled,
    collect: () => capture.collect(),
    drain: () => capture.drain(),
    times: () => capture.times(),
    dispose: () => capture.dispose(),
  };
}
