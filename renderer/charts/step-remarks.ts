/** Remarks on steps in files: the window draws them over its charts, and a figure stands alone. */
import type { ComputedRef, InjectionKey } from 'vue';
import type { ChartColours } from './colours.ts';
import type { Plot, PlotMark } from './plot.ts';

/** Its number on the charts, the steps that it is of, and what it says. */
export interface StepRemark {
  number: number;
  first: number;
  last: number;
  text: string;
}

/** Remarks of the steps that the charts inside are over. */
export const stepRemarksKey: InjectionKey<ComputedRef<readonly StepRemark[]>> = Symbol('remarks on steps');

const bandOpacity = 0.1;

/** Letters of a remark that a chart has room for. */
const mostLetters = 60;

/** '1 the groups part', as it stands beside its line or below a page. */
export function remarkWords({ number, text }: StepRemark): string {
  return `${number} ${text.length > mostLetters ? `${text.slice(0, mostLetters).trimEnd()}…` : text}`;
}

/**
 * A line at the step of each remark, a band where it is of several, and above its number or its words.
 * @param named 'number' where the words stand elsewhere
 */
export function withRemarks(
  plot: Plot,
  remarks: readonly StepRemark[],
  colours: ChartColours,
  named: 'number' | 'words',
): Plot {
  const { minimum, maximum } = plot.x;
  const [low, high] = plot.y.logarithmic
    ? [10 ** plot.y.minimum, 10 ** plot.y.maximum]
    : [plot.y.minimum, plot.y.maximum];
  const shown = remarks.filter(({ first, last }) => last >= minimum && first <= maximum);
  const colour = colours.text;
  const marks = shown.flatMap((remark): PlotMark[] => {
    const { number, first, last } = remark;
    const [from, to] = [Math.max(first, minimum), Math.min(last, maximum)];
    return [
      ...(to > from
        ? [{ kind: 'band' as const, x: [from, to], low: [low, low], high: [high, high], colour, opacity: bandOpacity }]
        : []),
      { kind: 'line', x: [from, from], y: [low, high], colour, width: 1, dash: [4, 3] },
      { kind: 'label', x: from, text: named === 'words' ? remarkWords(remark) : String(number), colour },
    ];
  });
  return { ...plot, marks: [...plot.marks, ...marks] };
}
