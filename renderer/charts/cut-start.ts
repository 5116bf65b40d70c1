/**
 * A text that fits: the end of a layer's name ('attention_1/query') tells it from its neighbours, so the start is given up.
 *
 * @param room of the text, in pixels
 * @param widthOf a text, in pixels
 */
export function cutStart(text: string, room: number, widthOf: (text: string) => number): string {
  // Axes that share the words of a neighbour have no text, and less than no room for one.
  if (text === '' || widthOf(text) <= room) return text;
  let start = 1;
  while (start < text.length - 1 && widthOf(`…${text.slice(start)}`) > room) start += 1;
  return `…${text.slice(start)}`;
}
