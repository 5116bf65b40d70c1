/** Arithmetic of windows that are moved over positions, as TensorFlow does it. */
import { settingError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';
import type { Padding } from './description.ts';

/**
 * Positions that a window of `size` fits: 'same' rounds up, 'valid' keeps whole windows.
 * @throws SpectroscopeError (setting) when a valid window has no room
 */
export function paddedSize(length: number, size: number, stride: number, dilation: number, padding: Padding): number {
  if (padding === 'same') return Math.ceil(length / stride);
  const reach = (size - 1) * dilation + 1;
  if (length < reach) {
    throw settingError(
      'volume-too-small',
      t('A window of {reach} positions does not fit into {length}: take fewer layers or a finer resolution.', {
        reach,
        length,
      }),
      { field: 'preparation.targetSpacingMm' },
    );
  }
  return Math.floor((length - reach) / stride) + 1;
}

/** The length whose windows a transposed convolution fills. */
export function transposedSize(length: number, size: number, stride: number, padding: Padding): number {
  return padding === 'same' ? length * stride : (length - 1) * stride + size;
}

/** Zeros that TensorFlow adds before the first position; an odd one comes after the last. */
export function paddingBefore(
  input: number,
  output: number,
  size: number,
  stride: number,
  dilation: number,
  padding: Padding,
): number {
  const missing = (output - 1) * stride + (size - 1) * dilation + 1 - input;
  return padding === 'same' ? Math.floor(Math.max(missing, 0) / 2) : 0;
}
