/** The flow of subjects as a diagram (CONSORT 2010, figure 1): who came in, who left at which step and why, who is in which group. */
import { t } from '#app/text/text.ts';
import { reasonText } from './exclusion.ts';
import type { Flow } from './flow.ts';
import type { Study } from './study.ts';

export interface DiagramBox {
  x: number;
  y: number;
  width: number;
  height: number;
  lines: DiagramLine[];
  /** Index into the group palette; null: none. */
  colour: number | null;
}

export interface DiagramLine {
  text: string;
  /** Set against the right edge; '' for none. */
  count: string;
  isTitle: boolean;
}

/** Points of a path that ends in an arrow head. */
export type Arrow = readonly (readonly [number, number])[];

export interface Diagram {
  width: number;
  height: number;
  boxes: DiagramBox[];
  arrows: Arrow[];
}

export const diagramText = { size: 12, lineHeight: 17, padding: 10 };
const characterWidth = 6.3;
const mainWidth = 220;
const sideWidth = 280;
const gap = 36;
const groupWidth = 150;
const groupsAcross = 4;
const edge = 12;

/** Boxes and arrows in pixels, whatever draws them. */
export function consortDiagram(study: Pick<Study, 'groups' | 'problems'>, flow: Flow): Diagram {
  const excluded = flow.excluded.map(({ reason, subjects }) => ({
    reason: reasonText(reason, study.problems),
    count: subjects.length,
  }));
  const left = [
    { reason: t('In no group'), count: flow.inNoGroup.length },
    { reason: t('Without a target'), count: flow.inNoClass.length },
  ].filter(({ count }) => count > 0);
  const included = flow.imported - total(excluded);
  const groups = study.groups.groups.map(({ name, colour }, at) => ({
    name,
    colour,
    count: flow.analysed.filter(({ group }) => group === at).length,
  }));
  const across = Math.min(groupsAcross, Math.max(1, groups.length));
  const stepsWidth = mainWidth + gap + sideWidth;
  const groupsWidth = across * groupWidth + (across - 1) * (gap / 2);
  const width = Math.max(stepsWidth, groupsWidth) + 2 * edge;
  const diagram: Diagram = { width, height: 0, boxes: [], arrows: [] };

  let y = edge;
  const step = (title: string, count: number, leaving: readonly { reason: string; count: number }[], what: string) => {
    const box = put(diagram, edge, y, mainWidth, [{ text: title, count: String(count), isTitle: true }]);
    y = bottom(box) + gap;
    if (total(leaving) === 0) return box;
    const lines = [
      { text: what, count: String(total(leaving)), isTitle: true },
      ...leaving.flatMap(({ reason, count: subjects }) => wrapped(reason, subjects)),
    ];
    const side = put(diagram, edge + mainWidth + gap, bottom(box) + gap / 3, sideWidth, lines);
    const middle = edge + mainWidth / 2;
    const level = side.y + side.height / 2;
    diagram.arrows.push([
      [middle, level],
      [side.x, level],
    ]);
    y = bottom(side) + gap / 3;
    return box;
  };
  const boxes = [
    step(t('Imported'), flow.imported, excluded, t('Excluded')),
    step(t('Included'), included, left, t('Not analysed')),
    step(t('Analysed'), flow.analysed.length, [], ''),
  ];
  boxes.slice(1).forEach((box, at) => diagram.arrows.push(downFrom(boxes[at] as DiagramBox, box)));
  const last = boxes.at(-1) as DiagramBox;
  putGroups(diagram, groups, across, last);
  diagram.height = Math.max(...diagram.boxes.map(bottom)) + edge;
  return diagram;
}

function putGroups(
  diagram: Diagram,
  groups: readonly { name: string; colour: number; count: number }[],
  across: number,
  analysed: DiagramBox,
): void {
  let y = bottom(analysed) + gap;
  for (let start = 0; start < groups.length; start += across) {
    const row = groups.slice(start, start + across).map(({ name, colour, count }, at) =>
      put(
        diagram,
        edge + at * (groupWidth + gap / 2),
        y,
        groupWidth,
        wrapped(name, count, groupWidth).map((line, first) => ({ ...line, isTitle: first === 0 })),
        colour,
      ),
    );
    // The groups of the first row hang on the arrow; further rows stand below them.
    if (start === 0) {
      const level = y - gap / 2;
      const from = analysed.x + analysed.width / 2;
      for (const box of row) {
        const middle = box.x + box.width / 2;
        diagram.arrows.push([
          [from, bottom(analysed)],
          [from, level],
          [middle, level],
          [middle, box.y],
        ]);
      }
    }
    y = Math.max(...row.map(bottom)) + gap / 3;
  }
}

function put(
  diagram: Diagram,
  x: number,
  y: number,
  width: number,
  lines: DiagramLine[],
  colour: number | null = null,
): DiagramBox {
  const height = lines.length * diagramText.lineHeight + 2 * diagramText.padding - 4;
  const box = { x, y, width, height, lines, colour };
  diagram.boxes.push(box);
  return box;
}

function bottom({ y, height }: DiagramBox): number {
  return y + height;
}

function downFrom(from: DiagramBox, to: DiagramBox): Arrow {
  const middle = from.x + from.width / 2;
  return [
    [middle, bottom(from)],
    [middle, to.y],
  ];
}

/** Words in lines that fit beside the count, which stands in the first. */
function wrapped(text: string, count: number, width = sideWidth): DiagramLine[] {
  const fits = Math.floor((width - 2 * diagramText.padding - 40) / characterWidth);
  const lines: string[] = [];
  for (const word of text.split(/\s+/).flatMap((each) => cut(each, fits))) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= fits) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line, at) => ({ text: line, count: at === 0 ? String(count) : '', isTitle: false }));
}

/** A word that is longer than a line, in pieces. */
function cut(word: string, length: number): string[] {
  return Array.from({ length: Math.max(1, Math.ceil(word.length / length)) }, (_, at) =>
    word.slice(at * length, (at + 1) * length),
  );
}

function total(leaving: readonly { count: number }[]): number {
  return leaving.reduce((sum, { count }) => sum + count, 0);
}
