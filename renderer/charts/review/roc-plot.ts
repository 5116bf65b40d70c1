/** Receiver operating characteristic: of how many with the class are found, against how many without it are taken for it. */
import type { RocCurves } from '#app/contract/review.ts';
import { t } from '#app/text/text.ts';
import type { ChartColours } from '../colours.ts';
import { fileNameOf, type Plot, type PlotMark } from '../plot.ts';

type Curve = RocCurves['curves'][number];

/** A curve with how it is drawn. */
export interface DrawnCurve extends Curve {
  title: string;
  colour: string;
  dash: readonly number[];
  width: number;
}

const ticks = [0, 0.5, 1];
const labels = ['0', '0.5', '1'];
/** So that lines along the edges are whole. */
const margin = 0.02;

export interface RocLook {
  name: string;
  colour: string;
  dash: readonly number[];
}

/** All subjects first, then the groups in their colours, or the folds alike. */
export function drawnCurves(
  { curves }: RocCurves,
  positive: string,
  of: 'group' | 'run',
  groups: readonly RocLook[],
  colours: ChartColours,
): DrawnCurve[] {
  return curves
    .filter((curve) => curve.positive === positive && (curve.kind === 'pooled' || curve.kind === of))
    .toSorted((a, b) => Number(b.kind === 'pooled') - Number(a.kind === 'pooled'))
    .map((curve) => {
      if (curve.kind === 'pooled')
        return { ...curve, title: t('all subjects'), colour: colours.text, dash: [], width: 2 };
      const group = groups.find(({ name }) => name === curve.name);
      const { colour, dash } = group ?? { colour: colours.soft, dash: [4, 2] };
      return { ...curve, title: curve.name, colour, dash, width: 1.4 };
    });
}

export function rocPlot(curves: readonly DrawnCurve[], positive: string, colours: ChartColours): Plot {
  const marks: PlotMark[] = [
    { kind: 'line', x: [0, 1], y: [0, 1], colour: colours.soft, width: 1, dash: [4, 3] },
    ...curves.toReversed().map(({ falsePositive, truePositive, colour, dash, width }): PlotMark => ({
      ...{ kind: 'line', x: falsePositive, y: truePositive, colour, dash, width },
    })),
  ];
  return {
    title: t('ROC, {class}', { class: positive }),
    subtitle: '',
    x: { minimum: -margin, maximum: 1 + margin, ticks, labels, name: t('others taken for it') },
    y: { minimum: -margin, maximum: 1 + margin, ticks, labels, name: t('found'), logarithmic: false, grid: true },
    marks,
    legend: [],
    empty: curves.length === 0 ? t('No subject with and without the class has been validated yet.') : '',
    fileName: fileNameOf('roc', positive),
    table: () => ({
      header: ['curve', 'AUC', 'false positive rate', 'true positive rate'],
      rows: curves.flatMap(({ kind, name, auc, falsePositive, truePositive }) =>
        Array.from(falsePositive, (rate, at) => [
          kind === 'pooled' ? 'all subjects' : name,
          auc,
          rate,
          truePositive[at] ?? null,
        ]),
      ),
    }),
  };
}
