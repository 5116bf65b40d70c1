/** Panels of a summary: one session with its groups, all sessions over each other, or one less another. */
import type { CompareAnswer } from '#app/contract/compare.ts';
import type { Scale, SummaryName } from '#app/contract/session.ts';
import type { Span } from '#app/compare/course.ts';
import { layerLabelWord } from '#app/compare/match.ts';
import type { Quantity } from '#app/run/configuration.ts';
import { t } from '#app/text/text.ts';
import { mix, type ChartColours } from '../../charts/colours.ts';
import { extentOf } from '../../charts/columns.ts';
import { fileNameOf, type Plot, type PlotLegend, type PlotMark } from '../../charts/plot.ts';
import { linearRange, logRange } from '../../charts/ranges.ts';
import { linearAxis, logAxis } from '../../charts/value-axis.ts';
import { isMagnitude, quantityWords, scaleNames, summaryWords } from '../../charts/words.ts';
import { compareAxis } from './compare-axis.ts';
import { modelTitle, type ComparedSet } from './compare-sets.ts';
import { coordinatesOf, memberCurve, type MemberCurve } from './member-curves.ts';

export interface CurveInput {
  answer: CompareAnswer;
  quantity: Quantity;
  summary: SummaryName;
  scale: Scale;
  /** Position among the matched layers. */
  layer: number;
  sets: readonly ComparedSet[];
  span: Span;
  /** Of the plot itself, in pixels: it decides how many labels fit. */
  width: number;
  colours: ChartColours;
  empty: string;
}

/** Least height of an axis of ranks, and of one of log₁₀ ratios. */
const leastSpan = 0.5;
const leastLogSpan = 0.05;

/** Sessions in one panel are told apart by dash and by how strong their colour is. */
const memberDashes = [[], [6, 3], [2, 2], [8, 3, 2, 3], [12, 3], [4, 2, 1, 2], [1, 3], [10, 2, 2, 2]] as const;

function whatWords({ quantity, summary }: CurveInput): string {
  return `${summaryWords[summary]}, ${quantityWords[quantity]}`;
}

function layerWords({ answer, layer }: CurveInput, member: number | null): string {
  const { label: key = '', layers = [] } = answer.layers[layer] ?? {};
  const label = layerLabelWord(key);
  const name = member === null ? null : layers[member]?.name;
  return name === undefined || name === null || name === key ? label : `${name} (${label})`;
}

/** One y axis for all panels of a row: what is beside each other can be compared. */
export function rowAxis(input: CurveInput): Plot['y'] {
  const { answer, summary, scale, sets, layer } = input;
  const logarithmic = isMagnitude(summary);
  const curves = answer.members.flatMap((_, member) =>
    sets.map((set) => memberCurve(answer, member, layer, set.index)),
  );
  const [low, high] = extentOf(
    curves.flatMap(({ low: bottom, high: top }) => [bottom, top]),
    logarithmic ? 0 : -Infinity,
  );
  const name = logarithmic ? scaleNames[scale] : summaryWords[summary];
  // Ranks that differ by rounding alone are drawn as the one line that they are.
  const top = Math.max(high, low + leastSpan);
  return logarithmic ? logAxis(logRange(low, high, null, 3), name) : linearAxis(linearRange(low, top, null, 3), name);
}

/** The same axis without words, for panels that have one with them on their left. */
export function bare(axis: Plot['y']): Plot['y'] {
  return { ...axis, labels: axis.ticks.map(() => ''), name: '' };
}

export function memberPlot(input: CurveInput, member: number, y: Plot['y']): Plot {
  const { answer, layer, sets, colours } = input;
  const of = answer.members[member];
  const x = coordinatesOf(answer);
  const curves = sets.map((set) => ({ set, curve: memberCurve(answer, member, layer, set.index) }));
  const several = (of?.runs.length ?? 0) > 1;
  const has = answer.layers[layer]?.layers[member] !== null;
  const title = `${of?.letter ?? ''} · ${layerWords(input, member)}`;
  const any = curves.some(({ curve }) => curve.mean.some((value) => !Number.isNaN(value)));
  return {
    title,
    subtitle: whatWords(input),
    x: compareAxis(answer.alignment.kind, input.span, input.width),
    y,
    marks: [
      ...(several ? curves.map(({ set, curve }) => bandOf(x, curve, set.colour)) : []),
      ...curves.map(({ set, curve }): PlotMark => ({
        kind: 'line',
        x,
        y: curve.mean,
        colour: set.colour,
        width: 1.6,
        dash: set.dash,
      })),
    ],
    legend: fittingLegend(
      title,
      setLegend(sets),
      several ? [{ ...runsLegend, colour: colours.soft }] : [],
      input.width,
    ),
    empty: any ? '' : has ? input.empty : t('{model} has no such layer', { model: modelTitle(of?.model ?? '') }),
    table: () =>
      curveTable(
        input,
        x,
        curves.map(({ set, curve }) => ({ name: set.name, curve })),
      ),
    fileName: fileNameOf('compare', of?.letter ?? '', input.summary, input.quantity, layerWords(input, member)),
  };
}

const runsLegend = { label: t('lowest to highest run'), look: 'band' as const };

export function setLegend(sets: readonly ComparedSet[]): PlotLegend[] {
  return sets.map(({ name, colour, dash }) => ({ label: name, colour, dash, look: 'line' }));
}

export function memberLegend({ members }: CompareAnswer, colour: string, colours: ChartColours): PlotLegend[] {
  return members.map(({ letter }, i) => ({
    label: letter,
    look: 'line',
    ...memberLook(i, members.length, colour, colours),
  }));
}

function memberLook(
  i: number,
  of: number,
  colour: string,
  colours: ChartColours,
): { colour: string; dash: readonly number[] } {
  return {
    colour: mix(colour, colours.text, (i / Math.max(1, of - 1)) * 0.7),
    dash: memberDashes[i % memberDashes.length] ?? [],
  };
}

/** All groups or none: half of them would say that the rest is not drawn. */
export function fittingLegend(
  title: string,
  groups: readonly PlotLegend[],
  others: readonly PlotLegend[],
  width: number,
): readonly PlotLegend[] {
  const fits = (legend: readonly PlotLegend[]): boolean =>
    legend.reduce((sum, { label }) => sum + label.length * 6.4 + 37, title.length * 7.5 + 40) <= width;
  const all = [...groups, ...others];
  return fits(all) ? all : fits(groups) ? groups : [];
}

function bandOf(x: Float64Array, { low, high }: MemberCurve, colour: string): PlotMark {
  return { kind: 'band', x, low, high, colour, opacity: 0.16 };
}

function curveTable(
  { answer }: CurveInput,
  x: Float64Array,
  curves: readonly { name: string; curve: MemberCurve }[],
): ReturnType<Plot['table']> {
  return {
    header: [
      answer.alignment.kind,
      ...curves.flatMap(({ name }) => [name, `${name}, lowest run`, `${name}, highest run`]),
    ],
    rows: Array.from(x, (_, i) => [
      answer.positions[i] ?? null,
      ...curves.flatMap(({ curve }) => [curve.mean[i] ?? null, curve.low[i] ?? null, curve.high[i] ?? null]),
    ]),
  };
}

/** All sessions at one layer and one set. */
export function overlayPlot(input: CurveInput, set: ComparedSet, y: Plot['y']): Plot {
  const { answer, layer, colours } = input;
  const x = coordinatesOf(answer);
  const curves = answer.members.map((member, i) => ({
    member,
    curve: memberCurve(answer, i, layer, set.index),
    ...memberLook(i, answer.members.length, set.colour, colours),
  }));
  const any = curves.some(({ curve }) => curve.mean.some((value) => !Number.isNaN(value)));
  return {
    title: `${set.name}, ${layerWords(input, null)}`,
    subtitle: whatWords(input),
    x: compareAxis(answer.alignment.kind, input.span, input.width),
    y,
    marks: curves.map(({ curve, colour, dash }) => ({ kind: 'line', x, y: curve.mean, colour, width: 1.6, dash })),
    legend: fittingLegend(
      `${set.name}, ${layerWords(input, null)}`,
      memberLegend(answer, set.colour, colours),
      [],
      input.width,
    ),
    empty: any ? '' : input.empty,
    table: () =>
      curveTable(
        input,
        x,
        curves.map(({ member, curve }) => ({ name: member.letter, curve })),
      ),
    fileName: fileNameOf('overlay', set.name, input.summary, input.quantity, layerWords(input, null)),
  };
}

/** Means over runs of two members, first less second; of sizes the log₁₀ of their ratio. */
function differenceOf(summary: SummaryName, a: MemberCurve, b: MemberCurve): Float32Array {
  const ratio = isMagnitude(summary);
  return a.mean.map((value, i) => {
    const other = b.mean[i] ?? Number.NaN;
    if (!ratio) return value - other;
    return value > 0 && other > 0 ? Math.log10(value / other) : Number.NaN;
  });
}

export function differencePlot(input: CurveInput, [a, b]: readonly [number, number]): Plot {
  const { answer, layer, sets, summary, colours } = input;
  const letters = [a, b].map((member) => answer.members[member]?.letter ?? '');
  const x = coordinatesOf(answer);
  const lines = sets.map((set) => ({
    set,
    y: differenceOf(summary, memberCurve(answer, a, layer, set.index), memberCurve(answer, b, layer, set.index)),
  }));
  const [low, high] = extentOf(lines.map(({ y }) => y));
  const any = Number.isFinite(low);
  const reach = isMagnitude(summary) ? leastLogSpan : leastSpan;
  const range = linearRange(Math.min(-reach, low), Math.max(reach, high), null, 3);
  const sign = isMagnitude(summary) ? '/' : '−';
  return {
    title: `${letters.join(` ${sign} `)}, ${layerWords(input, null)}`,
    subtitle: whatWords(input),
    x: compareAxis(answer.alignment.kind, input.span, input.width),
    y: linearAxis(range, isMagnitude(summary) ? t('log₁₀ of the ratio') : t('difference')),
    marks: [
      { kind: 'line', x: [input.span.from, input.span.to], y: [0, 0], colour: colours.soft, width: 1, dash: [4, 3] },
      ...lines.map(({ set, y }): PlotMark => ({ kind: 'line', x, y, colour: set.colour, width: 1.6, dash: set.dash })),
    ],
    legend: setLegend(sets),
    empty: any ? '' : input.empty,
    table: () => ({
      header: [answer.alignment.kind, ...lines.map(({ set }) => `${set.name}, ${letters.join(` ${sign} `)}`)],
      rows: Array.from(x, (_, i) => [answer.positions[i] ?? null, ...lines.map(({ y }) => y[i] ?? null)]),
    }),
    fileName: fileNameOf('difference', ...letters, summary, input.quantity, layerWords(input, null)),
  };
}
