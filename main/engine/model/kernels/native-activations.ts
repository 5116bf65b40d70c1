/** Activations on TensorFlow's fused operations. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { ActivationFunction } from '#app/model/description.ts';
import { tf } from '../../device/tensorflow.ts';
import { scalar, shapeTensor } from './constants.ts';
import { isHost } from './host.ts';
import { hostGelu, hostGeluGradient } from './host-rows.ts';
import type { Activated, ActivationKernels } from './kernels.ts';
import { attribute, run } from './raw.ts';

const float = [attribute.type('T', 'float32')];
const lastAxisKept = [...float, attribute.type('Tidx', 'int32'), attribute.bool('keep_dims', true)];

const one = (name: string, x: Tensor): Tensor => run(name, float, [x]);
const two = (name: string, a: Tensor, b: Tensor): Tensor => run(name, float, [a, b]);
const slope = (alpha: number) => [...float, attribute.float('alpha', alpha)];

interface Activation {
  forward(x: Tensor, alpha: number): Activated;
  gradient(dy: Tensor, x: Tensor, activated: Activated, alpha: number): Tensor;
}

const plain = (y: Tensor): Activated => ({ y, inner: null });
const inner = (activated: Activated): Tensor => activated.inner as Tensor;

const activations: Record<ActivationFunction, Activation> = {
  relu: {
    forward: (x) => plain(one('Relu', x)),
    gradient: (dy, _, { y }) => two('ReluGrad', dy, y),
  },
  'leaky-relu': {
    forward: (x, alpha) => plain(run('LeakyRelu', slope(alpha), [x])),
    gradient: (dy, x, _, alpha) => run('LeakyReluGrad', slope(alpha), [dy, x]),
  },
  elu: { forward: elu, gradient: eluGradient },
  gelu: isHost
    ? { forward: hostGelu, gradient: hostGeluGradient }
    : {
        forward(x) {
          // The normal distribution's cumulative function; erfc keeps its left tail.
          const half = two('Mul', one('Erfc', two('Mul', x, scalar(-Math.SQRT1_2))), scalar(0.5));
          return { y: two('Mul', x, half), inner: half };
        },
        gradient(dy, x, activated) {
          const density = one('Exp', two('Mul', one('Square', x), scalar(-0.5)));
          const rise = two('Mul', two('Mul', x, density), scalar(1 / Math.sqrt(2 * Math.PI)));
          return two('Mul', dy, two('AddV2', inner(activated), rise));
        },
      },
  tanh: {
    forward: (x) => plain(one('Tanh', x)),
    gradient: (dy, _, { y }) => two('TanhGrad', y, dy),
  },
  sigmoid: {
    forward: (x) => plain(one('Sigmoid', x)),
    gradient: (dy, _, { y }) => two('SigmoidGrad', y, dy),
  },
  softplus: {
    forward: (x) => plain(one('Softplus', x)),
    gradient: (dy, x) => two('SoftplusGrad', dy, x),
  },
  swish: {
    forward(x) {
      const gate = one('Sigmoid', x);
      return { y: two('Mul', x, gate), inner: gate };
    },
    gradient(dy, _, activated) {
      const gate = inner(activated);
      // s + x s (1 - s) = s (1 - y) + y
      const rest = two('Mul', gate, two('Sub', scalar(1), activated.y));
      return two('Mul', dy, two('AddV2', rest, activated.y));
    },
  },
  softmax: {
    forward: (x) => plain(one('Softmax', x)),
    gradient(dy, _, { y }) {
      const mean = run('Sum', lastAxisKept, [two('Mul', dy, y), shapeTensor([y.rank - 1])]);
      return two('Mul', two('Sub', dy, mean), y);
    },
  },
};

/** TensorFlow's own has a scale of 1; another one is laid over what is below zero. */
function elu(x: Tensor, alpha: number): Activated {
  const unscaled = one('Elu', x);
  if (alpha === 1) return plain(unscaled);
  const below = two('Minimum', unscaled, scalar(0));
  return { y: two('AddV2', unscaled, two('Mul', below, scalar(alpha - 1))), inner: unscaled };
}

function eluGradient(dy: Tensor, _: Tensor, { y, inner: unscaled }: Activated, alpha: number): Tensor {
  if (unscaled === null) return two('EluGrad', dy, y);
  const whole = two('EluGrad', dy, unscaled);
  const below = two('Sub', whole, two('ReluGrad', dy, unscaled));
  return two('AddV2', whole, two('Mul', below, scalar(alpha - 1)));
}

export const nativeActivations: ActivationKernels = {
  activation(name, alpha, x) {
    const [y, inner = null] = tf.tidy(() => {
      const activated = activations[name].forward(x, alpha);
      return activated.inner === null ? [activated.y] : [activated.y, activated.inner];
    });
    return { y, inner };
  },
  activationGradient: (name, alpha, dy, x, activated) =>
    tf.tidy(() => activations[name].gradient(dy, x, activated, alpha)),
};
