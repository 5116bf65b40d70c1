/** Loss over the epochs, training and validation, with the lowest and the highest run. */
import { countAxis } from './axis.ts';
import { paragraph, type Composition } from './composition.ts';
import type { Markup } from './markup.ts';
import type { ReportMaterial } from './material.ts';
import { panelFigure, type Line } from './panels.ts';
import { figure } from './format.ts';

/** Neither is a group's colour: they are told apart by dash and tone. */
const parts = [
  { name: 'training', colour: '#1d2733', dash: [] },
  { name: 'validation', colour: '#7a8591', dash: [6, 3] },
] as const;

export function lossFigure({ epochs, runs, configuration, metrics }: ReportMaterial, composition: Composition): Markup {
  const last = Math.max(0, ...epochs.map(({ epoch }) => epoch));
  if (epochs.length === 0) return paragraph('No epoch has ended: there is no course of the loss yet.');
  const x = Array.from({ length: last + 1 }, (_, epoch) => epoch + 1);
  const measures = metrics.task === 'classification' ? (['loss', 'accuracy'] as const) : (['loss'] as const);
  const lineOf = (part: (typeof parts)[number], measure: 'loss' | 'accuracy'): Line => {
    const columns = x.map((epoch) =>
      epochs.filter((row) => row.epoch === epoch - 1).flatMap((row) => row[part.name][measure] ?? []),
    );
    return {
      ...part,
      y: columns.map((values) =>
        values.length === 0 ? null : values.reduce((sum, each) => sum + each, 0) / values.length,
      ),
      band: {
        low: columns.map((values) => (values.length === 0 ? null : Math.min(...values))),
        high: columns.map((values) => (values.length === 0 ? null : Math.max(...values))),
      },
    };
  };
  const lines = measures.map((measure) => parts.map((part) => lineOf(part, measure)));
  const ends = (lines[0] ?? []).map(({ name, y }) => `${name} from ${figure(y[0])} to ${figure(y.at(-1))}`);
  const names = { loss: 'Loss', accuracy: 'Accuracy' };
  const image = panelFigure({
    panels: measures.map((measure, at) => ({
      title: names[measure],
      x,
      lines: lines[at] ?? [],
      empty: 'not measured',
    })),
    across: 2,
    x: { label: `Epoch (of ${configuration.epochs})`, axis: countAxis(1, last + 1) },
    y: { label: measures.map((measure) => names[measure]).join(' / '), isLog: false, range: null },
    alt: `Loss over the epochs, mean of ${runs.length} runs: ${ends.join(', ')}.`,
  });
  return composition.figure(
    image,
    `Course of the training: mean over the runs (${runs.length}) at the end of each epoch; band: lowest to highest run.${configuration.earlyStopping === null ? '' : ' Runs that stopped early are in the mean up to their end.'}`,
    {
      tables: ['epoch'],
      rows: 'all runs',
      command: 'export FILE --what epochs --format csv --out epochs.csv',
      data: 'epochs',
    },
  );
}
