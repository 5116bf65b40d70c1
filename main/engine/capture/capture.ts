/** Capture by the background thread of the native binding (main/engine/native). */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { LayerPlan } from '#app/spectra/plan.ts';
import { layerShape } from './layer-shape.ts';
import { noTensor, openSpectralCapture, tensorId } from './native.ts';
import type { Capture, CapturedStep, GroupSizes } from './types.ts';

export interface CaptureOptions {
  /**
   * Steps that may be begun and not finished: training waits for the thread beyond that. Each keeps its activations and
   * adjoints in memory.
   */
  queuedSteps?: number;
  /**
   * Sample Grams of the layers whose plan says so are kept at each step whose number is a multiple of this
   * (`gramCadence`); 0: never.
   */
  gramsEvery?: number;
}

/**
 * Starts the background thread of a run.
 *
 * @param plan from `planCapture`, at least one layer
 * @throws Error when the binding was built without the capture
 */
export function createCapture(plan: readonly LayerPlan[], options: CaptureOptions = {}): Capture {
  const native = openSpectralCapture(
    Int32Array.from(plan.flatMap(layerShape)),
    plan[0]?.layout.groups ?? 1,
    options.queuedSteps ?? 3,
  );
  const gramsEvery = options.gramsEvery ?? 0;
  return {
    plan,
    begin(step: number, groupSizes: GroupSizes): void {
      native.begin(step, Int32Array.from(groupSizes), gramsEvery > 0 && step % gramsEvery === 0 ? 1 : 0);
    },
    layer(
      layer: number,
      activations: Tensor,
      adjoints: Tensor,
      parts: readonly (Tensor | null)[] | null,
      total: Tensor | null,
    ): void {
      const partIds = Int32Array.from(parts ?? [], (part) => (part === null ? noTensor : tensorId(part)));
      const totalId = total === null ? noTensor : tensorId(total);
      native.layer(layer, tensorId(activations), tensorId(adjoints), partIds, totalId);
    },
    end(): void {
      native.end();
    },
    collect(): CapturedStep[] {
      return native.collect();
    },
    drain(): CapturedStep[] {
      native.wait();
      return native.collect();
    },
    times(): { waitedMs: number; busyMs: number } {
      return native.times();
    },
    dispose(): void {
      native.dispose();
    },
  };
}
