import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../device/tensorflow.ts';
import type { AttentionDescription } from '#app/model/description.ts';
import type { WeightPart } from '#app/spectra/matrices.ts';
import { groupGradients } from '../group-gradients.ts';
import type { Parameter } from '../kernels/kernels.ts';
import type { AttentionInputs, AttentionPass } from '../kernels/sequence.ts';
import { glorotUniform } from './initial-weights.ts';
import { masked, type TimeMask } from '../mask.ts';
import { kept, type Layer, type LayerMaterials } from './layer.ts';

interface Projection {
  weight: Parameter;
  bias: Parameter;
}

/** softmax(Q K' / sqrt(keySize)) V over x [samples, tokens, features], its four weights captured each. */
export function attentionLayer(description: AttentionDescription, materials: LayerMaterials): Layer {
  const { name, heads, keySize, inputShape } = description;
  const { kernels, planned, random } = materials;
  const features = inputShape.at(-1) ?? 1;
  const inner = heads * keySize;
  const projection = (part: string, inputs: number, outputs: number): Projection => ({
    weight: kernels.parameter(`${name}/${part}`, [inputs, outputs], glorotUniform(inputs, outputs, random)),
    bias: kernels.parameter(`${name}/${part}_bias`, [outputs], new Float32Array(outputs)),
  });
  const inputParts = ['query', 'key', 'value'] as const;
  const [query, key, value] = inputParts.map((part) => projection(part, features, inner)) as [
    Projection,
    Projection,
    Projection,
  ];
  const output = projection('output', inner, features);
  const all = { query, key, value };
  const of = (x: Tensor, { weight, bias }: Projection): Tensor => kernels.dense(x, weight.value, bias.value, false);
  let saved: { x: Tensor; inputs: AttentionInputs; pass: AttentionPass; mask: TimeMask | null } | null = null;
  return {
    parameters: [query, key, value, output].flatMap(({ weight, bias }) => [weight, bias]),
    forward(x, context) {
      const mask = context.mask ?? null;
      const inputs = hidden({ query: of(x, query), key: of(x, key), value: of(x, value) }, heads, mask);
      const pass = kernels.sequence.attention(inputs, heads);
      saved = { x, inputs, pass, mask };
      return of(shown(pass.output, heads, mask), output);
    },
    backward(dy, needsInput, watch) {
      const { x, inputs, pass, mask } = kept(saved);
      const gradients = (part: WeightPart, rows: Tensor, errors: Tensor): Tensor[] => [
        groupGradients(watch, planned(part), rows, errors, (groups) =>
          kernels.denseWeightGradient(rows, errors, groups),
        ),
        kernels.biasAdjoints(errors, null).bias,
      ];
      const ofOutput = gradients('output', masked(shown(pass.output, heads, mask), mask), dy);
      const errors = widened(kernels.denseInputGradient(dy, output.weight.value, null), heads, mask, 0);
      const found = kernels.sequence.attentionAdjoints(inputs, heads, pass, errors);
      errors.dispose();
      const adjoints = narrowed(found, heads, mask);
      const ofInputs = inputParts.flatMap((part) => gradients(part, x, adjoints[part]));
      const added = (sum: Tensor | null, part: keyof AttentionInputs): Tensor =>
        kernels.denseInputGradient(adjoints[part], all[part].weight.value, sum);
      const dx = needsInput ? inputParts.reduce<Tensor | null>(added, null) : null;
      return { dx, gradients: [...ofInputs, ...ofOutput] };
    },
  };
}

/** After scaling, e to the minus this is 0. */
const far = 1e4;

/**
 * So that no token looks at padding: each head has one feature more, of which a query has 1 and the key of a padded token a
 * number far below 0. Queries make up for the scale of a head that is wider by one.
 */
function hidden({ query, key, value }: AttentionInputs, heads: number, mask: TimeMask | null): AttentionInputs {
  if (mask === null) return { query, key, value };
  const keySize = (query.shape.at(-1) ?? 1) / heads;
  return tf.tidy(() => {
    const away = tf.mul(tf.sub(mask.rows, 1), far);
    return {
      query: tf.mul(widened(query, heads, mask, 1), widening(keySize)),
      key: widened(key, heads, mask, away),
      value: widened(value, heads, mask, 0),
    };
  });
}

/** sqrt((keySize + 1) / keySize) */
function widening(keySize: number): number {
  return Math.sqrt((keySize + 1) / keySize);
}

/** [samples, tokens, heads x keySize] with a number more for each head: the same, or [samples, tokens, 1]. */
function widened(x: Tensor, heads: number, mask: TimeMask | null, last: number | Tensor): Tensor {
  if (mask === null) return x;
  const [samples = 0, tokens = 0, columns = 0] = x.shape;
  return tf.tidy(() => {
    const apart = tf.reshape(x, [samples, tokens, heads, columns / heads]);
    const more =
      typeof last === 'number'
        ? tf.fill([samples, tokens, heads, 1], last)
        : tf.tile(tf.reshape(last, [samples, tokens, 1, 1]), [1, 1, heads, 1]);
    return tf.reshape(tf.concat([apart, more], 3), [samples, tokens, columns + heads]);
  });
}

/** Without the number more. */
function shown(x: Tensor, heads: number, mask: TimeMask | null): Tensor {
  if (mask === null) return x;
  const [samples = 0, tokens = 0, columns = 0] = x.shape;
  const wide = columns / heads;
  return tf.tidy(() => {
    const apart = tf.reshape(x, [samples, tokens, heads, wide]);
    const part = tf.slice(apart, [0, 0, 0, 0], [samples, tokens, heads, wide - 1]);
    return tf.reshape(part, [samples, tokens, columns - heads]);
  });
}

/** Adjoints of what was hidden in, from those of the wider heads. */
function narrowed(found: AttentionInputs, heads: number, mask: TimeMask | null): AttentionInputs {
  if (mask === null) return found;
  const of = (x: Tensor): Tensor => masked(shown(x, heads, mask), mask);
  const keySize = (found.query.shape.at(-1) ?? 2) / heads - 1;
  return { query: tf.mul(of(found.query), widening(keySize)), key: of(found.key), value: of(found.value) };
}
