/** How the networks were trained, and how well they did on subjects that they had not seen. */
import type { MetricsPart } from '#app/contract/session.ts';
import { capital } from '#app/text/capital.ts';
import { heading, paragraph, section, type Composition } from './composition.ts';
import { configurationRows } from './configuration-rows.ts';
import { count, counted, figure, fixed } from './format.ts';
import { lossFigure } from './loss-figure.ts';
import { reliabilityFigure, rocFigure } from './performance-figures.ts';
import { element, type Content, type Markup } from './markup.ts';
import type { ReportMaterial } from './material.ts';
import { scoreWords } from './words.ts';

export function trainingSection(material: ReportMaterial, composition: Composition): Markup {
  return section(
    'training',
    'Training and performance',
    heading('Configuration'),
    composition.table({
      caption: 'Settings of the training, all of them fixed before it began.',
      head: ['Setting', 'Value'],
      words: [0, 1],
      rows: configurationRows(material),
      source: { tables: ['meta.configuration'], rows: 'all', command: 'inspect FILE --json', data: 'configuration' },
    }),
    heading('Runs'),
    runTable(material, composition),
    heading('Course'),
    lossFigure(material, composition),
    heading('Performance on subjects that a network had not seen'),
    ...performance(material, composition),
  );
}

function runTable({ runs, configuration, groups, epochs }: ReportMaterial, composition: Composition): Markup {
  const repeated = configuration.repeats > 1;
  return composition.table({
    caption: `Runs: ${repeated ? 'repeats and folds, ' : ''}each with its own split, starting weights and order of batches, all from its seed.`,
    head: [
      repeated ? 'Repeat, fold' : 'Fold',
      'Seed',
      'Training',
      ...groups.map(({ name }) => `of these ${name}`),
      'Validation',
      'Steps',
      'Epochs',
      'Best epoch',
      'State',
    ],
    words: [0, groups.length + 7],
    rows: runs.map((run) => [
      repeated ? `${run.repeat ?? 1}, ${run.fold}` : String(run.fold),
      String(run.seed),
      count(run.trainingSubjects),
      ...groups.map((_, group) => count(run.trainingGroups[group] ?? 0)),
      count(run.validationSubjects),
      count(run.steps),
      count(epochs.filter(({ run: of }) => of === run.index).length),
      epochText(run.bestEpoch ?? null),
      run.status,
    ]),
    source: { tables: ['run', 'epoch'], rows: 'all', command: 'inspect FILE --json', data: 'runs' },
  });
}

function performance(material: ReportMaterial, composition: Composition): Content[] {
  const { metrics, classes } = material;
  const { parts } = metrics;
  if (parts.length === 0) return [paragraph('No run has ended: there are no predictions yet.')];
  const names = Object.keys(scoreWords).filter((name) =>
    parts.some(({ scores }) => (scores[name]?.value ?? null) !== null),
  );
  const table = composition.table({
    caption: [
      'Performance on the validation subjects: of each run, of all runs together and of each group over all runs; below each the 95 % interval, percentiles of 1,000 resamples of the subjects ',
      composition.cite('bootstrap'),
      names.includes('calibrationError')
        ? ['; calibration error over ten bins of confidence ', composition.cite('calibrationError')]
        : null,
      `.${names.includes('sensitivity') ? ` Sensitivity: part of ${classes[1] ?? ''} that is found; specificity: of ${classes[0] ?? ''}.` : ''}`,
    ],
    head: ['Part', 'Subjects', ...names.map((name) => scoreWords[name] ?? name)],
    rows: parts.map((part) => [
      partName(part),
      count(part.subjects),
      ...names.map((name) => {
        const score = part.scores[name];
        return score === undefined ? '–' : withInterval(score);
      }),
    ]),
    note: 'Runs of one session share subjects in training, so their intervals are not independent, and an interval of all runs together tells the chance of the subjects, not that of the training.',
    source: {
      tables: ['prediction', 'run'],
      rows: 'validation subjects of runs that ended',
      command: 'inspect FILE --json',
      data: 'metrics',
    },
  });
  return [
    table,
    ...confusion(metrics.parts, classes, composition),
    ...(metrics.task === 'classification'
      ? [rocFigure(material, composition), reliabilityFigure(material, composition)]
      : []),
  ];
}

/** Epochs count from 1 in print. */
function epochText(epoch: number | null): string {
  return epoch === null ? '–' : String(epoch + 1);
}

/** The interval on a line of its own: there are many columns. */
function withInterval({ value, low, high }: MetricsPart['scores'][string]): Content {
  if (value === null || low === null || high === null) return figure(value);
  return [
    figure(value),
    ' ',
    element('span', { class: 'interval' }, `${figure(low)}${low < 0 ? ' to ' : '–'}${figure(high)}`),
  ];
}

function partName({ kind, name }: MetricsPart): string {
  if (kind === 'pooled') return 'All runs';
  return kind === 'group' ? `Group ${name}` : capital(name);
}

function confusion(parts: readonly MetricsPart[], classes: readonly string[], composition: Composition): Content[] {
  const pooled = parts.find(({ kind }) => kind === 'pooled');
  if (pooled === undefined || pooled.confusion.length === 0) return [];
  const predictions = pooled.confusion.flat().reduce((sum, each) => sum + each, 0);
  return [
    composition.table({
      caption: `Confusion matrix of all runs (${counted(predictions, 'prediction')}): true class in rows, predicted in columns (the class of the largest probability).`,
      head: ['True', ...classes.map((name) => `predicted ${name}`), 'found'],
      rows: pooled.confusion.map((row, at) => {
        const all = row.reduce((sum, each) => sum + each, 0);
        return [classes[at] ?? '', ...row.map(count), all === 0 ? '–' : `${fixed((100 * (row[at] ?? 0)) / all, 0)} %`];
      }),
      source: {
        tables: ['prediction'],
        rows: 'validation subjects of runs that ended',
        command: 'inspect FILE --json',
        data: 'metrics.parts',
      },
    }),
  ];
}
