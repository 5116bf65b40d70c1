/**
 * The plain step of TensorFlow.js written the usual way: layers, and the gradients and update of
 * tf.train.adam. One line of
 * JSON: node test/bench/tfjs.ts MODEL [--quick]. There is no attention layer, so the Transformer is left out.
 */
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../main/engine/device/tensorflow.ts';
import { caseNamed, randomBatch, type Case } from './cases.ts';
import { quick, thorough } from './measure.ts';
import { median, milliseconds, round } from './timing.ts';

const rectified = { activation: 'relu' } as const;

function dense(...units: number[]): LayersModel {
  const layers = units.slice(1).map((each, i) =>
    tf.layers.dense({
      units: each,
      ...(i === 0 ? { inputShape: [units[0] ?? 0] } : {}),
      ...(i < units.length - 2 ? rectified : {}),
    }),
  );
  return tf.sequential({ layers });
}

function convolutions(inputShape: readonly number[]): LayersModel {
  const filters = [8, 16, 32, 64].map((count, i) =>
    tf.layers.conv3d({
      ...rectified,
      filters: count,
      kernelSize: 3,
      strides: 2,
      padding: 'same',
      ...(i === 0 ? { inputShape: [...inputShape] } : {}),
    }),
  );
  const head = [tf.layers.flatten(), tf.layers.dense({ units: 64, ...rectified }), tf.layers.dense({ units: 2 })];
  return tf.sequential({ layers: [...filters, ...head] });
}

function build({ model, inputShape }: Case): LayersModel | null {
  switch (model) {
    case 'mlp-small':
      return dense(410, 512, 256, 2);
    case 'mlp-large':
      return dense(4096, 1024, 1024, 2);
    case 'cnn-32':
    case 'cnn-61':
      return convolutions(inputShape);
    case 'lstm':
      return tf.sequential({
        layers: [tf.layers.lstm({ units: 64, inputShape: [...inputShape] }), tf.layers.dense({ units: 2 })],
      });
    default:
      return null;
  }
}

const [name = '', ...options] = process.argv.slice(2);
const one = caseNamed(name);
const model = build(one);
if (model === null) console.info('null');
else {
  const { values, targets } = randomBatch(one);
  const x = tf.tensor(values, [one.samples, ...one.inputShape]);
  const y = tf.oneHot(tf.tensor1d([...targets], 'int32'), 2);
  const optimizer = tf.train.adam(1e-3);
  const step = async (): Promise<void> =>
    tf.tidy(() => {
      optimizer.minimize(() =>
        tf.losses.softmaxCrossEntropy(y, model.apply(x, { training: true }) as Tensor).asScalar(),
      );
    });
  const effort = options.includes('--quick') ? quick : thorough;
  for (let i = 0; i < 3; i++) await step();
  const times: number[] = [];
  const started = performance.now();
  while (performance.now() - started < (effort.blocks * effort.blockMs) / 2 || times.length < 5) {
    times.push(await milliseconds(step));
  }
  console.info(JSON.stringify({ plainMs: round(median(times)) }));
}
