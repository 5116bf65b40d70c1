/** The axis that all panels of a comparison share: steps, epochs or losses. */
import type { Alignment } from '#app/contract/compare.ts';
import { turned, type Span } from '#app/compare/course.ts';
import { t } from '#app/text/text.ts';
import { formatCount, formatNumber, formatTick } from '../../charts/format.ts';
import type { PlotAxis } from '../../charts/plot.ts';
import { niceAbove } from '../../charts/ranges.ts';

const names: Readonly<Record<Alignment, string>> = {
  step: t('step'),
  epoch: t('epochs passed'),
  loss: t('training loss'),
};

/** About so many pixels for a label. */
const pixelsPerTick = 48;

/** In coordinates; a loss falls to the right. */
export function compareAxis(align: Alignment, { from, to }: Span, width: number): PlotAxis {
  const most = Math.max(2, Math.floor(width / pixelsPerTick));
  const interval = Math.max(niceAbove(Math.max(to - from, 1e-9) / most), align === 'step' ? 1 : 0);
  const ticks: number[] = [];
  for (let at = Math.ceil(from / interval - 1e-9); at * interval <= to + interval * 1e-9; at++)
    ticks.push(at * interval);
  return {
    minimum: from,
    maximum: Math.max(to, from + 1e-9),
    ticks,
    labels: ticks.map((tick) => (align === 'step' ? formatCount(tick) : formatTick(turned(align, tick), interval))),
    name: names[align],
  };
}

/** 'epoch 12.4', 'loss 0.512'. */
export function positionWords(align: Alignment, coordinate: number): string {
  const value = turned(align, coordinate);
  switch (align) {
    case 'step':
      return t('step {step}', { step: formatCount(value) });
    case 'epoch':
      return t('epoch {epoch}', { epoch: formatNumber(value) });
    case 'loss':
      return t('loss {loss}', { loss: formatNumber(value) });
  }
}
