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

/** A line at the step of each remark, a band where it is of several, its number above and its words in the legend. */
export function withRemarks(plot: Plot, remarks: readonly StepRemark[], colours: ChartColours): Plot {
  const { minimum, maximum } = plot.x;
  const [low, high] = plot.y.logarithmic
    ? [10 ** plot.y.minimum, 10 ** plot.y.maximum]
    : [plot.y.minimum, plot.y.maximum];
  const shown = remarks.filter(({ first, last }) => last >= minimum && first <= maximum);
  const colour = colours.text;
  const marks = shown.flatMap(({ number, first, last }): PlotMark[] => {
    const [from, to] = [Math.max(first, minimum), Math.min(last, maximum)];
    return [
      ...(to > from
        ? [{ kind: 'band' as const, x: [from, to], low: [low, low], high: [high, high], colour, opacity: bandOpacity }]
        : []),
      { kind: 'line', x: [from, from], y: [low, high], colour, width: 1, dash: [4, 3] },
      { kind: 'label', x: from, text: String(number), colour },
    ];
  });
  const legend = shown.map(({ number, text }) => ({ label: `${number} ${text}`, colour, look: 'words' as const }));
  return { ...plot, marks: [...plot.marks, ...marks], legend: [...plot.legend, ...legend] };
}
