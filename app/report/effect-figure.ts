/** Effects of one method with their intervals, a panel for each summary: what is different at a glance, and how surely. */
import { effectUnit, type TestStatistic } from '#app/inference/statistics.ts';
import type { TestRow } from '#app/inference/test-options.ts';
import { capital } from '#app/text/capital.ts';
import { axisOf, placeOn } from './axis.ts';
import { figure } from './format.ts';
import { element, type Content, type Markup } from './markup.ts';
import { quantitySymbols, significant, statisticWords } from './words.ts';

/** Rows of a panel, at most; beyond, the smallest p stay. */
const mostRows = 24;
const width = 700;
const nameWidth = 190;
const right = 12;
const rowHeight = 15;
const head = 24;
const foot = 34;
const ink = '#1d2733';
const soft = '#7a8591';
const grid = '#e3e7eb';

export function effectFigure(rows: readonly TestRow[], several: boolean): Markup {
  const statistics = [...new Set(rows.map(({ summary }) => summary))];
  let y = 0;
  const panels = statistics.map((statistic) => {
    const shown = rows
      .filter(({ summary }) => summary === statistic)
      .sort((a, b) => a.p - b.p)
      .slice(0, mostRows);
    const top = y;
    y += head + shown.length * rowHeight + foot;
    return element('g', { transform: `translate(0 ${top})` }, ...panelParts(statistic, shown, several));
  });
  const marked = rows.filter(({ pCorrected }) => pCorrected <= significant);
  const alt = `Effects with 95 % intervals, by summary. Corrected p of ${significant} or less: ${
    marked.length === 0
      ? 'none'
      : marked.map((row) => `${statisticWords[row.summary]}, ${nameOf(row, several)}: ${figure(row.effect)}`).join('; ')
  }.`;
  return element(
    'svg',
    { viewBox: `0 0 ${width} ${y}`, width, height: y, role: 'img', 'aria-label': alt, class: 'plot' },
    ...panels,
  );
}

function panelParts(statistic: TestStatistic, rows: readonly TestRow[], several: boolean): Content[] {
  const axis = axisOf([0, ...rows.flatMap(({ effect, interval }) => [effect, ...interval])], false);
  const across = (value: number): number =>
    round(nameWidth + (placeOn(axis, value) ?? 0) * (width - nameWidth - right));
  const height = rows.length * rowHeight;
  return [
    element(
      'text',
      { x: 0, y: 14, fill: ink, 'font-size': 11, 'font-weight': 600 },
      capital(statisticWords[statistic]),
    ),
    ...axis.ticks.map(({ value, label }) => tick(label, across(value), height)),
    element('path', { d: `M${across(0)} ${head - 4}v${height + 4}`, stroke: soft }),
    ...rows.flatMap((row, at) => rowParts(row, head + at * rowHeight + rowHeight / 2, across, several)),
    text(effectUnit(statistic), {
      x: round((nameWidth + width - right) / 2),
      y: head + height + 28,
      'text-anchor': 'middle',
    }),
  ];
}

function rowParts(row: TestRow, y: number, across: (value: number) => number, several: boolean): Content[] {
  const isFound = row.pCorrected <= significant;
  const colour = isFound ? ink : soft;
  const [low, high] = row.interval;
  return [
    text(nameOf(row, several), { x: nameWidth - 8, y: y + 3.5, 'text-anchor': 'end' }),
    element('path', { d: `M${across(low)} ${y}H${across(high)}`, stroke: colour, 'stroke-width': isFound ? 2.2 : 1.4 }),
    element('circle', {
      cx: across(row.effect),
      cy: y,
      r: 3.2,
      fill: isFound ? ink : '#ffffff',
      stroke: colour,
      'stroke-width': 1.4,
    }),
  ];
}

function nameOf({ layer, quantity, groups }: TestRow, several: boolean): string {
  return `${layer}, ${quantitySymbols[quantity]}${several ? `, ${groups.join(' − ')}` : ''}`;
}

function tick(label: string, x: number, height: number): Markup {
  return element(
    'g',
    {},
    element('path', { d: `M${x} ${head - 4}v${height + 4}`, stroke: grid }),
    text(label, { x, y: head + height + 13, 'text-anchor': 'middle' }),
  );
}

function text(content: string, attributes: Record<string, string | number>): Markup {
  return element('text', { fill: ink, 'font-size': 10, ...attributes }, content);
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
