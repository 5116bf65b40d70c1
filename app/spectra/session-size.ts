/** What a session takes on disk, from shapes alone: told before training. */
import { summaryNames } from '#app/contract/session.ts';
import { replayCadence } from '#app/run/replay-checkpoints.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { gramBytes } from './kept-grams.ts';
import { setCount } from './layout.ts';
import { hasSingleRows } from './matrices.ts';
import type { LayerPlan } from './plan.ts';

export interface SessionSize {
  /** Spectra with their summaries and the norms of the samples' gradients, of all captured steps of all runs. */
  spectraBytes: number;
  /** Sample Grams that are kept. */
  gramBytes: number;
  /** Weights that are kept for replay, and of how many steps of a run. */
  replayBytes: number;
  replaySteps: number;
}

interface SizedSession {
  plan: readonly LayerPlan[];
  /** Samples of the largest batch. */
  batch: number;
  /** Of each run. */
  steps: readonly number[];
  /** Numbers of the network's weights. */
  weights: number;
  configuration: Pick<RunConfiguration, 'epochs' | 'capture'>;
}

/** Of what grows with the training: the study, and the weights at the end of each run, come on top. */
export function sessionSize({ plan, batch, steps, weights, configuration }: SizedSession): SessionSize {
  const { epochs, capture } = configuration;
  const every = replayCadence(configuration, weights, steps.length);
  const replaySteps = every === 0 ? 0 : Math.ceil(epochs / every);
  const captured = capture.every === 0 ? 0 : total(steps, (each) => Math.ceil(each / capture.every));
  return {
    spectraBytes: captured * total(plan, (layer) => stepBytes(layer, batch)),
    gramBytes: gramBytes(plan, batch, capture, steps),
    replayBytes: replaySteps * steps.length * weights * Float32Array.BYTES_PER_ELEMENT,
    replaySteps,
  };
}

/** One layer at one captured step. */
function stepBytes({ bytes, layout, weight }: LayerPlan, batch: number): number {
  const summaries = layout.quantities.length * setCount(layout) * summaryNames.length;
  const hasNorms = hasSingleRows(weight) && layout.quantities.some(({ quantity }) => quantity === 'gradient');
  return bytes + Float32Array.BYTES_PER_ELEMENT * (summaries + (hasNorms ? batch : 0));
}

function total<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
