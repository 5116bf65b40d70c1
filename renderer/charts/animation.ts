/** The spectrum at the cursor over the steps of a training, as an animated GIF. */
import type { StepDetail } from '#app/contract/session.ts';
import { t } from '#app/text/text.ts';
import type { ChartColours } from './colours.ts';
import { extentOf } from './columns.ts';
import { cursorPlot, type DetailFrame } from './cursor-plot.ts';
import { formatCount } from './format.ts';
import { paintPlot } from './paint-plot.ts';
import { withKey, type Plot } from './plot.ts';
import { logRange } from './ranges.ts';
import type { SampleSet } from './sets.ts';
import { logAxis } from './value-axis.ts';

export interface AnimationSettings {
  width: number;
  height: number;
  frames: number;
  framesPerSecond: number;
}

export const usualAnimation: AnimationSettings = { width: 720, height: 450, frames: 60, framesPerSecond: 10 };

/** At most `frames` steps from first to last, both among them, evenly apart. */
export function animatedSteps(from: number, to: number, frames: number): number[] {
  const count = Math.max(1, Math.min(frames, to - from + 1));
  const step = (i: number): number => Math.round(from + (count === 1 ? 0 : (i * (to - from)) / (count - 1)));
  return Array.from({ length: count }, (_, i) => step(i));
}

/** One plot for each captured step, on axes that stand still; a step that was answered twice is drawn once. */
export function animationPlots(
  details: readonly StepDetail[],
  of: Omit<DetailFrame, 'detail' | 'asked'>,
  sets: readonly SampleSet[],
  colours: ChartColours,
): Plot[] {
  const steps = [...new Map(details.map((detail) => [detail.step, detail])).values()];
  const values = steps.flatMap(({ spectra }) => spectra.find(({ quantity }) => quantity === of.quantity)?.values ?? []);
  const [low, high] = extentOf(values, 0);
  const y = logAxis(logRange(low, high, null, 6), '');
  const plots = steps.map((detail) => {
    const frame: DetailFrame = { ...of, detail, asked: detail.step };
    const { plot } = cursorPlot({ frame, sets, colours, empty: t('No spectrum at this step.') }, null);
    return withKey({
      ...plot,
      y,
      subtitle: t('step {step}, epoch {epoch}', { step: formatCount(detail.step), epoch: detail.epoch + 1 }),
    });
  });
  const [widest] = plots.map(({ x }) => x).toSorted((a, b) => b.maximum - a.maximum);
  return plots.map((plot) => ({ ...plot, x: widest ?? plot.x }));
}

/** @returns bytes of the GIF, which repeats for ever */
export async function gifOf(
  plots: readonly Plot[],
  colours: ChartColours,
  { width, height, framesPerSecond }: AnimationSettings,
): Promise<Uint8Array<ArrayBuffer>> {
  // An encoder that a window needs for this alone.
  const { Encoder } = await import('modern-gif');
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  if (pen === null) throw new Error(t('The window has no canvas to draw on.'));
  const encoder = new Encoder({ width, height, looped: true, maxColors: 64 });
  for (const plot of plots) {
    paintPlot(pen, plot, colours, { width, height, withAxis: true, left: 56 }, 1);
    pen.globalCompositeOperation = 'destination-over';
    pen.fillStyle = colours.background;
    pen.fillRect(0, 0, width, height);
    pen.globalCompositeOperation = 'source-over';
    const { data } = pen.getImageData(0, 0, width, height);
    await encoder.encode({ data, delay: 1000 / framesPerSecond });
  }
  return new Uint8Array(await encoder.flush('arrayBuffer'));
}
