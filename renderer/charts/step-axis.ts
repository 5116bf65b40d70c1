/** The step axis that all charts of a page share. */
import { t } from '#app/text/text.ts';
import { formatCount } from './format.ts';
import type { PlotAxis } from './plot.ts';
import { stepTicks, type StepRange } from './ranges.ts';

export function stepAxis(range: StepRange): PlotAxis {
  const ticks = stepTicks(range);
  return {
    minimum: range.from,
    maximum: Math.max(range.to, range.from + 1),
    ticks,
    labels: ticks.map(formatCount),
    name: t('step'),
  };
}
