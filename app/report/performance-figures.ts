/** How well classes were told apart (ROC), and whether a network is as sure as it is right (reliability). */
import type { MetricsPart } from '#app/contract/session.ts';
import { groupDash, paperColour } from '#app/study/group-colours.ts';
import { fixedAxis } from './axis.ts';
import { paragraph, type Composition } from './composition.ts';
import { count, figure } from './format.ts';
import type { Markup } from './markup.ts';
import type { ReportMaterial, RocFacts } from './material.ts';
import { panelFigure, type Line, type Panel } from './panels.ts';

/** As high as two beside each other are wide, about. */
const squareHeight = 250;
const pooledLook = { name: 'all runs', colour: '#1d2733', dash: [] } as const;
const runLook = { name: 'single runs', colour: '#7a8591', dash: [] } as const;
const unit = fixedAxis(0, 1);

const diagonal = (name: string): Line => ({ name, colour: '#7a8591', dash: [2, 3], x: [0, 1], y: [0, 1], band: null });

/** The look of a part: a group's own colour and dash, and those of runs that are drawn together. */
function lookOf(
  { kind, name }: Pick<MetricsPart, 'kind' | 'name'>,
  groups: ReportMaterial['groups'],
): Pick<Line, 'name' | 'colour' | 'dash'> {
  if (kind === 'run') return runLook;
  const group = kind === 'group' ? groups.find((each) => each.name === name) : undefined;
  return group === undefined
    ? pooledLook
    : { name: group.name, colour: paperColour(group.colour), dash: groupDash(group.colour) };
}

/** What stands in the first panel: all runs together, under the groups. */
const isTogether = ({ kind }: Pick<MetricsPart, 'kind'>): boolean => kind !== 'run';

export function rocFigure({ roc, groups, classes }: ReportMaterial, composition: Composition): Markup {
  if (roc.length === 0) {
    return paragraph('The validation subjects that were predicted are all of one class: there is no ROC curve.');
  }
  const lineOf = (curve: RocFacts): Line => ({
    ...lookOf(curve, groups),
    x: curve.falsePositive,
    y: curve.truePositive,
    band: null,
  });
  const positives = [...new Set(roc.map(({ positive }) => positive))];
  const panels = positives.flatMap((positive): Panel[] => {
    const curves = roc.filter((each) => each.positive === positive);
    const of = classes.length > 2 ? `${positive}: ` : '';
    const panel = (title: string, shown: readonly RocFacts[]): Panel => ({
      title: `${of}${title}`,
      x: [],
      lines: [diagonal('chance'), ...shown.map(lineOf)],
      empty: '',
    });
    return [
      panel('all runs and groups', curves.filter(isTogether)),
      panel(
        'each run',
        curves.filter(({ kind }) => kind === 'run'),
      ),
    ];
  });
  const areas = roc
    .filter(isTogether)
    .map((curve) => {
      const whose = curve.kind === 'pooled' ? pooledLook.name : `group ${curve.name}`;
      return `${classes.length > 2 ? `${curve.positive}, ` : ''}${whose} ${figure(curve.auc, 2)} (${count(curve.positives)} against ${count(curve.negatives)})`;
    })
    .join('; ');
  const isWithout = groups.length > 1 && roc.every(({ kind }) => kind !== 'group');
  const against =
    classes.length > 2 ? 'each class against all others' : `${positives[0] ?? ''} is the class to be found`;
  return composition.figure(
    panelFigure({
      panels,
      across: 2,
      height: squareHeight,
      x: { label: 'Others that are taken for the class (1 − specificity)', axis: unit },
      y: { label: 'Part of the class that is found (sensitivity)', isLog: false, range: [0, 1] },
      alt: `ROC curves of the validation subjects. Area under the curve: ${areas}.`,
    }),
    [
      `ROC curves of the validation subjects `,
      composition.cite('roc'),
      `: ${against}. Area under the curve (predictions of the class against others): ${areas}. Predictions of several runs are put together as they are, though each network has its own scale.`,
      isWithout ? ' Each group has one class alone, so there is no curve within a group.' : '',
    ],
    {
      tables: ['prediction', 'run'],
      rows: 'validation subjects of runs that ended',
      command: 'export FILE --what predictions --format csv --out predictions.csv',
      data: 'roc',
    },
  );
}

export function reliabilityFigure({ metrics, groups }: ReportMaterial, composition: Composition): Markup {
  const parts = metrics.parts.filter(({ reliability }) => reliability.some(({ subjects }) => subjects > 0));
  if (parts.length === 0) return paragraph('Nothing was predicted: there is no reliability diagram.');
  const lineOf = (part: MetricsPart): Line => {
    const bins = part.reliability.flatMap(({ confidence, accuracy }) =>
      confidence === null || accuracy === null ? [] : [{ confidence, accuracy }],
    );
    return {
      ...lookOf(part, groups),
      x: bins.map(({ confidence }) => confidence),
      y: bins.map(({ accuracy }) => accuracy),
      band: null,
    };
  };
  const panel = (title: string, shown: readonly MetricsPart[]): Panel => ({
    title,
    x: [],
    lines: [diagonal('as often right as sure'), ...shown.map(lineOf)],
    empty: '',
  });
  const errors = parts
    .filter(isTogether)
    .map(
      ({ kind, name, scores }) =>
        `${kind === 'pooled' ? pooledLook.name : `group ${name}`} ${figure(scores['calibrationError']?.value ?? null, 2)}`,
    )
    .join('; ');
  const fullest = parts.find(({ kind }) => kind === 'pooled')?.reliability ?? [];
  const bins = fullest.filter(({ subjects }) => subjects > 0).map(({ subjects }) => count(subjects));
  return composition.figure(
    panelFigure({
      panels: [
        panel('All runs and groups', parts.filter(isTogether)),
        panel(
          'Each run',
          parts.filter(({ kind }) => kind === 'run'),
        ),
      ],
      across: 2,
      height: squareHeight,
      x: { label: 'Probability of the predicted class, mean of a bin', axis: unit },
      y: { label: 'Part of the bin that is right', isLog: false, range: [0, 1] },
      alt: `Reliability diagram of the validation subjects. Calibration error: ${errors}.`,
    }),
    [
      'Reliability diagram ',
      composition.cite('reliability'),
      `: how often the predicted class is right, by how sure the network is of it, in ten bins of equal width; below the diagonal it is surer than it is right. Calibration error: ${errors}. Predictions in the filled bins of all runs, from the least sure on: ${bins.join(', ')}; a bin of few says little.`,
    ],
    {
      tables: ['prediction', 'run'],
      rows: 'validation subjects of runs that ended',
      command: 'inspect FILE --json',
      data: 'metrics.parts',
    },
  );
}
