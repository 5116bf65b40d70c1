/** Where a run stands between two steps, to and from what a session stores of it. */
import * as v from 'valibot';
import { metricsSchema } from '#app/contract/session.ts';
import { randomStateSchema, type RandomState } from '#app/run/random.ts';
import type { NetworkWeights } from '../model/network.ts';
import type { RunState } from '../session/types.ts';
import type { Predictions } from './metrics.ts';
import type { TrainerState } from './trainer.ts';

const epochMetricsSchema = v.object({ training: metricsSchema, validation: metricsSchema });
export type EpochMetrics = v.InferOutput<typeof epochMetricsSchema>;

const bestSchema = v.object({ epoch: v.number(), step: v.number(), loss: v.number(), metrics: epochMetricsSchema });
/** The epoch with the lowest validation loss. */
export type BestEpoch = v.InferOutput<typeof bestSchema> & {
  /** Kept where training may stop early. */
  weights: ReadonlyMap<string, NetworkWeights> | null;
};

const stateSchema = v.object({
  /** Batches of the epoch that are done. */
  position: v.number(),
  /** The generator of the order of subjects, as it was when the epoch began: the epoch's order follows from it. */
  order: randomStateSchema,
  random: randomStateSchema,
  updates: v.number(),
  targets: v.array(v.number()),
  latest: v.nullable(v.object({ epoch: v.number(), metrics: epochMetricsSchema })),
  best: v.nullable(bestSchema),
});

export interface FoldState {
  step: number;
  epoch: number;
  position: number;
  order: RandomState;
  trainer: TrainerState;
  /** What the network said of the epoch's samples so far. */
  said: Predictions;
  /** Of the last epoch that is over. */
  latest: { epoch: number; metrics: EpochMetrics } | null;
  best: BestEpoch | null;
}

const prefixes = { weights: 'weights/', best: 'best/', slots: 'optimizer/' } as const;

export function storedState({ step, epoch, position, order, trainer, said, latest, best }: FoldState): RunState {
  const { weights, optimizer, random } = trainer;
  const arrays = new Map<string, Float32Array>([
    ...named(prefixes.weights, valuesOf(weights)),
    ...named(prefixes.best, valuesOf(best?.weights ?? new Map())),
    ...named(prefixes.slots, optimizer.slots),
    ['said/outputs', said.outputs],
    ['said/losses', said.losses],
  ]);
  const state: v.InferInput<typeof stateSchema> = {
    position,
    order: [...order],
    random: [...random],
    updates: optimizer.steps,
    targets: [...said.targets],
    latest,
    best: best === null ? null : { epoch: best.epoch, step: best.step, loss: best.loss, metrics: best.metrics },
  };
  return { step, epoch, state, arrays };
}

/** @param weights of the network as it is: their names and shapes */
export function foldState(
  { step, epoch, state, arrays }: RunState,
  weights: ReadonlyMap<string, NetworkWeights>,
): FoldState {
  const { position, order, random, updates, targets, latest, best } = v.parse(stateSchema, state);
  const stored = (prefix: string): Map<string, NetworkWeights> =>
    new Map(
      [...weights].flatMap(([name, { shape }]) => {
        const values = arrays.get(prefix + name);
        return values === undefined ? [] : [[name, { shape, values }]];
      }),
    );
  const slots = [...arrays].filter(([name]) => name.startsWith(prefixes.slots));
  const bestWeights = stored(prefixes.best);
  return {
    step,
    epoch,
    position,
    order,
    trainer: {
      weights: stored(prefixes.weights),
      optimizer: {
        steps: updates,
        slots: new Map(slots.map(([name, each]) => [name.slice(prefixes.slots.length), each])),
      },
      random,
    },
    said: {
      outputs: arrays.get('said/outputs') ?? new Float32Array(),
      losses: arrays.get('said/losses') ?? new Float32Array(),
      targets,
    },
    latest,
    best: best === null ? null : { ...best, weights: bestWeights.size > 0 ? bestWeights : null },
  };
}

function valuesOf(weights: ReadonlyMap<string, NetworkWeights>): Map<string, Float32Array> {
  return new Map([...weights].map(([name, { values }]) => [name, values]));
}

function named(prefix: string, arrays: ReadonlyMap<string, Float32Array>): [string, Float32Array][] {
  return [...arrays].map(([name, values]) => [prefix + name, values]);
}
