/** Convolutions by the native binding, where that is faster than TensorFlow (convolution.h). */
import { product } from '#app/model/description.ts';
import { paddedSize, paddingBefore } from '#app/model/window.ts';
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { callHost } from './host.ts';
import { grouped, hostDense } from './host-rows.ts';
import type { Window, WindowKernels } from './kernels.ts';
import { nativeWindows } from './native-windows.ts';

/**
 * Channels of an image up to which our own loops are faster than TensorFlow's, on volumes with strides of 2 (measured): these
 * fill its vectors badly.
 */
const fewChannels = { forward: 4, inputGradient: 16 } as const;

/** A kernel of more lines than native code takes is none that anybody trains. */
const mostLines = 1024;

function isDirect({ size, dilations }: Window): boolean {
  return dilations.every((each) => each === 1) && product(size.slice(0, -1)) <= mostLines;
}

export const hostWindows: Pick<WindowKernels, 'convFilterGradients' | 'convWithBias' | 'convInputGradient'> = {
  convWithBias(x, filter, bias, window, rectified) {
    const [channels = 0, filters = 0] = filter.shape.slice(-2);
    if (channels > fewChannels.forward || !isDirect(window)) {
      return hostDense.addBias(nativeWindows.conv(x, filter, window), bias, rectified);
    }
    const { size, strides, padding } = window;
    const outputs = size.map((kernel, axis) =>
      paddedSize(x.shape[1 + axis] ?? 1, kernel, strides[axis] ?? 1, 1, padding),
    );
    const shape = [x.shape[0], ...outputs, filters];
    const sizes = [...axisSizes(x.shape, shape, window), size.length, Number(rectified)];
    return callHost('convolve', sizes, [x, filter, bias], [shape])[0] as Tensor;
  },
  convInputGradient(xShape, filter, dy, window) {
    if ((xShape.at(-1) ?? 0) > fewChannels.inputGradient || !isDirect(window)) {
      return nativeWindows.convInputGradient(xShape, filter, dy, window);
    }
    const sizes = [...axisSizes(xShape, dy.shape, window), window.size.length];
    return callHost('convolveBack', sizes, [dy, filter], [xShape])[0] as Tensor;
  },
  convFilterGradients(x, filterShape, dy, window, groups) {
    const samples = x.shape[0];
    const axes = window.size.length;
    const images = product(x.shape.slice(1, -1 - axes));
    const sizes = [...axisSizes(x.shape, dy.shape, window), axes, images, ...(groups?.sizes ?? [samples])];
    const shapes = new Array<readonly number[]>(sizes.length).fill(filterShape);
    const [total, ...parts] = callHost('filterGradients', sizes, [x, dy], shapes) as [Tensor, ...Tensor[]];
    return grouped(total, parts, groups);
  },
};

/** Input, output, kernel, stride, dilation and padding of three axes; those that a window does not have have one place. */
function axisSizes(
  xShape: readonly number[],
  yShape: readonly number[],
  { size, strides, dilations, padding }: Window,
): number[] {
  const axes = size.length;
  const [inputs, outputs] = [xShape.slice(-1 - axes, -1), yShape.slice(-1 - axes, -1)];
  const missing = Array.from({ length: 3 - axes }, () => [1, 1, 1, 1, 1, 0]);
  const present = size.map((kernel, axis) => {
    const [input = 1, output = 1] = [inputs[axis], outputs[axis]];
    const [stride = 1, dilation = 1] = [strides[axis], dilations[axis]];
    const before = paddingBefore(input, output, kernel, stride, dilation, padding);
    return [input, output, kernel, stride, dilation, before];
  });
  return [...missing, ...present].flat();
}
