/** The gradient of a weight layer: whole, or as the sum of its groups' parts where the capture plan asks for the parts. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { GroupedGradient } from './kernels/kernels.ts';
import type { Watch } from './layers/layer.ts';

/**
 * @param planned index of the layer in the capture plan, null when it is not captured
 * @param activations rows of the layer's input, sorted by group along the first axis
 * @param adjoints dL/dZ, sorted alike
 * @param gradientOf dL/dW over all samples; of each group too unless it is given null
 * @returns dL/dW of the whole batch; the capture has been handed the rows
 */
export function groupGradients(
  watch: Watch | null,
  planned: number | null,
  activations: Tensor,
  adjoints: Tensor,
  gradientOf: (groupSizes: readonly number[] | null) => GroupedGradient,
): Tensor {
  const plan = planned === null ? undefined : watch?.capture.plan[planned];
  if (watch === null || planned === null || plan === undefined) return gradientOf(null).total;
  const { total, parts, partsMs } = gradientOf(plan.groupGradients ? watch.groupSizes : null);
  const handing = performance.now();
  watch.capture.layer(planned, activations, adjoints, parts, total);
  for (const part of parts ?? []) part?.dispose();
  watch.spentMs += performance.now() - handing + partsMs;
  return total;
}
