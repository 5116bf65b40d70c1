/** Loss, accuracy and AUC over steps. */
import type { EpochRow, Metrics, ScalarColumns, SessionRun } from '#app/contract/session.ts';
import { t } from '#app/text/text.ts';
import type { ChartColours } from './colours.ts';
import { extentOf, middles, pick } from './columns.ts';
import { fileNameOf, type Plot, type PlotLegend, type PlotMark } from './plot.ts';
import { linearRange, type LinearRange, type StepRange } from './ranges.ts';
import { stepAxis } from './step-axis.ts';
import { linearAxis } from './value-axis.ts';
import { formatNumber } from './format.ts';

export interface TrainingInput {
  epochs: readonly EpochRow[];
  run: SessionRun | undefined;
  /** Folds whose validation is drawn; the one in hand always is. */
  runs: readonly SessionRun[];
  allFolds: boolean;
  range: StepRange;
  colours: ChartColours;
}

const dashed = [5, 3];

interface EpochSeries {
  x: number[];
  y: number[];
}

/** A metric of a run by epoch, at the epoch's last step; epochs without it are gaps. */
export function epochSeries(
  epochs: readonly EpochRow[],
  run: number,
  part: 'training' | 'validation',
  metric: keyof Metrics,
): EpochSeries {
  const rows = epochs.filter((row) => row.run === run);
  return { x: rows.map((row) => row.step), y: rows.map((row) => row[part][metric] ?? NaN) };
}

export interface LossInput extends TrainingInput {
  scalars: ScalarColumns | null;
}

function others(input: TrainingInput): readonly SessionRun[] {
  return input.allFolds ? input.runs.filter((run) => run.index !== input.run?.index) : [];
}

function runTitle(input: TrainingInput): string {
  if (input.run === undefined) return '';
  const { fold, trainingSubjects, validationSubjects } = input.run;
  const values = { fold, folds: input.runs.length, training: trainingSubjects, validation: validationSubjects };
  return input.runs.length > 1
    ? t('fold {fold} of {folds}, training n = {training}, validation n = {validation}', values)
    : t('training n = {training}, validation n = {validation}', values);
}

/** Validation curves are drawn with a mark at each epoch while there are few enough to tell apart. */
function withPoints(series: EpochSeries, colour: string): PlotMark[] {
  return series.x.length <= 60 ? [{ kind: 'points', ...series, colour, radius: 2 }] : [];
}

export function lossPlot(input: LossInput, previous: LinearRange | null): { plot: Plot; range: LinearRange } {
  const { scalars, colours, epochs, run } = input;
  const marks: PlotMark[] = [];
  const position = scalars?.names.indexOf('loss') ?? -1;
  const width = scalars?.names.length ?? 0;
  const x = scalars === null ? new Float64Array(0) : middles(scalars);
  const training = scalars === null || position < 0 ? new Float32Array(0) : pick(scalars.mean, width, position);
  const validation = epochSeries(epochs, run?.index ?? -1, 'validation', 'loss');
  if (scalars !== null && position >= 0) {
    const low = pick(scalars.minimum, width, position);
    const high = pick(scalars.maximum, width, position);
    marks.push({ kind: 'band', x, low, high, colour: colours.text, opacity: 0.14 });
  }
  const extra = others(input).map((other) => epochSeries(epochs, other.index, 'validation', 'loss'));
  for (const series of extra) {
    marks.push({ kind: 'line', ...series, colour: colours.soft, width: 1, dash: dashed, opacity: 0.6 });
  }
  marks.push({ kind: 'line', x, y: training, colour: colours.text, width: 1.4, dash: [] });
  marks.push({ kind: 'line', ...validation, colour: colours.text, width: 1.4, dash: dashed });
  marks.push(...withPoints(validation, colours.text));
  // The range follows the means: one wild batch must not flatten the curve.
  const [low, high] = extentOf([training, validation.y, ...extra.map((series) => series.y)]);
  const range = linearRange(Math.min(low, 0), high, previous);
  const legend: PlotLegend[] = [
    { label: t('training'), colour: colours.text, look: 'line' },
    { label: t('validation'), colour: colours.text, look: 'points', dash: dashed },
    ...(extra.length > 0
      ? [{ label: t('validation, other folds'), colour: colours.soft, look: 'line' as const, dash: dashed }]
      : []),
    { label: t('batch minimum to maximum'), colour: colours.text, look: 'band' },
  ];
  return {
    range,
    plot: {
      title: t('Loss'),
      subtitle: runTitle(input),
      x: stepAxis(input.range),
      y: linearAxis(range, t('loss')),
      marks,
      legend,
      empty: x.length === 0 && validation.x.length === 0 ? t('No step has been trained yet.') : '',
      fileName: fileNameOf('loss', run === undefined ? '' : `fold ${run.fold}`),
      table: () => ({
        header: ['first step', 'last step', 'training loss', 'minimum', 'maximum', 'validation loss'],
        rows: Array.from(training, (value, column) => {
          const first = scalars?.first[column] ?? 0;
          const last = scalars?.last[column] ?? 0;
          const at = validation.x.findIndex((step) => step >= first && step <= last);
          const offset = column * width + position;
          const edges = [scalars?.minimum[offset] ?? null, scalars?.maximum[offset] ?? null];
          return [first, last, value, ...edges, validation.y[at] ?? null];
        }),
      }),
    },
  };
}

export function accuracyPlot(input: TrainingInput): Plot {
  const { colours, epochs, run } = input;
  const index = run?.index ?? -1;
  const training = epochSeries(epochs, index, 'training', 'accuracy');
  const validation = epochSeries(epochs, index, 'validation', 'accuracy');
  const auc = epochSeries(epochs, index, 'validation', 'auc');
  const marks: PlotMark[] = [];
  for (const other of others(input)) {
    const series = epochSeries(epochs, other.index, 'validation', 'auc');
    marks.push({ kind: 'line', ...series, colour: colours.soft, width: 1, dash: dashed, opacity: 0.6 });
  }
  marks.push({ kind: 'line', ...training, colour: colours.soft, width: 1.2, dash: [] });
  marks.push({ kind: 'line', ...validation, colour: colours.soft, width: 1.2, dash: dashed });
  marks.push({ kind: 'line', ...auc, colour: colours.text, width: 1.6, dash: dashed });
  marks.push(...withPoints(auc, colours.text));
  const newest = auc.y.at(-1);
  const words =
    newest === undefined || Number.isNaN(newest) ? '' : t('validation AUC {auc}', { auc: formatNumber(newest) });
  return {
    title: t('Accuracy and AUC'),
    subtitle: words,
    x: stepAxis(input.range),
    y: linearAxis({ minimum: 0, maximum: 1, interval: 0.5 }, t('fraction')),
    marks,
    legend: [
      { label: t('AUC, validation'), colour: colours.text, look: 'points', dash: dashed },
      { label: t('accuracy, training'), colour: colours.soft, look: 'line' },
      { label: t('accuracy, validation'), colour: colours.soft, look: 'line', dash: dashed },
    ],
    empty: training.x.length === 0 ? t('Measured at the end of each epoch; none has ended yet.') : '',
    fileName: fileNameOf('accuracy auc', run === undefined ? '' : `fold ${run.fold}`),
    table: () => ({
      header: ['epoch', 'step', 'training accuracy', 'training AUC', 'validation accuracy', 'validation AUC'],
      rows: epochs
        .filter((row) => row.run === index)
        .map((row) => [
          row.epoch,
          row.step,
          row.training.accuracy,
          row.training.auc,
          row.validation.accuracy,
          row.validation.auc,
        ]),
    }),
  };
}
