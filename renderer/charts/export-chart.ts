/** A chart as a file: drawn again off screen, with its step axis, whatever the window shows around it. */
import * as echarts from 'echarts/core';
import { t } from '#app/text/text.ts';
import { request } from '../state/client.ts';
import { saveFile } from '../state/save-file.ts';
import type { ChartColours } from './colours.ts';
import { plotOption, type DrawSettings } from './draw-plot.ts';
import { withKey, type Plot } from './plot.ts';
import { pngAsOnScreen } from './raster.ts';
import { toCsv, toTsv } from './table.ts';

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
  const svg = (): string => svgOf(withKey(plot), colours, settings);
  const made = { svg, png: () => pngAsOnScreen(svg(), settings), csv: () => toCsv(plot.table()) };
  const name = await saveFile(`${plot.fileName}.${action}`, made[action]);
  return name === null ? '' : t('Saved {file}.', { file: name });
}
