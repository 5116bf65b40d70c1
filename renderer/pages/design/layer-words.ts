/** Layers in words that a clinician has met. */
import type { LayerDescription } from '#app/model/description.ts';

/** '23 × 27 × 23 × 8'. */
export function shapeText(shape: readonly number[]): string {
  return shape.join(' × ');
}

export function layerWords(layer: LayerDescription): string {
  switch (layer.kind) {
    case 'dense':
      return `every input to each of ${layer.units} units`;
    case 'conv3d': {
      const [first, ...others] = layer.strides;
      const strides = others.every((stride) => stride === first) ? String(first) : shapeText(layer.strides);
      return `${layer.filters} filters of ${shapeText(layer.kernel)}${strides === '1' ? '' : `, step ${strides}`}`;
    }
    case 'relu':
      return 'keeps what is above zero';
    case 'dropout':
      return `drops ${Math.round(layer.rate * 100)} % while training`;
    case 'flatten':
      return 'one long row';
    case 'max-pool-3d':
      return `largest of each ${shapeText(layer.window)}`;
    case 'global-average-pool-3d':
      return 'mean over the volume';
  }
}
