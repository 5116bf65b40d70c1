/** All panels of a comparison in one picture, with their headings and one legend. */
import { chartColours, type ChartColours } from '../../charts/colours.ts';
import { chartFont } from '../../charts/chart-head.ts';
import { escaped } from '#app/text/escaped.ts';
import { t } from '#app/text/text.ts';
import { svgOf } from '../../charts/export-chart.ts';
import type { Figure, Ground } from '../../charts/figure.ts';
import { legendOnPaper, onPaper, paper } from '../../charts/paper-colours.ts';
import { pageMm, panelsTable, placed, sheet, withLetter } from '../../charts/plot-figure.ts';
import { margins, type Plot } from '../../charts/plot.ts';
import { hatchSwatch } from '../../charts/resolution-floor.ts';
import { leftBare, leftWithWords, type Grid, type GridHead } from './compare-panels.ts';

/** Pixels. */
const usualPanelHeight = 230;
const lowestPanel = 60;
const headHeight = 58;
const legendHeight = 24;
const swatchWidth = 22;
/** Of a letter of the legend. */
const letterWidth = 6.6;
const edge = 12;

/** Of one plot without its words, and of one panel with them. */
interface PanelSize {
  plotWidth: number;
  panelHeight: number;
}

interface Placed {
  x: number;
  y: number;
  width: number;
  height: number;
  left: number;
}

const leftOf = (column: number): number => (column === 0 ? leftWithWords : leftBare);

/** Left end of a column. */
function offsetOf(column: number, plotWidth: number): number {
  const cell = plotWidth + leftBare + margins.right;
  return edge + (column === 0 ? 0 : column * cell + leftWithWords - leftBare);
}

/** Top of the heads of a block. */
function topOf({ blocks }: Grid, block: number, panelHeight: number): number {
  const rows = blocks.slice(0, block).reduce((sum, each) => sum + each.rows.length, 0);
  return edge + legendHeight + block * headHeight + rows * panelHeight;
}

function sizeOf(grid: Grid, { plotWidth, panelHeight }: PanelSize): { width: number; height: number } {
  const columns = columnsOf(grid);
  return {
    width: Math.ceil(offsetOf(columns, plotWidth) + edge),
    height: topOf(grid, grid.blocks.length, panelHeight) + edge,
  };
}

/** Every panel with its place. */
function panelsOf(grid: Grid, { plotWidth, panelHeight }: PanelSize): { plot: Plot; place: Placed }[] {
  return grid.blocks.flatMap(({ rows }, block) =>
    rows.flatMap(({ plots }, row) =>
      plots.map((plot, column) => ({
        plot,
        place: {
          x: offsetOf(column, plotWidth),
          y: topOf(grid, block, panelHeight) + headHeight + row * panelHeight,
          width: plotWidth + leftOf(column) + margins.right,
          height: panelHeight,
          left: leftOf(column),
        },
      })),
    ),
  );
}

interface HeadLine {
  x: number;
  y: number;
  text: string;
  font: string;
  soft: boolean;
}

/** Every line above a column with the place of its first letter. */
function headLinesOf(grid: Grid, { plotWidth, panelHeight }: PanelSize): HeadLine[] {
  return grid.blocks.flatMap(({ heads }, block) =>
    heads.flatMap((head, column) =>
      headLines(head, plotWidth).map((line, i) => ({
        ...line,
        x: offsetOf(column, plotWidth) + leftOf(column),
        y: topOf(grid, block, panelHeight) + 14 + i * 17,
      })),
    ),
  );
}

let ruler: CanvasRenderingContext2D | null = null;

/** As much of the text as fits. */
function fitted(text: string, font: string, room: number): string {
  ruler ??= document.createElement('canvas').getContext('2d');
  if (ruler === null) return text;
  ruler.font = font;
  let shown = text;
  while (shown.length > 1 && ruler.measureText(shown).width > room) shown = `${shown.slice(0, -2).trimEnd()}…`;
  return shown;
}

/** Words above a column, from top to bottom. */
function headLines(
  { letter, title, score, details }: GridHead,
  room: number,
): Pick<HeadLine, 'text' | 'font' | 'soft'>[] {
  return [
    { text: `${letter} ${title}`.trim(), font: `600 14px ${chartFont}`, soft: false },
    { text: score, font: `12px ${chartFont}`, soft: false },
    { text: details, font: `11px ${chartFont}`, soft: true },
  ]
    .filter(({ text }) => text !== '')
    .map((line) => ({ ...line, text: fitted(line.text, line.font, room) }));
}

/** Entries of the legend from left to right. */
function legendPlaces({ legend }: Grid): { x: number; swatch: string; label: string }[] {
  let x = edge + leftWithWords;
  return legend.map(({ label, colour, dash = [], look }) => {
    const swatch =
      look === 'floor'
        ? `<path transform="translate(${x},${edge + 4})" d="${hatchSwatch(swatchWidth, 8)}" stroke="${colour}" fill="none"/>`
        : `<line x1="${x}" x2="${x + swatchWidth}" y1="${edge + 8}" y2="${edge + 8}" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash.join(' ') || 'none'}"/>`;
    const place = { x, swatch, label };
    x += swatchWidth + 22 + label.length * letterWidth;
    return place;
  });
}

/** As large as in the window. */
export function pageSvg(grid: Grid, plotWidth: number, colours: ChartColours): string {
  return drawnGrid(grid, { plotWidth, panelHeight: usualPanelHeight }, colours);
}

/** Its size in pixels. */
export function pageSize(grid: Grid, plotWidth: number): { width: number; height: number } {
  return sizeOf(grid, { plotWidth, panelHeight: usualPanelHeight });
}

function drawnGrid(grid: Grid, panel: PanelSize, colours: ChartColours): string {
  const panels = panelsOf(grid, panel).map(({ plot, place }) =>
    placed(svgOf(plot, colours, { ...place, withAxis: true }), place.x, place.y),
  );
  const heads = headLinesOf(grid, panel).map(
    ({ x, y, text, font, soft }) =>
      `<text x="${x}" y="${y}" fill="${soft ? colours.soft : colours.text}" style="font:${escaped(font)}">${escaped(text)}</text>`,
  );
  const legend = legendPlaces(grid).map(
    ({ x, swatch, label }) =>
      swatch +
      `<text x="${x + swatchWidth + 6}" y="${edge + 12}" fill="${colours.text}" style="font:12px ${escaped(chartFont)}">${escaped(label)}</text>`,
  );
  return sheet([...legend, ...heads, ...panels], sizeOf(grid, panel), colours);
}

const columnsOf = ({ blocks }: Grid): number => Math.max(1, ...blocks.map(({ heads }) => heads.length));

/** The panels with their letters, as large as a figure has room for. */
export function gridFigure(grid: Grid, fileName: string, plotWidth: number, isDark: boolean): Figure {
  const usual = pageSize(grid, plotWidth);
  let at = 0;
  const lettered: Grid = {
    ...grid,
    blocks: grid.blocks.map(({ heads, rows }) => ({
      heads,
      rows: rows.map((row) => ({ ...row, plots: row.plots.map((plot) => withLetter(plot, at++)) })),
    })),
  };
  return {
    title: t('Comparison'),
    fileName,
    widthMm: pageMm,
    aspect: usual.width / usual.height,
    draw: (ground, size) => {
      const drawn = gridOnGround(lettered, ground, isDark);
      const around = sizeOf(drawn, { plotWidth: 0, panelHeight: 0 });
      const rows = drawn.blocks.reduce((sum, block) => sum + block.rows.length, 0);
      const panel = {
        plotWidth: Math.max(lowestPanel, (size.width - around.width) / columnsOf(drawn)),
        panelHeight: Math.max(lowestPanel, (size.height - around.height) / Math.max(1, rows)),
      };
      return drawnGrid(drawn, panel, ground === 'paper' ? paper : chartColours(isDark));
    },
    table: () => panelsTable(lettered.blocks.flatMap(({ rows }) => rows.flatMap(({ plots }) => plots))),
  };
}

function gridOnGround(grid: Grid, ground: Ground, isDark: boolean): Grid {
  if (ground === 'screen') return grid;
  return {
    legend: legendOnPaper(grid.legend, isDark),
    blocks: grid.blocks.map(({ heads, rows }) => ({
      heads,
      rows: rows.map((row) => ({ ...row, plots: row.plots.map((plot) => onPaper(plot, isDark)) })),
    })),
  };
}
