/** A chart that was drawn for the window, in the colours of paper: white ground, black text, groups as Okabe and Ito. */
import {
  chartColours,
  divergingBins,
  divergingColour,
  sequenceColour,
  viridis,
  viridisBins,
  type ChartColours,
} from './colours.ts';
import type { Plot, PlotLegend, PlotMark } from './plot.ts';
import { groupColour } from '../theme/groups.ts';

/** Black on white; grid and hatches in greys that a printer keeps apart. */
export const paper: ChartColours = {
  dark: false,
  background: '#ffffff',
  text: '#000000',
  soft: '#000000',
  line: '#b4b4b4',
  hatch: '#8c8c8c',
};

const groups = 7;
/** Steps of a hue that fades, finer than the eye tells apart. */
const fades = 128;

/** What each colour of a ground becomes on paper. */
function paperOf(dark: boolean): Map<string, string> {
  const screen = chartColours(dark);
  const pairs: [string, string][] = [];
  for (let bin = 0; bin < divergingBins; bin++) {
    const value = (2 * bin) / (divergingBins - 1) - 1;
    pairs.push([divergingColour(value, dark), divergingColour(value, false)]);
  }
  const bases = [
    ...Array.from({ length: groups }, (_, i) => [groupColour(i, dark), groupColour(i, false)] as const),
    [screen.text, paper.text] as const,
    [screen.soft, paper.soft] as const,
  ];
  for (const [from, to] of bases) {
    for (let step = fades; step >= 0; step--) {
      pairs.push([sequenceColour(from, step / fades, screen), sequenceColour(to, step / fades, paper)]);
    }
  }
  for (const name of ['hatch', 'line', 'background', 'soft', 'text'] as const) pairs.push([screen[name], paper[name]]);
  // The same on every ground; a fade may come near one of them.
  for (let bin = 0; bin < viridisBins; bin++) {
    const colour = viridis(bin / (viridisBins - 1));
    pairs.push([colour, colour]);
  }
  pairs.push(...bases.map(([from, to]): [string, string] => [from, to]));
  return new Map(pairs);
}

/** By how much a channel of a fade lies from the nearest of its steps, at most. */
const nearEnough = 3;

function nearest(colour: string, known: ReadonlyMap<string, string>): string {
  const wanted = channels(colour);
  let [found, least] = [colour, nearEnough + 1];
  for (const [from, to] of known) {
    const apart = Math.max(...channels(from).map((channel, i) => Math.abs(channel - (wanted[i] ?? 0))));
    if (apart < least) [found, least] = [to, apart];
  }
  return found;
}

function channels(hex: string): number[] {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/** Colour by colour; a page has dozens of plots of the same few. */
const printed = new Map<boolean, (of: string) => string>();

function paperColours(dark: boolean): (of: string) => string {
  const before = printed.get(dark);
  if (before !== undefined) return before;
  const known = paperOf(dark);
  const found = new Map<string, string>();
  const colour = (of: string): string => {
    const name = of.toLowerCase();
    const on = found.get(name) ?? known.get(name) ?? nearest(name, known);
    found.set(name, on);
    return on;
  };
  printed.set(dark, colour);
  return colour;
}

/** @param dark whether the legend was made for dark ground */
export function legendOnPaper(legend: readonly PlotLegend[], dark: boolean): PlotLegend[] {
  const colour = paperColours(dark);
  return legend.map((of) => ({
    ...of,
    colour: colour(of.colour),
    ...(of.stops === undefined ? {} : { stops: of.stops.map(colour) }),
  }));
}

/** @param dark whether the plot was made for dark ground */
export function onPaper(plot: Plot, dark: boolean): Plot {
  const colour = paperColours(dark);
  const mark = (of: PlotMark): PlotMark => ({ ...of, colour: colour(of.colour) });
  return { ...plot, marks: plot.marks.map(mark), legend: legendOnPaper(plot.legend, dark) };
}
