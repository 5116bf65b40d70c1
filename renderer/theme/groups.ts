import { paperColour } from '#app/study/group-colours.ts';

export { groupDash } from '#app/study/group-colours.ts';

/** Lighter tones on dark ground, where the colours of paper would fail AA contrast. */
const dark = ['#4aa8e0', '#f0b43c', '#2fc79b', '#e09cc2', '#8fd0f5', '#ff8a4a', '#f0e442'] as const;

export function groupColour(index: number, isDark: boolean): string {
  return isDark ? (dark[index % dark.length] as string) : paperColour(index);
}
