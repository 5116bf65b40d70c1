/** Where the layers of a network are drawn: boxes from the input down to the output, in pixels. */
import type { GraphNode, NetworkGraph } from './network-graph.ts';

export const boxHeight = 34;
const widest = 190;
/** Between neighbours. */
const gap = 12;

/** A node around its middle. */
export interface NetworkBox {
  node: GraphNode;
  x: number;
  y: number;
  width: number;
}

export function networkBoxes(graph: NetworkGraph, width: number, rowHeight: number): NetworkBox[] {
  return graph.nodes.map((node) => {
    const lane = Math.min(widest + 2 * gap, width / node.width);
    const left = width / 2 - (lane * node.width) / 2;
    const x = left + lane * (node.place + 0.5);
    return { node, x, y: rowHeight * (node.depth + 0.5), width: Math.min(widest, lane - gap) };
  });
}

/** From the middle of a node to its edge: the ends and where ways meet are words. */
const halfOf = ({ node }: NetworkBox): number => (node.layer >= 0 ? boxHeight / 2 : 10);

/** Paths of the connections: straight to the next row; past other rows beside them. */
export function networkPaths(graph: NetworkGraph, boxes: readonly NetworkBox[], width: number): string[] {
  return graph.edges.map(([from, to]) => {
    const [a, b] = [boxes[from], boxes[to]];
    if (a === undefined || b === undefined) return '';
    const [top, bottom] = [a.y + halfOf(a), b.y - halfOf(b)];
    if (b.node.depth - a.node.depth <= 1) {
      const middle = (top + bottom) / 2;
      return `M${a.x},${top} C${a.x},${middle} ${b.x},${middle} ${b.x},${bottom}`;
    }
    const between = boxes.filter(({ node }) => node.depth > a.node.depth && node.depth < b.node.depth);
    const side = Math.min(width - 8, Math.max(...between.map((box) => box.x + box.width / 2)) + 22);
    const turn = 16;
    return `M${a.x},${top} C${a.x},${top + turn} ${side},${top} ${side},${top + turn} L${side},${bottom - turn} C${side},${bottom} ${b.x},${bottom - turn} ${b.x},${bottom}`;
  });
}

/** Black or white, whichever is read better on the colour (WCAG 2.2, relative luminance); null: there is none. */
export function inkOn(fill: string | null): string | null {
  if (fill === null) return null;
  const value = parseInt(fill.slice(1), 16);
  const light = [16, 8, 0].map((shift) => {
    const part = ((value >> shift) & 255) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * (light[0] ?? 0) + 0.7152 * (light[1] ?? 0) + 0.0722 * (light[2] ?? 0);
  return luminance > 0.179 ? '#000000' : '#ffffff';
}
