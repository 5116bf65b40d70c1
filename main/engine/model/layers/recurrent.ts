import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { RecurrentDescription } from '#app/model/description.ts';
import { tf } from '../../device/tensorflow.ts';
import type { WeightPart } from '#app/spectra/matrices.ts';
import { groupGradients } from '../group-gradients.ts';
import type { Parameter } from '../kernels/kernels.ts';
import { gateCounts, type RecurrentCell, type RecurrentPass, type RecurrentWeights } from '../kernels/sequence.ts';
import { glorotUniform, orthogonalRows } from './initial-weights.ts';
import { masked, type TimeMask } from '../mask.ts';
import { kept, type Layer, type LayerMaterials } from './layer.ts';

/**
 * LSTM or GRU over x [samples, time, features]. The capture sees two weights: the input's, with A the rows of x, and the
 * recurrent one, with A the states before each time; D are the adjoints of the gates' pre-activations. A GRU that resets
 * before the product has a third, the candidate's, with A the states after the reset.
 */
export function recurrentLayer(description: RecurrentDescription, materials: LayerMaterials): Layer {
  const { kernels, planned } = materials;
  const cell: RecurrentCell = {
    kind: description.resetBefore ? 'reset-before-gru' : description.kind,
    units: description.units,
    reversed: description.direction === 'backward',
  };
  const { input, recurrent, candidate, bias, recurrentBias } = initialParameters(cell, description, materials);
  const biases = recurrentBias === null ? [bias] : [bias, recurrentBias];
  const weights = (): RecurrentWeights => ({
    recurrent: recurrent.value,
    bias: recurrentBias?.value ?? null,
    candidate: candidate?.value ?? null,
  });
  let x: Tensor | null = null;
  let pass: RecurrentPass | null = null;
  let mask: TimeMask | null = null;
  return {
    parameters: [input, recurrent, ...(candidate === null ? [] : [candidate]), ...biases],
    forward(given, context) {
      x = given;
      mask = context.mask ?? null;
      const projected = held(cell, kernels.dense(given, input.value, bias.value, false), mask);
      pass = kernels.sequence.recurrent(cell, projected, weights());
      projected.dispose();
      return description.sequences ? pass.states : lastState(cell, pass.states, mask);
    },
    backward(dy, needsInput, watch) {
      const run = kept(pass);
      const errors = description.sequences ? dy : atLast(cell, dy, mask);
      const found = kernels.sequence.recurrentAdjoints(cell, run, weights(), errors);
      const adjoints = { input: masked(found.input, mask), recurrent: masked(found.recurrent, mask) };
      const gradient = (part: WeightPart, rows: Tensor, errors: Tensor): Tensor =>
        groupGradients(watch, planned(part), rows, errors, (groups) =>
          kernels.denseWeightGradient(rows, errors, groups),
        );
      const ofInput = gradient('input', kept(x), adjoints.input);
      const ofRecurrent = gradient('recurrent', masked(run.before, mask), adjoints.recurrent);
      const ofCandidate =
        found.candidate === null
          ? []
          : [gradient('candidate', masked(run.memory, mask), masked(found.candidate, mask))];
      const ofBiases = [adjoints.input, adjoints.recurrent].slice(0, biases.length);
      return {
        dx: needsInput ? kernels.denseInputGradient(adjoints.input, input.value, null) : null,
        gradients: [
          ofInput,
          ofRecurrent,
          ...ofCandidate,
          ...ofBiases.map((each) => kernels.biasAdjoints(each, null).bias),
        ],
      };
    },
  };
}

interface RecurrentParameters {
  input: Parameter;
  recurrent: Parameter;
  candidate: Parameter | null;
  bias: Parameter;
  recurrentBias: Parameter | null;
}

/** As Keras starts: Glorot, orthogonal, and a forget gate that keeps (its bias is 1, Jozefowicz et al. 2015). */
function initialParameters(
  { kind }: RecurrentCell,
  { name, units, inputShape }: RecurrentDescription,
  { kernels, random }: LayerMaterials,
): RecurrentParameters {
  const features = inputShape.at(-1) ?? 1;
  const columns = gateCounts[kind] * units;
  const bias = new Float32Array(columns);
  if (kind === 'lstm') bias.fill(1, units, 2 * units);
  const ofInput = glorotUniform(features, columns, random);
  const ofState = orthogonalRows(units, columns, random);
  const part = (own: string, first: number, end: number): Parameter =>
    kernels.parameter(`${name}/${own}`, [units, end - first], columnsOf(ofState, units, first, end));
  const gates = kind === 'reset-before-gru' ? 2 * units : columns;
  return {
    input: kernels.parameter(`${name}/input`, [features, columns], ofInput),
    recurrent: part('recurrent', 0, gates),
    candidate: gates === columns ? null : part('candidate', gates, columns),
    bias: kernels.parameter(`${name}/bias`, [columns], bias),
    recurrentBias:
      kind === 'gru' ? kernels.parameter(`${name}/recurrent_bias`, [columns], new Float32Array(columns)) : null,
  };
}

/** Columns first .. end of a matrix of so many rows. */
function columnsOf(matrix: Float32Array, rows: number, first: number, end: number): Float32Array {
  const columns = matrix.length / rows;
  const width = end - first;
  const taken = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    taken.set(matrix.subarray(row * columns + first, row * columns + end), row * width);
  }
  return taken;
}

/** Before a sigmoid, as good as infinity. */
const open = 60;

/**
 * Gates during padding: nothing comes in, what is remembered stays, and an LSTM says nothing. Read from its end, a series so
 * begins from nothing at its own last time.
 */
function held({ kind, units }: RecurrentCell, projected: Tensor, mask: TimeMask | null): Tensor {
  if (mask === null) return projected;
  const gates = kind === 'lstm' ? [-open, open, 0, -open] : [open, 0, 0];
  const values = gates.flatMap((gate) => new Array<number>(units).fill(gate));
  const result = tf.tidy(() =>
    tf.add(tf.mul(projected, mask.rows), tf.mul(tf.tensor(values, [1, 1, values.length]), tf.sub(1, mask.rows))),
  );
  projected.dispose();
  return result;
}

/** dL/d of the state after the last time of each series, at that time. */
function atLast({ reversed }: RecurrentCell, dy: Tensor, mask: TimeMask | null): Tensor {
  return mask === null || reversed ? dy : tf.tidy(() => tf.mul(tf.expandDims(dy, 1), mask.last));
}

/** After the last time that was read: [samples, units]. */
function lastState({ reversed, units }: RecurrentCell, states: Tensor, mask: TimeMask | null): Tensor {
  if (mask !== null && !reversed) return tf.tidy(() => tf.sum(tf.mul(states, mask.last), 1));
  const [samples = 0, times = 1] = states.shape;
  const last = tf.slice(states, [0, reversed ? 0 : times - 1, 0], [samples, 1, units]);
  return tf.reshape(last, [samples, units]);
}
