/** Whose gradients are strong: one point for each subject, a column for each group. */
import type { SubjectNorms } from '#app/contract/review.ts';
import { t } from '#app/text/text.ts';
import type { ChartColours } from '../colours.ts';
import { extentOf } from '../columns.ts';
import { cellText } from '../format.ts';
import { fileNameOf, type Plot, type PlotMark } from '../plot.ts';
import type { SampleSet } from '../sets.ts';

/** A subject of a layer, with where it is drawn. */
export interface SubjectPoint {
  /** Position among the subjects. */
  subject: number;
  id: string;
  group: string;
  target: string;
  /** Mean over the steps of N |G_i|, and its ratio to the median of all. */
  norm: number;
  ofMedian: number;
  /** Of the sum of all subjects' norms. */
  share: number;
  batches: number;
  /** In columns of groups. */
  x: number;
}

/** Half the width of a column of points. */
const halfWidth = 0.42;
/** Points that lie within so much of the axis would cover each other. */
const bands = 36;

/** Subjects of the layer that were in a batch, strongest first; null: it has no norms of single samples. */
export function subjectPoints(
  norms: SubjectNorms,
  layer: string,
  groups: readonly Pick<SampleSet, 'name'>[],
): SubjectPoint[] | null {
  const at = norms.layers.indexOf(layer);
  if (at < 0) return null;
  const count = norms.subjects.length;
  const known = norms.subjects.flatMap((subject, index) => {
    const norm = norms.means[at * count + index] ?? Number.NaN;
    return norm > 0 ? [{ ...subject, subject: index, norm, batches: norms.counts[at * count + index] ?? 0 }] : [];
  });
  known.sort((a, b) => b.norm - a.norm);
  const sum = known.reduce((total, { norm }) => total + norm, 0);
  const median = known[Math.floor(known.length / 2)]?.norm ?? Number.NaN;
  const offsets = swarm(known);
  return known.map((each, place) => ({
    ...each,
    ofMedian: each.norm / median,
    share: each.norm / sum,
    x: groups.findIndex(({ name }) => name === each.group) + (offsets[place] ?? 0),
  }));
}

/** Beside each other where they are of one group and alike, the first in the middle. */
function swarm(points: readonly { group: string; norm: number }[]): number[] {
  const logs = points.map(({ norm }) => Math.log(norm));
  const [low, high] = [Math.min(...logs), Math.max(...logs)];
  const keyOf = (place: number): string =>
    `${points[place]?.group ?? ''}\n${Math.round((((logs[place] ?? 0) - low) / (high - low || 1)) * bands)}`;
  const sizes = new Map<string, number>();
  const turns = points.map((_, place) => {
    const turn = sizes.get(keyOf(place)) ?? 0;
    sizes.set(keyOf(place), turn + 1);
    return turn;
  });
  const widest = Math.max(12, ...sizes.values());
  return turns.map((turn) => ((turn % 2 === 0 ? -1 : 1) * Math.ceil(turn / 2) * 2 * halfWidth) / widest);
}

/** The fewest subjects that have half of the sum of the norms between them. */
export function halfOf(points: readonly SubjectPoint[]): number {
  let sum = 0;
  const enough = points.findIndex(({ share }) => (sum += share) >= 0.5);
  return enough + 1;
}

export interface SubjectPlotInput {
  points: readonly SubjectPoint[];
  selected: ReadonlySet<number>;
  layer: string;
  groups: readonly SampleSet[];
  colours: ChartColours;
  /** Steps that the means are of. */
  steps: string;
  empty: string;
}

export function subjectPlot({ points, selected, layer, groups, colours, steps, empty }: SubjectPlotInput): Plot {
  const [low, high] = extentOf([points.map(({ norm }) => norm)], 0);
  const shown = points.filter(({ x }) => x > -0.5);
  const marks: PlotMark[] = [];
  const ringed = shown.filter(({ subject }) => selected.has(subject));
  if (ringed.length > 0) marks.push(dots(ringed, colours.text, 5));
  for (const { name, colour } of groups) {
    const of = shown.filter(({ group }) => group === name);
    marks.push(dots(of, colour, 3));
    const median = of[Math.floor(of.length / 2)];
    if (median === undefined) continue;
    const column = Math.round(median.x);
    const [x, y] = [
      [column - halfWidth, column + halfWidth],
      [median.norm, median.norm],
    ];
    marks.push({ kind: 'line', x, y, colour: colours.text, width: 1.2, dash: [] });
  }
  return {
    title: t('Gradient norm by subject, {layer}', { layer }),
    subtitle: steps,
    x: {
      minimum: -0.5,
      maximum: Math.max(0.5, groups.length - 0.5),
      ticks: groups.map((_, index) => index),
      labels: groups.map(({ name, n }) => `${name} (n = ${n})`),
      name: '',
    },
    y: closeLogAxis(low, high, t('N |Gᵢ|, mean')),
    marks,
    legend: [{ label: t('median'), colour: colours.text, look: 'line' }],
    empty: points.length === 0 ? empty : '',
    fileName: fileNameOf('subjects', layer),
    table: () => ({
      header: ['subject', 'group', 'class', 'mean norm', 'share of the sum', 'times the median', 'batches'],
      rows: points.map(({ id, group, target, norm, share, ofMedian, batches }) => [
        ...[id, group, target],
        ...[norm, share, ofMedian, batches],
      ]),
    }),
  };
}

/** Of exponents: part of a decade around the data, with ticks at 1, 2 and 5. */
const headroom = 0.08;

/** Norms span few decades: whole ones would leave most of the chart empty. */
function closeLogAxis(low: number, high: number, name: string): Plot['y'] {
  const any = low > 0 && high > 0;
  const minimum = any ? Math.log10(low) - headroom : -1;
  const maximum = any ? Math.log10(high) + headroom : 1;
  const ticks: number[] = [];
  const labels: string[] = [];
  for (let power = Math.floor(minimum); power <= maximum; power++) {
    for (const digit of [1, 2, 5]) {
      const tick = power + Math.log10(digit);
      if (tick < minimum || tick > maximum) continue;
      ticks.push(tick);
      labels.push(cellText(Number(`${digit}e${power}`)));
    }
  }
  return { logarithmic: true, grid: true, minimum, maximum, ticks, labels, name };
}

function dots(points: readonly SubjectPoint[], colour: string, radius: number): PlotMark {
  return { kind: 'points', x: points.map(({ x }) => x), y: points.map(({ norm }) => norm), colour, radius };
}
