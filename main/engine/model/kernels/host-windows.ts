/** The gradient of a convolution's filters for all groups at once, by the native binding (convolution.h). */
import { product } from '#app/model/description.ts';
import { paddingBefore } from '#app/model/window.ts';
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { callHost } from './host.ts';
import { grouped } from './host-rows.ts';
import type { Window, WindowKernels } from './kernels.ts';

export const hostFilterGradients: Pick<WindowKernels, 'convFilterGradients'> = {
  convFilterGradients(x, filterShape, dy, window, groupSizes) {
    const samples = x.shape[0];
    const axes = window.size.length;
    const images = product(x.shape.slice(1, -1 - axes));
    const sizes = [...axisSizes(x, dy, window), axes, images, ...(groupSizes ?? [samples])];
    const shapes = new Array<readonly number[]>(sizes.length).fill(filterShape);
    const [total, ...parts] = callHost('filterGradients', sizes, [x, dy], shapes) as [Tensor, ...Tensor[]];
    return grouped(total, parts, groupSizes);
  },
};

/** Input, output, kernel, stride, dilation and padding of three axes; those that a window does not have have one place. */
function axisSizes(x: Tensor, dy: Tensor, { size, strides, dilations, padding }: Window): number[] {
  const axes = size.length;
  const [inputs, outputs] = [x.shape.slice(-1 - axes, -1), dy.shape.slice(-1 - axes, -1)];
  const missing = Array.from({ length: 3 - axes }, () => [1, 1, 1, 1, 1, 0]);
  const present = size.map((kernel, axis) => {
    const [input = 1, output = 1] = [inputs[axis], outputs[axis]];
    const [stride = 1, dilation = 1] = [strides[axis], dilations[axis]];
    const before = paddingBefore(input, output, kernel, stride, dilation, padding);
    return [input, output, kernel, stride, dilation, before];
  });
  return [...missing, ...present].flat();
}
