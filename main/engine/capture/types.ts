/** The seam between training and capture. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { LayerPlan } from '#app/spectra/plan.ts';

/** Where the groups lie in a batch whose samples are sorted by group: sizes in group order; zeros are allowed. */
export type GroupSizes = readonly number[];

export interface CapturedStep {
  step: number;
  /** One row per planned layer, in plan order (app/spectra/layout.ts). */
  rows: readonly Float32Array[];
  /**
   * Sample Grams of each planned layer that keeps them at this step (app/spectra/kept-grams.ts), over the samples of the
   * batch as they were handed over, sorted by group; else null.
   */
  grams?: readonly (Float64Array | null)[];
  /** |G_i| of each sample's gradient, for layers of one row per sample whose gradient is captured; else null. */
  sampleNorms?: readonly (Float32Array | null)[];
}

/**
 * Records the spectra of a step while its backward pass runs. Tensors are borrowed: capture keeps its own references, so
 * they may be disposed at once. TensorFlow uses a typed array that a tensor was made from in place: such an array must
 * not be written to again, or a step still in the queue would see the new values.
 */
export interface Capture {
  readonly plan: readonly LayerPlan[];
  /** Opens a captured step. While the queue is full, waits for the background thread, or works on a queued step beside it. */
  begin(step: number, groupSizes: GroupSizes): void;
  /**
   * One weight layer's rows at hand in its backward pass.
   *
   * @param layer index into the plan
   * @param activations input of the layer, first axis samples sorted by group
   * @param adjoints dL/dZ of the layer's pre-activation, first axis samples sorted by group
   * @param parts gradient dL/dW of each group (null for an absent group), when the plan asks for them; their sum is `total`
   * @param total the gradient of the whole batch, when at hand
   */
  layer(
    layer: number,
    activations: Tensor,
    adjoints: Tensor,
    parts: readonly (Tensor | null)[] | null,
    total: Tensor | null,
  ): void;
  end(): void;
  /**
   * Resolves when the tensors of all steps that were ended have been read. Absent where they are read at once; where it is
   * there, await it before the next step and before `drain`.
   */
  settled?(): Promise<void>;
  /** Steps that are complete since the last call, in order. Does not wait. */
  collect(): CapturedStep[];
  /** Waits for all that was begun, and returns it. */
  drain(): CapturedStep[];
  /**
   * Milliseconds that the training thread spent waiting for the queue or working on it, and that all work on it took, of
   * whichever thread.
   */
  times(): { waitedMs: number; busyMs: number };
  /** Frees native memory. The capture cannot be used afterwards. */
  dispose(): void;
}
