/** Layers that bring branches together. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { JoinDescription } from '#app/model/description.ts';
import { tf } from '../../device/tensorflow.ts';
import { kept, type Backward, type Layer, type LayerMaterials } from './layer.ts';

export function joinLayer({ kind }: JoinDescription, { kernels }: LayerMaterials): Layer {
  let shapes: number[][] | null = null;
  return {
    parameters: [],
    forward(x, _context, others) {
      const all = [x, ...others];
      shapes = all.map(({ shape }) => shape);
      if (kind === 'concatenate') return tf.concat(all, -1);
      // Axes of size 1 are repeated, which a sum of like shapes needs not look for.
      const isAlike = others.every(({ shape }) => shape.join() === x.shape.join());
      return isAlike ? kernels.sum(all) : tf.tidy(() => all.reduce((sum, each) => tf.add(sum, each)));
    },
    backward(dy): Backward {
      const [dx = null, ...others] = kind === 'concatenate' ? parted(dy, kept(shapes)) : shared(dy, kept(shapes));
      return { dx, others, gradients: [] };
    },
  };
}

/** Each branch's channels. */
function parted(dy: Tensor, shapes: readonly number[][]): Tensor[] {
  return tf.split(
    dy,
    shapes.map((shape) => shape.at(-1) ?? 0),
    -1,
  );
}

/** The adjoint for each branch, summed over the axes along which the branch was repeated. */
function shared(dy: Tensor, shapes: readonly number[][]): Tensor[] {
  return shapes.map((shape) => {
    const repeated = shape.flatMap((size, axis) => (size === 1 && dy.shape[axis] !== 1 ? [axis] : []));
    return repeated.length === 0 ? tf.clone(dy) : tf.sum(dy, repeated, true);
  });
}
