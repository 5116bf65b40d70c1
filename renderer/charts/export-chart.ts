/** A chart as a file: drawn again off screen, with its step axis, whatever the window shows around it. */
import * as echarts from 'echarts/core';
import { t } from '#app/text/text.ts';
import { request } from '../state/client.ts';
import { saveFile } from '../state/save-file.ts';
import type { ChartColours } from './colours.ts';
import { plotOption, type DrawSettings } from './draw-plot.ts';
import { withKey, type Plot } from './plot.ts';
import { toCsv, toTsv } from './table.ts';

/** Pixels per point of a PNG that is saved as it is on the screen. */
const density = 2;

/** SVG text of the plot. */
export function svgOf(plot: Plot, colours: ChartColours, settings: DrawSettings): string {
  const { width, height } = settings;
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ ...plotOption(plot, colours, settings), backgroundColor: colours.background });
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}

/**
 * PNG bytes of the plot.
 * @param pixelRatio pixels per point
 */
export function pngOf(
  plot: Plot,
  colours: ChartColours,
  settings: DrawSettings,
  pixelRatio = density,
): Uint8Array<ArrayBuffer> {
  const { width, height } = settings;
  const canvas = document.createElement('canvas');
  const chart = echarts.init(canvas, null, { renderer: 'canvas', devicePixelRatio: pixelRatio, width, height });
  try {
    chart.setOption({ ...plotOption(plot, colours, settings), backgroundColor: colours.background });
    chart.getZr().flush();
    const address = chart.getDataURL({ type: 'png', pixelRatio, backgroundColor: colours.background });
    const text = atob(address.slice(address.indexOf(',') + 1));
    return Uint8Array.from(text, (character) => character.charCodeAt(0));
  } finally {
    chart.dispose();
  }
}

export const chartActions = ['svg', 'png', 'tsv', 'csv'] as const;
export type ChartAction = (typeof chartActions)[number];

export const chartActionNames: Readonly<Record<ChartAction, string>> = {
  svg: t('Save as SVG…'),
  png: t('Save as PNG (2×)…'),
  tsv: t('Copy the numbers'),
  csv: t('Save the numbers as CSV…'),
};

/** @returns what to say afterwards, or '' when it was dismissed */
export async function actOnChart(
  action: ChartAction,
  plot: Plot,
  colours: ChartColours,
  settings: DrawSettings,
): Promise<string> {
  if (action === 'tsv') {
    const table = plot.table();
    await request('clipboard.write', { text: toTsv(table) });
    return t('Copied {count} rows of ‘{chart}’.', { count: table.rows.length, chart: plot.title });
  }
  const drawn = { svg: svgOf, png: pngOf };
  const data = action === 'csv' ? () => toCsv(plot.table()) : () => drawn[action](withKey(plot), colours, settings);
  const name = await saveFile(`${plot.fileName}.${action}`, data);
  return name === null ? '' : t('Saved {file}.', { file: name });
}
