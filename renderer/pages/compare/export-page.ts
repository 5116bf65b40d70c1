/** All panels of a comparison in one picture, with their headings and one legend. */
import { t } from '#app/text/text.ts';
import type { ChartColours } from '../../charts/colours.ts';
import { chartFont } from '../../charts/chart-head.ts';
import { pngOf, svgOf } from '../../charts/export-chart.ts';
import { margins, type Plot } from '../../charts/plot.ts';
import { leftBare, leftWithWords, type Grid, type GridHead } from './compare-panels.ts';

/** Pixels. */
const panelHeight = 230;
const headHeight = 58;
const legendHeight = 24;
const swatchWidth = 22;
/** Of a letter of the legend. */
const letterWidth = 6.6;
const edge = 12;
/** Pixels per point of a PNG, as of a single chart. */
const density = 2;

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
function topOf({ blocks }: Grid, block: number): number {
  const rows = blocks.slice(0, block).reduce((sum, each) => sum + each.rows.length, 0);
  return edge + legendHeight + block * headHeight + rows * panelHeight;
}

function sizeOf(grid: Grid, plotWidth: number): { width: number; height: number } {
  const columns = Math.max(...grid.blocks.map(({ heads }) => heads.length));
  return {
    width: Math.ceil(offsetOf(columns, plotWidth) + edge),
    height: topOf(grid, grid.blocks.length) + edge,
  };
}

/** Every panel with its place. */
function panelsOf(grid: Grid, plotWidth: number): { plot: Plot; place: Placed }[] {
  return grid.blocks.flatMap(({ rows }, block) =>
    rows.flatMap(({ plots }, row) =>
      plots.map((plot, column) => ({
        plot,
        place: {
          x: offsetOf(column, plotWidth),
          y: topOf(grid, block) + headHeight + row * panelHeight,
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
function headLinesOf(grid: Grid, plotWidth: number): HeadLine[] {
  return grid.blocks.flatMap(({ heads }, block) =>
    heads.flatMap((head, column) =>
      headLines(head, plotWidth).map((line, i) => ({
        ...line,
        x: offsetOf(column, plotWidth) + leftOf(column),
        y: topOf(grid, block) + 14 + i * 17,
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
function legendPlaces({ legend }: Grid): { x: number; label: string; colour: string; dash: readonly number[] }[] {
  let x = edge + leftWithWords;
  return legend.map(({ label, colour, dash = [] }) => {
    const place = { x, label, colour, dash };
    x += swatchWidth + 22 + label.length * letterWidth;
    return place;
  });
}

export function pageSvg(grid: Grid, plotWidth: number, colours: ChartColours): string {
  const { width, height } = sizeOf(grid, plotWidth);
  const panels = panelsOf(grid, plotWidth).map(({ plot, place }) =>
    svgOf(plot, colours, { ...place, withAxis: true }).replace('<svg ', `<svg x="${place.x}" y="${place.y}" `),
  );
  const heads = headLinesOf(grid, plotWidth).map(
    ({ x, y, text, font, soft }) =>
      `<text x="${x}" y="${y}" fill="${soft ? colours.soft : colours.text}" style="font:${escaped(font)}">${escaped(text)}</text>`,
  );
  const legend = legendPlaces(grid).map(
    ({ x, label, colour, dash }) =>
      `<line x1="${x}" x2="${x + swatchWidth}" y1="${edge + 8}" y2="${edge + 8}" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash.join(' ') || 'none'}"/>` +
      `<text x="${x + swatchWidth + 6}" y="${edge + 12}" fill="${colours.text}" style="font:12px ${escaped(chartFont)}">${escaped(label)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" fill="${colours.background}"/>`,
    ...legend,
    ...heads,
    ...panels,
    '</svg>',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

export async function pagePng(grid: Grid, plotWidth: number, colours: ChartColours): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height } = sizeOf(grid, plotWidth);
  const canvas = document.createElement('canvas');
  canvas.width = width * density;
  canvas.height = height * density;
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error(t('The window has no canvas to draw on.'));
  pen.scale(density, density);
  pen.fillStyle = colours.background;
  pen.fillRect(0, 0, width, height);
  for (const { plot, place } of panelsOf(grid, plotWidth)) {
    const bytes = pngOf(plot, colours, { ...place, withAxis: true });
    const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    pen.drawImage(picture, place.x, place.y, place.width, place.height);
  }
  drawWords(pen, grid, plotWidth, colours);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null) throw new Error(t('The picture is too large to be made: choose fewer layers.'));
  return new Uint8Array(await blob.arrayBuffer());
}

function drawWords(pen: CanvasRenderingContext2D, grid: Grid, plotWidth: number, colours: ChartColours): void {
  for (const { x, y, text, font, soft } of headLinesOf(grid, plotWidth)) {
    pen.font = font;
    pen.fillStyle = soft ? colours.soft : colours.text;
    pen.fillText(text, x, y);
  }
  pen.font = `12px ${chartFont}`;
  pen.lineWidth = 2;
  for (const { x, label, colour, dash } of legendPlaces(grid)) {
    pen.strokeStyle = colour;
    pen.setLineDash([...dash]);
    pen.beginPath();
    pen.moveTo(x, edge + 8);
    pen.lineTo(x + swatchWidth, edge + 8);
    pen.stroke();
    pen.fillStyle = colours.text;
    pen.fillText(label, x + swatchWidth + 6, edge + 12);
  }
}
