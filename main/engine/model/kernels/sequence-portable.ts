/** Layers over time and tokens on public tfjs operations, one time after another. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../device/tensorflow.ts';
import type {
  AttentionInputs,
  RecurrentAdjoints,
  RecurrentCell,
  RecurrentPass,
  RecurrentWeights,
  SequenceKernels,
} from './sequence.ts';

/** What one time gives or takes, [samples, units] or [samples, gates x units]. */
interface Moment {
  state: Tensor;
  gates: Tensor;
  memory: Tensor;
}

type Before = Pick<Moment, 'state' | 'memory'>;
type Step = (projected: Tensor, before: Before, weights: RecurrentWeights) => Moment;

/** Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000. */
function lstmStep(projected: Tensor, before: Before, { recurrent }: RecurrentWeights): Moment {
  const [i, f, g, o] = tf.split(tf.add(projected, tf.matMul(before.state, recurrent)), 4, 1) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const [input, forget, cell, output] = [tf.sigmoid(i), tf.sigmoid(f), tf.tanh(g), tf.sigmoid(o)] as const;
  const memory = tf.add(tf.mul(forget, before.memory), tf.mul(input, cell));
  return { state: tf.mul(output, tf.tanh(memory)), gates: tf.concat([input, forget, cell, output], 1), memory };
}

/** Cho et al. 2014, reset after the recurrent product. */
function gruStep(projected: Tensor, before: Before, { recurrent, bias }: RecurrentWeights): Moment {
  const [pz, pr, pg] = tf.split(projected, 3, 1) as [Tensor, Tensor, Tensor];
  const product = tf.add(tf.matMul(before.state, recurrent), bias as Tensor);
  const [hz, hr, memory] = tf.split(product, 3, 1) as [Tensor, Tensor, Tensor];
  const [update, reset] = [tf.sigmoid(tf.add(pz, hz)), tf.sigmoid(tf.add(pr, hr))];
  const candidate = tf.tanh(tf.add(pg, tf.mul(reset, memory)));
  const state = tf.add(candidate, tf.mul(update, tf.sub(before.state, candidate)));
  return { state, gates: tf.concat([update, reset, candidate], 1), memory };
}

/** Cho et al. 2014, reset before the recurrent product. */
function resetBeforeStep(projected: Tensor, before: Before, { recurrent, candidate: own }: RecurrentWeights): Moment {
  const [pz, pr, pg] = tf.split(projected, 3, 1) as [Tensor, Tensor, Tensor];
  const [hz, hr] = tf.split(tf.matMul(before.state, recurrent), 2, 1) as [Tensor, Tensor];
  const [update, reset] = [tf.sigmoid(tf.add(pz, hz)), tf.sigmoid(tf.add(pr, hr))];
  const memory = tf.mul(reset, before.state);
  const candidate = tf.tanh(tf.add(pg, tf.matMul(memory, own as Tensor)));
  const state = tf.add(candidate, tf.mul(update, tf.sub(before.state, candidate)));
  return { state, gates: tf.concat([update, reset, candidate], 1), memory };
}

const stepsOf: Record<RecurrentCell['kind'], Step> = {
  lstm: lstmStep,
  gru: gruStep,
  'reset-before-gru': resetBeforeStep,
};

/** Times in the order in which they are read. */
function reading({ reversed }: RecurrentCell, times: number): number[] {
  const order = [...Array(times).keys()];
  return reversed ? order.reverse() : order;
}

function recurrent(cell: RecurrentCell, projected: Tensor, weights: RecurrentWeights): RecurrentPass {
  const step = stepsOf[cell.kind];
  const [states, before, gates, memory] = tf.tidy<[Tensor, Tensor, Tensor, Tensor]>(() => {
    const inputs = tf.unstack(projected, 1);
    const [samples = 0] = projected.shape;
    const zero = tf.zeros([samples, cell.units]);
    const moments: Moment[] = [];
    const earlier: Tensor[] = [];
    let last: Before = { state: zero, memory: zero };
    for (const time of reading(cell, inputs.length)) {
      earlier[time] = last.state;
      last = moments[time] = step(inputs[time] as Tensor, last, weights);
    }
    const stacked = (of: keyof Moment): Tensor =>
      tf.stack(
        moments.map((moment) => moment[of]),
        1,
      );
    return [stacked('state'), tf.stack(earlier, 1), stacked('gates'), stacked('memory')];
  });
  return { states, before, gates, memory };
}

/** One time of the backward pass. */
interface Backstep {
  input: Tensor;
  recurrent: Tensor;
  candidate: Tensor | null;
  /** What reaches the state before, beside the recurrent product; null for nothing. */
  direct: Tensor | null;
  /** dL/d of the LSTM's cell before. */
  memory: Tensor | null;
}

/** Of a sigmoid s, for the adjoint of its value. */
function throughSigmoid(dy: Tensor, s: Tensor): Tensor {
  return tf.mul(dy, tf.mul(s, tf.sub(1, s)));
}

function throughTanh(dy: Tensor, t: Tensor): Tensor {
  return tf.mul(dy, tf.sub(1, tf.square(t)));
}

interface Arriving {
  state: Tensor;
  memory: Tensor | null;
}
type BackstepOf = (arriving: Arriving, moment: Moment, before: Before, weights: RecurrentWeights) => Backstep;

const lstmBackstep: BackstepOf = ({ state: dState, memory: dMemory }, moment, before) => {
  const [i, f, g, o] = tf.split(moment.gates, 4, 1) as [Tensor, Tensor, Tensor, Tensor];
  const squashed = tf.tanh(moment.memory);
  const own = throughTanh(tf.mul(dState, o), squashed);
  const dc = dMemory === null ? own : tf.add(dMemory, own);
  const gates = tf.concat(
    [
      throughSigmoid(tf.mul(dc, g), i),
      throughSigmoid(tf.mul(dc, before.memory), f),
      throughTanh(tf.mul(dc, i), g),
      throughSigmoid(tf.mul(dState, squashed), o),
    ],
    1,
  );
  return { input: gates, recurrent: gates, candidate: null, direct: null, memory: tf.mul(dc, f) };
};

const gruBackstep: BackstepOf = ({ state: dState }, moment, before) => {
  const [z, r, g] = tf.split(moment.gates, 3, 1) as [Tensor, Tensor, Tensor];
  const dz = throughSigmoid(tf.mul(dState, tf.sub(before.state, g)), z);
  const dg = throughTanh(tf.mul(dState, tf.sub(1, z)), g);
  const dr = throughSigmoid(tf.mul(dg, moment.memory), r);
  return {
    input: tf.concat([dz, dr, dg], 1),
    recurrent: tf.concat([dz, dr, tf.mul(dg, r)], 1),
    candidate: null,
    direct: tf.mul(dState, z),
    memory: null,
  };
};

const resetBeforeBackstep: BackstepOf = ({ state: dState }, moment, before, weights) => {
  const [z, r, g] = tf.split(moment.gates, 3, 1) as [Tensor, Tensor, Tensor];
  const dz = throughSigmoid(tf.mul(dState, tf.sub(before.state, g)), z);
  const dg = throughTanh(tf.mul(dState, tf.sub(1, z)), g);
  const dAfter = tf.matMul(dg, weights.candidate as Tensor, false, true);
  const dr = throughSigmoid(tf.mul(dAfter, before.state), r);
  return {
    input: tf.concat([dz, dr, dg], 1),
    recurrent: tf.concat([dz, dr], 1),
    candidate: dg,
    direct: tf.add(tf.mul(dState, z), tf.mul(dAfter, r)),
    memory: null,
  };
};

const backstepsOf: Record<RecurrentCell['kind'], BackstepOf> = {
  lstm: lstmBackstep,
  gru: gruBackstep,
  'reset-before-gru': resetBeforeBackstep,
};

function recurrentAdjoints(
  cell: RecurrentCell,
  pass: RecurrentPass,
  weights: RecurrentWeights,
  dy: Tensor,
): RecurrentAdjoints {
  const backstep = backstepsOf[cell.kind];
  const [input, recurrentPart, candidate = null] = tf.tidy(() => {
    const [before, gates, memory] = [pass.before, pass.gates, pass.memory].map((each) => tf.unstack(each, 1)) as [
      Tensor[],
      Tensor[],
      Tensor[],
    ];
    const arriving = dy.rank === 3 ? tf.unstack(dy, 1) : null;
    const order = reading(cell, gates.length);
    const steps: Backstep[] = [];
    let [dState, dMemory]: [Tensor | null, Tensor | null] = [arriving === null ? dy : null, null];
    for (let i = order.length - 1; i >= 0; i--) {
      const time = order[i] as number;
      const outer = arriving?.[time] ?? null;
      const state: Tensor = outer === null || dState === null ? ((dState ?? outer) as Tensor) : tf.add(outer, dState);
      const earlier = i === 0 ? tf.zerosLike(memory[time] as Tensor) : (memory[order[i - 1] as number] as Tensor);
      const moment = { state, gates: gates[time] as Tensor, memory: memory[time] as Tensor };
      const had = { state: before[time] as Tensor, memory: earlier };
      const step = backstep({ state, memory: dMemory }, moment, had, weights);
      const product = tf.matMul(step.recurrent, weights.recurrent, false, true);
      dState = step.direct === null ? product : tf.add(step.direct, product);
      dMemory = step.memory;
      steps[time] = step;
    }
    const stacked = (of: 'input' | 'recurrent' | 'candidate'): Tensor =>
      tf.stack(
        steps.map((step) => step[of] as Tensor),
        1,
      );
    if (cell.kind === 'lstm') return [stacked('input')];
    const both = [stacked('input'), stacked('recurrent')];
    return cell.kind === 'gru' ? both : [...both, stacked('candidate')];
  }) as [Tensor, Tensor?, Tensor?];
  return { input, recurrent: recurrentPart ?? input, candidate };
}

/** [samples, tokens, heads x keySize] to [samples, heads, tokens, keySize]. */
function apart(x: Tensor, heads: number): Tensor {
  const [samples = 0, tokens = 0, columns = 0] = x.shape;
  return tf.transpose(tf.reshape(x, [samples, tokens, heads, columns / heads]), [0, 2, 1, 3]);
}

function together(x: Tensor): Tensor {
  const [samples = 0, heads = 0, tokens = 0, keySize = 0] = x.shape;
  return tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [samples, tokens, heads * keySize]);
}

/** 1 / sqrt(keySize) */
function scaleOf({ query }: AttentionInputs, heads: number): number {
  return 1 / Math.sqrt((query.shape.at(-1) ?? 1) / heads);
}

export const portableSequence: SequenceKernels = {
  recurrent,
  recurrentAdjoints,
  attention(inputs, heads) {
    const [output, weights] = tf.tidy<[Tensor, Tensor]>(() => {
      const scores = tf.matMul(apart(inputs.query, heads), apart(inputs.key, heads), false, true);
      const shares = tf.softmax(tf.mul(scores, scaleOf(inputs, heads)));
      return [together(tf.matMul(shares, apart(inputs.value, heads))), shares];
    });
    return { output, weights };
  },
  attentionAdjoints(inputs, heads, { weights }, dy) {
    const [query, key, value] = tf.tidy<[Tensor, Tensor, Tensor]>(() => {
      const errors = apart(dy, heads);
      const dWeights = tf.matMul(errors, apart(inputs.value, heads), false, true);
      const mean = tf.sum(tf.mul(dWeights, weights), -1, true);
      const dScores = tf.mul(tf.mul(weights, tf.sub(dWeights, mean)), scaleOf(inputs, heads));
      return [
        together(tf.matMul(dScores, apart(inputs.key, heads))),
        together(tf.matMul(dScores, apart(inputs.query, heads), true, false)),
        together(tf.matMul(weights, errors, true, false)),
      ];
    });
    return { query, key, value };
  },
};
