import { product, type PositionDescription } from '#app/model/description.ts';
import { tf } from '../../device/tensorflow.ts';
import type { Layer, LayerMaterials } from './layer.ts';

/** Of the first rows (as in Devlin et al. 2019): small beside the tokens that they are added to. */
const deviation = 0.02;

/** Adds a learnt row to each token: to the kernels a bias along all numbers of a sample. */
export function positionLayer(description: PositionDescription, { kernels, random }: LayerMaterials): Layer {
  const { name, inputShape } = description;
  const size = product(inputShape);
  const values = Float32Array.from({ length: size }, () => deviation * random.normal());
  const rows = kernels.parameter(`${name}/rows`, inputShape, values);
  return {
    parameters: [rows],
    forward: (x) => {
      const sum = kernels.biasAdd(tf.reshape(x, [-1, size]), tf.reshape(rows.value, [size]));
      return tf.reshape(sum, x.shape);
    },
    backward(dy) {
      const total = kernels.biasGradient(tf.reshape(dy, [-1, size]));
      return { dx: tf.clone(dy), gradients: [tf.reshape(total, [...inputShape])] };
    },
  };
}
