/** Calibration: how often a network is right against how sure it is (DeGroot & Fienberg 1983; bins as Guo et al. 2017). */
import type { MetricsPart } from '#app/contract/session.ts';
import { t } from '#app/text/text.ts';
import type { ChartColours } from './colours.ts';
import { fileNameOf, type Plot, type PlotMark } from './plot.ts';

const ticks = [0, 0.5, 1];
const labels = ['0', '0.5', '1'];
/** So that points at 0 and 1 are whole. */
const margin = 0.06;
const smallest = 1.5;
const largest = 5;

/** @param of whose: 'all subjects', 'fold 1', … */
export function reliabilityPlot(
  { reliability }: Pick<MetricsPart, 'reliability'>,
  of: string,
  colours: ChartColours,
): Plot {
  const bins = reliability.filter(({ subjects }) => subjects > 0);
  const most = Math.max(1, ...bins.map(({ subjects }) => subjects));
  const marks: PlotMark[] = [
    { kind: 'line', x: [0, 1], y: [0, 1], colour: colours.soft, width: 1, dash: [4, 3] },
    {
      kind: 'line',
      x: bins.map(({ confidence }) => confidence ?? Number.NaN),
      y: bins.map(({ accuracy }) => accuracy ?? Number.NaN),
      colour: colours.text,
      width: 1.2,
      dash: [],
    },
    // The area of a point is its number of subjects.
    ...bins.map(({ confidence, accuracy, subjects }): PlotMark => ({
      kind: 'points',
      x: [confidence ?? Number.NaN],
      y: [accuracy ?? Number.NaN],
      colour: colours.text,
      radius: Math.max(smallest, largest * Math.sqrt(subjects / most)),
    })),
  ];
  return {
    title: t('Calibration, {of}', { of }),
    subtitle: '',
    x: { minimum: -margin, maximum: 1 + margin, ticks, labels, name: t('confidence') },
    y: {
      minimum: -margin,
      maximum: 1 + margin,
      ticks,
      labels,
      name: t('fraction right'),
      logarithmic: false,
      grid: true,
    },
    marks,
    legend: [],
    empty: bins.length === 0 ? t('No subject has been validated yet.') : '',
    fileName: fileNameOf('calibration', of),
    table: () => ({
      header: ['confidence from', 'confidence to', 'subjects', 'mean confidence', 'fraction right'],
      rows: reliability.map(({ from, to, subjects, confidence, accuracy }) => [
        from,
        to,
        subjects,
        confidence,
        accuracy,
      ]),
    }),
  };
}
