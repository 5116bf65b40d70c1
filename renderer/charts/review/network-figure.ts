/** The network in the colours of a summary, as a figure. */
import { escaped } from '#app/text/escaped.ts';
import { chartFont } from '../chart-head.ts';
import { chartColours } from '../colours.ts';
import type { Figure, FigureSize, Ground } from '../figure.ts';
import { paper } from '../paper-colours.ts';
import { columnMm, sheet } from '../plot-figure.ts';
import { fileNameOf } from '../plot.ts';
import type { NetworkGraph } from './network-graph.ts';
import { boxHeight, inkOn, networkBoxes, networkPaths } from './network-layout.ts';
import type { NetworkLooks } from './network-looks.ts';

export interface DrawnNetwork {
  title: string;
  /** What the layers are coloured by. */
  of: string;
  graph: NetworkGraph;
  isDark: boolean;
  /** On dark ground or on light, by layer of the graph; null: there are no values. */
  looks: (dark: boolean) => NetworkLooks | null;
}

/** Pixels. */
const headHeight = 40;
const scaleWidth = 80;
const rowPx = 60;

export function networkFigure(network: DrawnNetwork): Figure {
  const { title, of, graph, isDark } = network;
  return {
    title: `${title}, ${of}`,
    fileName: fileNameOf('network', title, of),
    widthMm: columnMm,
    aspect: 340 / (headHeight + graph.depths * rowPx),
    draw: (ground, size) => networkSvg(network, ground, size),
    table: () => {
      const looks = network.looks(isDark);
      const layers = graph.nodes.filter(({ layer }) => layer >= 0);
      return {
        header: ['layer', `${title}, ${of}`],
        rows: layers.map(({ name, layer }) => [name, looks?.layers[layer]?.value ?? null]),
      };
    },
  };
}

function networkSvg(
  { title, of, graph, isDark, looks: looksOf }: DrawnNetwork,
  ground: Ground,
  size: FigureSize,
): string {
  const colours = ground === 'paper' ? paper : chartColours(isDark);
  const looks = looksOf(colours.dark);
  const boxes = networkBoxes(graph, size.width, Math.max(boxHeight + 4, (size.height - headHeight) / graph.depths));
  const text = (x: number, y: number, words: string, fill: string, more = ''): string =>
    `<text x="${x}" y="${y}" fill="${fill}" dominant-baseline="central" ${more}>${escaped(words)}</text>`;
  const lines = networkPaths(graph, boxes, size.width).map(
    (path) => `<path d="${path}" fill="none" stroke="${colours.soft}" stroke-width="1.2"/>`,
  );
  const nodes = boxes.flatMap(({ node, x, y, width }) => {
    if (node.layer < 0) {
      const wide = node.name.length * 7 + 12;
      const behind = `<rect x="${x - wide / 2}" y="${y - 8}" width="${wide}" height="16" fill="${colours.background}"/>`;
      return [behind, text(x, y, node.name, colours.soft, 'text-anchor="middle"')];
    }
    const look = looks?.layers[node.layer];
    const ink = inkOn(look?.fill ?? null) ?? colours.text;
    return [
      `<rect x="${x - width / 2}" y="${y - boxHeight / 2}" width="${width}" height="${boxHeight}" rx="5" fill="${look?.fill ?? colours.background}" stroke="${colours.line}"/>`,
      text(x - width / 2 + 10, y, node.name, ink),
      text(x + width / 2 - 10, y, look?.words ?? '', ink, 'text-anchor="end"'),
    ];
  });
  const scale = (looks?.stops ?? []).map((colour, at, { length }) => {
    const step = scaleWidth / length;
    return `<rect x="${at * step}" y="22" width="${step + 0.5}" height="8" fill="${colour}"/>`;
  });
  const head = [
    text(0, 9, `${title}, ${of}`, colours.text, 'font-weight="600" font-size="12"'),
    text(scaleWidth + 8, 26, looks?.legend ?? '', colours.soft),
  ];
  const drawing = `<g font-family="${escaped(chartFont)}" font-size="11">${[...head, ...scale].join('')}<g transform="translate(0 ${headHeight})">${[...lines, ...nodes].join('')}</g></g>`;
  return sheet([drawing], size, colours);
}
