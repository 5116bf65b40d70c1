/** Capture by the background thread of the native binding (main/engine/native). */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { isConvolution, isTransposedConvolution, type WeightLayerDescription } from '#app/model/description.ts';
import { paddingBefore } from '#app/model/window.ts';
import type { LayerPlan } from '#app/spectra/plan.ts';
import type { Quantity } from '#app/run/configuration.ts';
import { noTensor, openSpectralCapture, tensorId } from './native.ts';
import type { Capture, CapturedStep, GroupSizes } from './types.ts';

export interface CaptureOptions {
  /**
   * Steps that may be begun and not finished: training waits for the thread beyond that. Each keeps its activations and
   * adjoints in memory.
   */
  queuedSteps?: number;
}

/** How native code reaches the singular values of a quantity: `Side` in layer_spectra.h. */
const sides = { absent: 0, sample: 1, feature: 2, parts: 3, patches: 4 } as const;

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
  return {
    plan,
    begin(step: number, groupSizes: GroupSizes): void {
      native.begin(step, Int32Array.from(groupSizes));
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

/** The numbers of `LayerShape` (layer_spectra.h), in its order. */
function layerShape(plan: LayerPlan): number[] {
  const { layer, activations, adjoints, gradient } = plan.weight;
  const planned = (quantity: Quantity) => plan.quantities.find((each) => each.quantity === quantity);
  const rowQuantity = (quantity: 'activations' | 'adjoints'): number[] => {
    const matrix = quantity === 'activations' ? activations : adjoints;
    const { side, values } = planned(quantity) ?? { side: 'absent', values: 0 };
    return [sides[side], matrix.rowsPerSample, matrix.columns, values];
  };
  const { side, values } = planned('gradient') ?? { side: 'absent', values: 0 };
  const ofFilter = plan.groupGradients ? sides.parts : sides.patches;
  const filtered = isConvolution(layer) || isTransposedConvolution(layer);
  const gradientSide = filtered && side !== 'absent' ? ofFilter : sides[side];
  return [
    ...rowQuantity('activations'),
    ...rowQuantity('adjoints'),
    gradientSide,
    gradient.rows,
    gradient.columns,
    values,
    ...filterWindow(layer),
  ];
}

/** The numbers of `Window` (layer_spectra.h): three axes, those that a convolution lacks of one position. */
function filterWindow(layer: WeightLayerDescription): number[] {
  if (!isConvolution(layer)) return new Array<number>(15).fill(0);
  const { inputShape, outputShape, kernel, strides, dilations, padding } = layer;
  const three = (numbers: readonly number[]): number[] => [...Array<number>(3 - numbers.length).fill(1), ...numbers];
  const positions = (shape: readonly number[]): number[] => shape.slice(shape.length - 1 - kernel.length, -1);
  const [inputs, outputs] = [positions(inputShape), positions(outputShape)];
  const before = kernel.map((size, axis) =>
    paddingBefore(inputs[axis] ?? 1, outputs[axis] ?? 1, size, strides[axis] ?? 1, dilations[axis] ?? 1, padding),
  );
  const placed = [...Array<number>(3 - before.length).fill(0), ...before];
  return [...three(inputs), ...three(outputs), ...three(kernel), ...three(strides), ...placed];
}
