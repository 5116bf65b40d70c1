/** The diagram of the flow as a file of its own. */
import { escaped } from '#app/text/escaped.ts';
import { paperColour } from './group-colours.ts';
import { diagramText, type Arrow, type Diagram, type DiagramBox } from './consort.ts';

export interface DiagramColours {
  background: string;
  text: string;
  line: string;
  /** Of a group, by its index into the palette. */
  group: (index: number) => string;
}

/** For print. */
export const paperColours: DiagramColours = {
  background: '#ffffff',
  text: '#1d2733',
  line: '#5b6673',
  group: paperColour,
};

export function diagramSvg(diagram: Diagram, colours: DiagramColours): string {
  const { width, height, boxes, arrows } = diagram;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, sans-serif" font-size="${diagramText.size}">`,
    `<rect width="${width}" height="${height}" fill="${colours.background}"/>`,
    ...arrows.map((arrow) => `<path d="${arrowPath(arrow)}" fill="none" stroke="${colours.line}"/>`),
    ...boxes.flatMap((box) => boxSvg(box, colours)),
    '</svg>\n',
  ].join('\n');
}

/** A polyline with an open head at its end. */
export function arrowPath(arrow: Arrow): string {
  const [x = 0, y = 0] = arrow.at(-1) ?? [];
  const [fromX = 0, fromY = 0] = arrow.at(-2) ?? [];
  const [along, across] = [Math.sign(x - fromX), Math.sign(y - fromY)];
  const head = 4;
  const side = (way: number) => `${x - head * along + way * head * across} ${y - head * across + way * head * along}`;
  const line = arrow.map(([px, py], at) => `${at === 0 ? 'M' : 'L'}${px} ${py}`).join('');
  return `${line}M${side(1)}L${x} ${y}L${side(-1)}`;
}

/** Where the text of a line of a box stands. */
export function baseline(box: DiagramBox, line: number): number {
  return box.y + diagramText.padding + line * diagramText.lineHeight + diagramText.size - 1;
}

function boxSvg(box: DiagramBox, colours: DiagramColours): string[] {
  const { x, y, width, height, lines, colour } = box;
  const { padding } = diagramText;
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="3" fill="${colours.background}" stroke="${colours.line}"/>`,
    ...(colour === null
      ? []
      : [`<rect x="${x}" y="${y}" width="4" height="${height}" fill="${colours.group(colour)}"/>`]),
    ...lines.flatMap(({ text, count, isTitle }, at) => {
      const weight = isTitle ? ' font-weight="600"' : '';
      const place = `y="${baseline(box, at)}" fill="${colours.text}"${weight}`;
      const words = `<text x="${x + padding}" ${place}>${escaped(text)}</text>`;
      const number = `<text x="${x + width - padding}" ${place} text-anchor="end">${count}</text>`;
      return count === '' ? [words] : [words, number];
    }),
  ];
}
