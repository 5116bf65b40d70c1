/** Colours of charts, for light and for dark ground. Groups have theirs in theme/groups.ts. */

type Rgb = readonly [number, number, number];

export interface ChartColours {
  dark: boolean;
  background: string;
  text: string;
  soft: string;
  line: string;
  hatch: string;
}

/** The same values as theme/theme.css: a canvas and an exported file cannot read custom properties. */
export function chartColours(dark: boolean): ChartColours {
  return dark
    ? { dark, background: '#14181d', text: '#e6eaf0', soft: '#9aa6b5', line: '#2c343e', hatch: '#5a6675' }
    : { dark, background: '#ffffff', text: '#1d2733', soft: '#5b6673', line: '#d9dde3', hatch: '#b4bcc6' };
}

function rgb(hex: string): Rgb {
  const value = parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function hex(colour: Rgb): string {
  return '#' + colour.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('');
}

/** `share` of the way from one colour to another. */
export function mix(from: string, to: string, share: number): string {
  const [a, b] = [rgb(from), rgb(to)];
  return hex([a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share]);
}

/**
 * Colour of the singular value at `position` (0: the largest, 1: the last one drawn): one hue that fades towards the
 * ground, never so far that it is lost.
 */
export function sequenceColour(base: string, position: number, colours: ChartColours): string {
  return mix(base, colours.background, Math.min(Math.max(position, 0), 1) * (colours.dark ? 0.62 : 0.68));
}

const diverging = {
  light: ['#a04a00', '#e08a2c', '#fbd3a4', '#f1f3f5', '#b9d7ee', '#4f9bd2', '#0a4f92'],
  // On dark ground the middle is dark and both ends are bright: size reads as brightness.
  dark: ['#ffb765', '#c8752a', '#6a4424', '#262c34', '#1f4a68', '#3888c2', '#8fd0ff'],
} as const;

/** How many colours the diverging scale has: odd, so that zero has its own. */
export const divergingBins = 41;

/** Colour of `value` in [-1, 1]: orange below, blue above zero. */
export function divergingColour(value: number, dark: boolean): string {
  const stops = dark ? diverging.dark : diverging.light;
  const at = ((Math.min(Math.max(value, -1), 1) + 1) / 2) * (stops.length - 1);
  const low = Math.min(Math.floor(at), stops.length - 2);
  return mix(stops[low] as string, stops[low + 1] as string, at - low);
}

/** Bin of `value` in [-1, 1]: 0 .. divergingBins - 1. */
export function divergingBin(value: number): number {
  return Math.round(((Math.min(Math.max(value, -1), 1) + 1) / 2) * (divergingBins - 1));
}

/** How many colours a sequence of magnitudes has. */
export const viridisBins = 64;

/** Nine of the colours of viridis (van der Walt & Smith 2015): even steps to the eye, also without red or green. */
const viridisStops = [
  '#440154',
  '#472d7b',
  '#3b528b',
  '#2c728e',
  '#21918c',
  '#28ae80',
  '#5ec962',
  '#addc30',
  '#fde725',
] as const;

/** Colour of `share` in [0, 1]. */
export function viridis(share: number): string {
  const at = Math.min(Math.max(share, 0), 1) * (viridisStops.length - 1);
  const low = Math.min(Math.floor(at), viridisStops.length - 2);
  return mix(viridisStops[low] as string, viridisStops[low + 1] as string, at - low);
}
