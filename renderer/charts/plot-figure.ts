/** Charts as figures: one, or all of a page with the letters by which a paper's text names them. */
import type { InjectionKey } from 'vue';
import { escaped } from '#app/text/escaped.ts';
import { chartFont, legendRows } from './chart-head.ts';
import { chartColours, type ChartColours } from './colours.ts';
import { svgOf } from './export-chart.ts';
import type { Figure, FigureSize, Ground } from './figure.ts';
import { onPaper, paper } from './paper-colours.ts';
import { margins, withKey, type Plot } from './plot.ts';
import type { NumberTable } from './table.ts';

/** Millimetres: of a column, and of a page, as most journals have them. */
export const columnMm = 90;
export const pageMm = 180;

/** A plot as it is drawn on a ground, and the colours around its marks. */
export function onGround(plot: Plot, ground: Ground, isDark: boolean): { plot: Plot; colours: ChartColours } {
  return ground === 'paper' ? { plot: onPaper(plot, isDark), colours: paper } : { plot, colours: chartColours(isDark) };
}

/** @param left pixels beside the plot, for the words of its axis; absent: as all charts */
export function plotFigure(plot: Plot, look: { isDark: boolean; aspect: number; left?: number }): Figure {
  const whole = withKey(plot);
  return {
    title: plot.title,
    fileName: plot.fileName,
    widthMm: columnMm,
    aspect: look.aspect,
    draw: (ground, size) => {
      const { plot: drawn, colours } = onGround(whole, ground, look.isDark);
      const left = look.left === undefined ? {} : { left: look.left };
      return svgOf(drawn, colours, {
        ...size,
        ...left,
        withAxis: true,
        rows: legendRows(drawn, size.width, look.left ?? margins.left),
      });
    },
    table: plot.table,
  };
}

/** What the charts of a page are together; a chart's menu offers it. */
export const pageFigureKey: InjectionKey<() => Figure | null> = Symbol('figure of the page');

export interface PagePanels {
  title: string;
  fileName: string;
  panels: readonly Plot[];
  /** Lines below all panels. */
  notes?: readonly string[];
  isDark: boolean;
}

/** Width by height of a panel that is read well. */
const panelAspect = 2.2;
const gapPx = 10;
const noteLinePx = 16;

/** Panels in as many columns as leave each of them nearest to a readable shape, row by row. */
export function pageFigure({ title, fileName, panels, notes = [], isDark }: PagePanels): Figure {
  const lettered = panels.map((plot, at) => withLetter(withKey(plot), at));
  const columns = panels.length > 3 ? 2 : 1;
  return {
    title,
    fileName,
    widthMm: pageMm,
    aspect: (columns * panelAspect) / Math.ceil(panels.length / columns),
    draw: (ground, size) => {
      const foot = notes.length * noteLinePx;
      const places = panelPlaces(panels.length, { width: size.width, height: size.height - foot });
      const around = ground === 'paper' ? paper : chartColours(isDark);
      const drawn = lettered.map((each, at) => {
        const { plot, colours } = onGround(each, ground, isDark);
        const { x, y, ...box } = places[at] ?? { x: 0, y: 0, width: 10, height: 10 };
        return placed(
          svgOf(plot, colours, { ...box, withAxis: true, rows: legendRows(plot, box.width, margins.left) }),
          x,
          y,
        );
      });
      const lines = notes.map((note, at) => {
        const y = size.height - foot + noteLinePx * (at + 0.7);
        return `<text x="0" y="${y}" fill="${around.text}" style="font:11px ${escaped(chartFont)}">${escaped(note)}</text>`;
      });
      return sheet([...drawn, ...lines], size, around);
    },
    table: () => panelsTable(lettered),
  };
}

/** 'a', 'b', … 'z', 'aa', … */
export function panelLetter(at: number): string {
  const last = String.fromCharCode(97 + (at % 26));
  return at < 26 ? last : panelLetter(Math.floor(at / 26) - 1) + last;
}

/** Before the title, as letters of panels stand in papers. */
export function withLetter(plot: Plot, at: number): Plot {
  return { ...plot, title: `${panelLetter(at)}  ${plot.title}`.trimEnd() };
}

/** Where each panel is, in pixels. */
export function panelPlaces(count: number, { width, height }: FigureSize): (FigureSize & { x: number; y: number })[] {
  const shapes = Array.from({ length: count }, (_, at) => {
    const [columns, rows] = [at + 1, Math.ceil(count / (at + 1))];
    const box = { width: (width - gapPx * (columns - 1)) / columns, height: (height - gapPx * (rows - 1)) / rows };
    return { columns, box, away: Math.abs(Math.log(box.width / Math.max(1, box.height) / panelAspect)) };
  });
  const [best] = shapes.toSorted((a, b) => a.away - b.away);
  if (best === undefined) return [];
  const { columns, box } = best;
  return Array.from({ length: count }, (_, at) => ({
    x: Math.round((at % columns) * (box.width + gapPx)),
    y: Math.round(Math.floor(at / columns) * (box.height + gapPx)),
    width: Math.floor(box.width),
    height: Math.floor(box.height),
  }));
}

/** A drawing at its place in another. */
export function placed(svg: string, x: number, y: number): string {
  return svg.replace('<svg ', `<svg x="${x}" y="${y}" `);
}

/** Drawings on one ground. */
export function sheet(parts: readonly string[], { width, height }: FigureSize, { background }: ChartColours): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" fill="${background}"/>`,
    ...parts,
    '</svg>',
  ].join('\n');
}

/** Panels have other columns each: one value a line, with the panel's letter, its row and its column. */
export function panelsTable(panels: readonly Plot[]): NumberTable {
  return {
    header: ['panel', 'row', 'column', 'value'],
    rows: panels.flatMap(({ title, table }) => {
      const { header, rows } = table();
      return rows.flatMap((cells, row) => cells.map((cell, at) => [title, row + 1, header[at] ?? '', cell]));
    }),
  };
}
