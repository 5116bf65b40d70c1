/** What stands out in a run that trains, for one quiet line. Descriptions only: nothing here is an inference. */
import type { SessionView } from '#app/contract/session.ts';
import { t } from '#app/text/text.ts';
import type { DetailFrame } from './cursor-plot.ts';
import { formatCount, formatNumber } from './format.ts';
import { quantityNames } from './words.ts';

export interface RunRemark {
  text: string;
  /** Where it can be seen: a layer, the settings of the recording. */
  show: { layer: number } | 'recording';
}

export interface RunState {
  view: SessionView;
  /** By layer: the spectra at the cursor. */
  frames: ReadonlyMap<number, DetailFrame>;
  /** Time spent on capture as a fraction of the rest of the step. */
  captureCost: number | null;
  /** Part of the latest steps that training waited for its data. */
  dataWait?: number | undefined;
}

/** Fewer values than this are few by construction: two classes allow two. */
const fewest = 4;
const collapsedRank = 1.1;
/** Training that waits no more for its data is as fast as it would be with them in memory. */
export const usualWait = 0.05;

export function runRemarks(state: RunState): RunRemark[] {
  const { captureCost, dataWait = 0 } = state;
  const remarks: RunRemark[] = [];
  for (const [index, frame] of state.frames) remarks.push(...spectrumRemarks(state.view, index, frame));
  if (captureCost !== null && captureCost > 1) {
    const times = formatNumber(captureCost, 2);
    remarks.push({
      text: t('Recording takes {times} times as long as training: fewer layers, or not every step, would be faster.', {
        times,
      }),
      show: 'recording',
    });
  }
  if (dataWait > usualWait) {
    remarks.push({
      text: t('Training waits {percent} % of its time for data from disk: larger voxels or float16 would be faster.', {
        percent: Math.round(dataWait * 100),
      }),
      show: 'recording',
    });
  }
  return remarks;
}

/** Of all samples: a rank near 1 where more was possible, and values that cannot be told from nothing. */
function spectrumRemarks(view: SessionView, index: number, frame: DetailFrame): RunRemark[] {
  const { detail, layer, quantity } = frame;
  const stored = view.layers.find((each) => each.index === index);
  const values = stored?.quantities.find((each) => each.quantity === quantity)?.values ?? 0;
  const spectrum = detail.spectra.find((each) => each.quantity === quantity);
  const all = detail.sets.length - 1;
  const samples = detail.samples[all] ?? 0;
  // A convolution has as many rows as positions; a dense layer one for each sample.
  const possible = stored?.kind === 'dense' ? Math.min(values, samples) : values;
  if (spectrum === undefined || possible < fewest) return [];
  const of = { quantity: quantityNames[quantity], layer, step: formatCount(detail.step) };
  const show = { layer: index };
  const rank = spectrum.summaries[all]?.['effective-rank'] ?? NaN;
  if (rank < collapsedRank)
    return [
      {
        text: t('{quantity} of {layer} at step {step}: nearly one direction, effective rank {rank}.', {
          ...{ ...of, rank: formatNumber(rank) },
        }),
        show,
      },
    ];
  const below = possible - (spectrum.values[all]?.length ?? 0);
  if (below * 2 <= possible) return [];
  return [
    {
      text: t('{quantity} of {layer} at step {step}: {below} of {possible} values are below what can be resolved.', {
        ...{ ...of, below, possible },
      }),
      show,
    },
  ];
}
