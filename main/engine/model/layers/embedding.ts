import type { Rank, Tensor } from '@tensorflow/tfjs-node-gpu';
import { inputError } from '#app/contract/errors.ts';
import type { EmbeddingDescription } from '#app/model/description.ts';
import { t } from '#app/text/text.ts';
import { tf } from '../../device/tensorflow.ts';
import { groupGradients } from '../group-gradients.ts';
import { uniform } from './initial-weights.ts';
import { kept, type Layer, type LayerMaterials } from './layer.ts';

/** Where Keras starts a table: uniform within ±0.05. */
const initialLimit = 0.05;

/** A row of the table for each whole number of x [samples, tokens], which comes as float32. */
export function embeddingLayer(description: EmbeddingDescription, materials: LayerMaterials): Layer {
  const { name, vocabulary, units } = description;
  const { kernels, planned, random } = materials;
  const table = kernels.parameter(
    `${name}/weight`,
    [vocabulary, units],
    uniform(vocabulary * units, initialLimit, random),
  );
  let words: Tensor | null = null;
  return {
    parameters: [table],
    forward(x) {
      words = tf.tidy(() => tf.cast(tf.round(x), 'int32'));
      try {
        return tf.gather(table.value, words);
      } catch (cause) {
        // TensorFlow's words for a number that the table has no row for.
        if (!(cause instanceof Error && cause.message.includes('is not in [0'))) throw cause;
        throw inputError(
          'embedding-word',
          t('Layer {name} has a row for each whole number from 0 to {vocabulary}, and the data hold another.', {
            name,
            vocabulary: vocabulary - 1,
          }),
          { expected: t('whole numbers from 0 to {vocabulary}', { vocabulary: vocabulary - 1 }), cause },
        );
      }
    },
    backward(dy, _needsInput, watch) {
      const read = kept(words);
      const index = planned('weight');
      /** The rows of the adjoints added up by word. */
      const scattered = (): Tensor =>
        tf.tidy(() => {
          const places = tf.reshape<Rank.R1>(read, [read.size]);
          return tf.unsortedSegmentSum(tf.reshape(dy, [-1, units]), places, vocabulary);
        });
      if (index === null || watch === null || watch.capture === null) return { dx: null, gradients: [scattered()] };
      const oneHot = tf.tidy(() => tf.cast(tf.oneHot(read, vocabulary), 'float32'));
      const total = groupGradients(watch, index, oneHot, dy, (groups) =>
        // The whole batch's by the same sums as without capture.
        groups?.wantsParts !== true
          ? { total: scattered(), parts: null, partsMs: 0 }
          : kernels.denseWeightGradient(oneHot, dy, groups),
      );
      oneHot.dispose();
      return { dx: null, gradients: [total] };
    },
  };
}
