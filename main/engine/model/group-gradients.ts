/** The gradient of a weight layer: whole, or as the sum of its groups' parts where the capture plan asks for the parts. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { GroupedGradient, Groups } from './kernels/kernels.ts';
import type { Watch } from './layers/layer.ts';

/**
 * @param planned index of the layer in the capture plan, null when it is not captured
 * @param activations rows of the layer's input, sorted by group along the first axis
 * @param adjoints dL/dZ, sorted alike
 * @param gradientOf dL/dW over all samples, and of each group where that is wanted
 * @returns dL/dW of the whole batch; the capture has been handed the rows
 */
export function groupGradients(
  watch: Watch | null,
  planned: number | null,
  activations: Tensor,
  adjoints: Tensor,
  gradientOf: (groups: Groups | null) => GroupedGradient,
): Tensor {
  if (watch === null) return gradientOf(null).total;
  const { capture, groupSizes: sizes } = watch;
  const plan = planned === null ? undefined : capture?.plan[planned];
  const { total, parts, partsMs } = gradientOf({ sizes, wantsParts: plan?.groupGradients ?? false });
  if (capture === null || planned === null || plan === undefined) return total;
  const handing = performance.now();
  capture.layer(planned, activations, adjoints, parts, total);
  for (const part of parts ?? []) part?.dispose();
  watch.spentMs += performance.now() - handing + partsMs;
  return total;
}
