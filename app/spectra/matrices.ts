/** The matrices of a weight layer, Z = A W: activations A, adjoints D = dL/dZ and the gradient G = A'D. */
import type { WeightLayerDescription } from '#app/model/description.ts';
import { rowsPerSample } from './normalisation.ts';

interface RowMatrix {
  /** Rows that one sample brings. */
  rowsPerSample: number;
  columns: number;
  /** What rows and columns are, in words. */
  view: string;
}

export interface LayerMatrices {
  activations: RowMatrix;
  adjoints: RowMatrix;
  gradient: { rows: number; columns: number; view: string };
}

/**
 * Dense: rows are samples. Convolution: activations and adjoints in the channel view (a row for each position, a column
 * for each channel), the gradient with the kernel unrolled to [positions x input channels, filters].
 */
export function layerMatrices(layer: WeightLayerDescription): LayerMatrices {
  const inputs = layer.inputShape.at(-1) ?? 0;
  const outputs = layer.outputShape.at(-1) ?? 0;
  const inputRows = rowsPerSample(layer, 'activations');
  const outputRows = rowsPerSample(layer, 'adjoints');
  if (layer.kind === 'dense') {
    const row = inputRows === 1 ? 'sample' : 'sample x position';
    return {
      activations: { rowsPerSample: inputRows, columns: inputs, view: `rows ${row}, columns input` },
      adjoints: { rowsPerSample: outputRows, columns: outputs, view: `rows ${row}, columns unit` },
      gradient: { rows: inputs, columns: outputs, view: 'rows input, columns unit' },
    };
  }
  const kernelPositions = layer.kernel[0] * layer.kernel[1] * layer.kernel[2];
  return {
    activations: {
      rowsPerSample: inputRows,
      columns: inputs,
      view: 'rows sample x input position, columns input channel',
    },
    adjoints: {
      rowsPerSample: outputRows,
      columns: outputs,
      view: 'rows sample x output position, columns output channel',
    },
    gradient: {
      rows: kernelPositions * inputs,
      columns: outputs,
      view: 'rows kernel position x input channel, columns output channel',
    },
  };
}
