/** All panels of a comparison in one picture, with their headings and one legend. */
import type { ChartColours } from '../../charts/colours.ts';
import { chartFont } from '../../charts/chart-head.ts';
import { pngOf, svgOf } from '../../charts/export-chart.ts';
import { leftBare, leftWithWords, type Grid } from './compare-panels.ts';
import { margins } from '../../charts/plot.ts';

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

function placesOf({ heads, rows }: Grid, plotWidth: number): { width: number; height: number; at: Placed[][] } {
  const cell = plotWidth + leftBare + margins.right;
  const offset = (column: number): number => (column === 0 ? 0 : column * cell + leftWithWords - leftBare);
  const at = rows.map((_, row) =>
    heads.map((_head, column) => ({
      x: edge + offset(column),
      y: edge + legendHeight + headHeight + row * panelHeight,
      width: column === 0 ? cell + leftWithWords - leftBare : cell,
      height: panelHeight,
      left: column === 0 ? leftWithWords : leftBare,
    })),
  );
  return {
    width: Math.ceil(2 * edge + offset(heads.length)),
    height: 2 * edge + legendHeight + headHeight + rows.length * panelHeight,
    at,
  };
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
  { letter, title, score, details }: Grid['heads'][number],
  room: number,
): { text: string; font: string; soft: boolean }[] {
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
  const { width, height, at } = placesOf(grid, plotWidth);
  const panels = grid.rows.flatMap(({ plots }, row) =>
    plots.map((plot, column) => {
      const place = at[row]?.[column] as Placed;
      const svg = svgOf(plot, colours, { ...place, withAxis: true });
      return svg.replace('<svg ', `<svg x="${place.x}" y="${place.y}" `);
    }),
  );
  const heads = grid.heads.flatMap((head, column) => {
    const { x, left } = at[0]?.[column] ?? { x: edge, left: 0 };
    return headLines(head, plotWidth).map(
      ({ text, font, soft }, line) =>
        `<text x="${x + left}" y="${edge + legendHeight + 14 + line * 17}" fill="${soft ? colours.soft : colours.text}" style="font:${escaped(font)}">${escaped(text)}</text>`,
    );
  });
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
  const { width, height, at } = placesOf(grid, plotWidth);
  const canvas = document.createElement('canvas');
  canvas.width = width * density;
  canvas.height = height * density;
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('No canvas to draw on.');
  pen.scale(density, density);
  pen.fillStyle = colours.background;
  pen.fillRect(0, 0, width, height);
  for (const [row, { plots }] of grid.rows.entries()) {
    for (const [column, plot] of plots.entries()) {
      const place = at[row]?.[column] as Placed;
      const bytes = pngOf(plot, colours, { ...place, withAxis: true });
      const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      pen.drawImage(picture, place.x, place.y, place.width, place.height);
    }
  }
  for (const { x, label, colour, dash } of legendPlaces(grid)) {
    pen.strokeStyle = colour;
    pen.lineWidth = 2;
    pen.setLineDash([...dash]);
    pen.beginPath();
    pen.moveTo(x, edge + 8);
    pen.lineTo(x + swatchWidth, edge + 8);
    pen.stroke();
    pen.font = `12px ${chartFont}`;
    pen.fillStyle = colours.text;
    pen.fillText(label, x + swatchWidth + 6, edge + 12);
  }
  grid.heads.forEach((head, column) => {
    const { x, left } = at[0]?.[column] ?? { x: edge, left: 0 };
    headLines(head, plotWidth).forEach(({ text, font, soft }, line) => {
      pen.font = font;
      pen.fillStyle = soft ? colours.soft : colours.text;
      pen.fillText(text, x + left, edge + legendHeight + 14 + line * 17);
    });
  });
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null) throw new Error('The picture is too large to be made: choose fewer layers.');
  return new Uint8Array(await blob.arrayBuffer());
}
