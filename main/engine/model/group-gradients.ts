/** The gradient of a weight layer: whole, or as the sum of its groups' parts where the capture plan asks for the parts. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../device/tensorflow.ts';
import type { Kernels } from './kernels/kernels.ts';
import type { Watch } from './layers/layer.ts';

/**
 * @param planned index of the layer in the capture plan, null when it is not captured
 * @param activations rows of the layer's input, sorted by group along the first axis
 * @param adjoints dL/dZ, sorted alike
 * @param gradientOf dL/dW of some samples' rows
 * @returns dL/dW of the whole batch; the capture has been handed the rows
 */
export function groupGradients(
  kernels: Kernels,
  watch: Watch | null,
  planned: number | null,
  activations: Tensor,
  adjoints: Tensor,
  gradientOf: (activations: Tensor, adjoints: Tensor) => Tensor,
): Tensor {
  const plan = planned === null ? undefined : watch?.capture.plan[planned];
  if (watch === null || planned === null || plan === undefined) return gradientOf(activations, adjoints);
  if (!plan.groupGradients) {
    const total = gradientOf(activations, adjoints);
    const handing = performance.now();
    watch.capture.layer(planned, activations, adjoints, null, total);
    watch.spentMs += performance.now() - handing;
    return total;
  }
  const started = performance.now();
  let gradientsMs = 0;
  let first = 0;
  const parts = watch.groupSizes.map((size) => {
    if (size === 0) return null;
    // Slices along the first axis share memory with the whole on the CPU.
    const rows = samples(activations, first, size);
    const errors = samples(adjoints, first, size);
    first += size;
    const forming = performance.now();
    const part = gradientOf(rows, errors);
    gradientsMs += performance.now() - forming;
    rows.dispose();
    errors.dispose();
    return part;
  });
  const present = parts.filter((part) => part !== null);
  const total = kernels.sum(present);
  watch.capture.layer(planned, activations, adjoints, parts, total);
  for (const part of present) part.dispose();
  watch.spentMs += performance.now() - started - gradientsMs / present.length;
  return total;
}

function samples(x: Tensor, first: number, count: number): Tensor {
  return tf.slice(x, [first, ...x.shape.slice(1).map(() => 0)], [count, ...x.shape.slice(1)]);
}
