/** The spectrum at the cursor over the steps of a training, as a film: an animated GIF or MP4. */
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

function canvasOf({ width, height }: AnimationSettings): HTMLCanvasElement {
  return Object.assign(document.createElement('canvas'), { width, height });
}

/** Calls `each` with the canvas on which every frame was painted in turn, on the background of the window. */
async function painted(
  plots: readonly Plot[],
  colours: ChartColours,
  canvas: HTMLCanvasElement,
  each: (pen: CanvasRenderingContext2D, at: number) => Promise<void>,
): Promise<void> {
  const { width, height } = canvas;
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  if (pen === null) throw new Error(t('The window has no canvas to draw on.'));
  for (const [at, plot] of plots.entries()) {
    paintPlot(pen, plot, colours, { width, height, withAxis: true, left: 56 }, 1);
    pen.globalCompositeOperation = 'destination-over';
    pen.fillStyle = colours.background;
    pen.fillRect(0, 0, width, height);
    pen.globalCompositeOperation = 'source-over';
    await each(pen, at);
  }
}

/** @returns bytes of the GIF, which repeats for ever */
export async function gifOf(
  plots: readonly Plot[],
  colours: ChartColours,
  settings: AnimationSettings,
): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height, framesPerSecond } = settings;
  // An encoder that a window needs for this alone.
  const { Encoder } = await import('modern-gif');
  const encoder = new Encoder({ width, height, looped: true, maxColors: 64 });
  const encode = async (pen: CanvasRenderingContext2D): Promise<void> => {
    await encoder.encode({ data: pen.getImageData(0, 0, width, height).data, delay: 1000 / framesPerSecond });
  };
  await painted(plots, colours, canvasOf(settings), encode);
  return new Uint8Array(await encoder.flush('arrayBuffer'));
}

/** H.264 first, which every player and every journal takes; then those that need no licence. */
const codecs = ['avc', 'vp9', 'av1'] as const;

/** @returns bytes of an MP4 film, by the encoder of the window itself */
export async function mp4Of(
  plots: readonly Plot[],
  colours: ChartColours,
  settings: AnimationSettings,
): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height, framesPerSecond } = settings;
  const { BufferTarget, CanvasSource, getFirstEncodableVideoCodec, Mp4OutputFormat, Output, QUALITY_HIGH } =
    await import('mediabunny');
  const codec = await getFirstEncodableVideoCodec([...codecs], { width, height });
  if (codec === null) throw noFilm();
  const canvas = canvasOf(settings);
  const source = new CanvasSource(canvas, { codec, quality: QUALITY_HIGH });
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target });
  output.addVideoTrack(source, { frameRate: framesPerSecond });
  await output.start();
  const encode = (_: CanvasRenderingContext2D, at: number): Promise<void> =>
    source.add(at / framesPerSecond, 1 / framesPerSecond);
  await painted(plots, colours, canvas, encode);
  await output.finalize();
  if (target.buffer === null) throw noFilm();
  return new Uint8Array(target.buffer);
}

function noFilm(): Error {
  return new Error(t('This computer encodes no film: save the animation as GIF.'));
}
