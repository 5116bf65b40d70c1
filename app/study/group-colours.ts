/** What tells groups apart wherever they are drawn: colours of Okabe and Ito (2008), dashes where there is no colour. */

/** On light ground and on paper, by index into the palette. */
export const groupColours = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#b3a300'] as const;

/** Dashes of a line, in pixels, that repeat the distinction. */
export const groupDashes = [[], [6, 3], [2, 2], [8, 3, 2, 3], [12, 3], [4, 2, 1, 2], [1, 3]] as const;

export function paperColour(index: number): string {
  return groupColours[index % groupColours.length] as string;
}

export function groupDash(index: number): readonly number[] {
  return groupDashes[index % groupDashes.length] as readonly number[];
}
