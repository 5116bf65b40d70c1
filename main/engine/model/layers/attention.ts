import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { AttentionDescription } from '#app/model/description.ts';
import type { WeightPart } from '#app/spectra/matrices.ts';
import { groupGradients } from '../group-gradients.ts';
import type { Parameter } from '../kernels/kernels.ts';
import type { AttentionInputs, AttentionPass } from '../kernels/sequence.ts';
import { glorotUniform } from './initial-weights.ts';
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
  let saved: { x: Tensor; inputs: AttentionInputs; pass: AttentionPass } | null = null;
  return {
    parameters: [query, key, value, output].flatMap(({ weight, bias }) => [weight, bias]),
    forward(x) {
      const inputs = { query: of(x, query), key: of(x, key), value: of(x, value) };
      const pass = kernels.sequence.attention(inputs, heads);
      saved = { x, inputs, pass };
      return of(pass.output, output);
    },
    backward(dy, needsInput, watch) {
      const { x, inputs, pass } = kept(saved);
      const gradients = (part: WeightPart, rows: Tensor, errors: Tensor): Tensor[] => [
        groupGradients(watch, planned(part), rows, errors, (groups) =>
          kernels.denseWeightGradient(rows, errors, groups),
        ),
        kernels.biasAdjoints(errors, null).bias,
      ];
      const ofOutput = gradients('output', pass.output, dy);
      const errors = kernels.denseInputGradient(dy, output.weight.value, null);
      const adjoints = kernels.sequence.attentionAdjoints(inputs, heads, pass, errors);
      errors.dispose();
      const ofInputs = inputParts.flatMap((part) => gradients(part, x, adjoints[part]));
      const added = (sum: Tensor | null, part: keyof AttentionInputs): Tensor =>
        kernels.denseInputGradient(adjoints[part], all[part].weight.value, sum);
      const dx = needsInput ? inputParts.reduce<Tensor | null>(added, null) : null;
      return { dx, gradients: [...ofInputs, ...ofOutput] };
    },
  };
}
