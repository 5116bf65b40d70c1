/** What the network is coloured by at a step: a summary of one set, or its difference between two. */
import { t } from '#app/text/text.ts';
import { divergingColour, viridis } from '../colours.ts';
import { columnAt } from '../columns.ts';
import { formatNumber, formatTick } from '../format.ts';
import { differenceBound, differences, type SummaryFrame } from '../summary-plots.ts';
import { isMagnitude } from '../words.ts';
import { colourRange, colourRangeWords, shareOf } from './summary-map.ts';

export interface NetworkLooks {
  /** By layer of the frame: its colour (null: no value), its value (of ratios its log₁₀) and that in words. */
  layers: { fill: string | null; value: number | null; words: string }[];
  /** Ends of the colours in words, and the colours from low to high. */
  legend: string;
  stops: readonly string[];
}

const stopCount = 9;
const none = { fill: null, value: null, words: '–' };

/** @param set position among the frame's sets */
export function summaryLooks(frame: SummaryFrame, step: number, set: number): NetworkLooks {
  const { columns } = frame;
  const range = colourRange(frame, [{ index: set }]);
  const column = columnAt(columns, step);
  return {
    layers: columns.layers.map((_, layer) => {
      const value = columns.mean[(column * columns.layers.length + layer) * columns.sets.length + set] ?? Number.NaN;
      const share = shareOf(value, range);
      return Number.isNaN(value) || Number.isNaN(share)
        ? none
        : { fill: viridis(share), value, words: formatNumber(value) };
    }),
    legend: colourRangeWords(range, frame),
    stops: Array.from({ length: stopCount }, (_, stop) => viridis(stop / (stopCount - 1))),
  };
}

/** As exactly as the colours are told apart: what rounds to nothing is 0. */
function signed(value: number, bound: number): string {
  const text = formatTick(value, 10 ** (Math.floor(Math.log10(bound)) - 2));
  return value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** @param pair positions of the two sets */
export function differenceLooks(
  frame: SummaryFrame,
  step: number,
  [first, second]: readonly [number, number],
  dark: boolean,
): NetworkLooks {
  const { columns } = frame;
  const values = differences(frame, first, second);
  const bound = differenceBound(values, null);
  const column = columnAt(columns, step);
  const ratio = isMagnitude(frame.summary);
  const ends = { from: formatTick(-bound, bound), to: formatTick(bound, bound) };
  return {
    layers: columns.layers.map((_, layer) => {
      const value = values[column * columns.layers.length + layer] ?? Number.NaN;
      if (Number.isNaN(value)) return none;
      const words = ratio ? `${formatNumber(10 ** value)} ×` : signed(value, bound);
      return { fill: divergingColour(value / bound, dark), value, words };
    }),
    legend: ratio ? t('{from} to {to}, log₁₀ of the ratio', ends) : t('{from} to {to}', ends),
    stops: Array.from({ length: stopCount }, (_, stop) => divergingColour((2 * stop) / (stopCount - 1) - 1, dark)),
  };
}
