/** Convolutions whose channels and filters fall into parts that do not see each other. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../device/tensorflow.ts';
import { partsAndTotal } from '../kernels/composed.ts';
import type { GroupedGradient, Groups, Kernels, Window } from '../kernels/kernels.ts';
import { mergedRows } from './positions.ts';

export interface GroupedConvolution {
  /** x [rows, d1, d2, d3, C], filter [k1, k2, k3, C / groups, F], bias [F]. */
  forward(x: Tensor, filter: Tensor, bias: Tensor, rectified: boolean): Tensor;
  /** See `WindowKernels`. */
  filterGradients(x: Tensor, filterShape: readonly number[], dy: Tensor, samples: Groups | null): GroupedGradient;
  inputGradient(xShape: readonly number[], filter: Tensor, dy: Tensor): Tensor;
}

/** Filters are in the order of their parts, as are channels: part by part, one beside the other. */
export function groupedConvolution(kernels: Kernels, window: Window, groups: number): GroupedConvolution {
  if (groups === 1) {
    return {
      forward: (x, filter, bias, rectified) => kernels.convWithBias(x, filter, bias, window, rectified),
      filterGradients: (x, shape, dy, samples) => kernels.convFilterGradients(x, shape, dy, window, samples),
      inputGradient: (shape, filter, dy) => kernels.convInputGradient(shape, filter, dy, window),
    };
  }
  const axes = window.size.length;
  const beside = (a: Tensor, b: Tensor, compute: (a: Tensor, b: Tensor) => Tensor): Tensor =>
    tf.tidy(() => {
      const others = tf.split(b, groups, -1);
      return tf.concat(
        tf.split(a, groups, -1).map((part, group) => compute(part, others[group] as Tensor)),
        -1,
      );
    });
  const part = (shape: readonly number[]): number[] => [...shape.slice(0, -1), (shape.at(-1) ?? 0) / groups];
  return {
    forward: (x, filter, bias, rectified) =>
      kernels.addBias(
        beside(x, filter, (a, b) => kernels.conv(a, b, window)),
        bias,
        rectified,
      ),
    filterGradients: (x, shape, dy, samples) =>
      partsAndTotal(kernels, samples, x, dy, (rows, errors) =>
        beside(
          mergedRows(rows, axes),
          mergedRows(errors, axes),
          (a, b) => kernels.convFilterGradients(a, part(shape), b, window, null).total,
        ),
      ),
    inputGradient: (shape, filter, dy) =>
      beside(filter, dy, (a, b) => kernels.convInputGradient(part(shape), a, b, window)),
  };
}
