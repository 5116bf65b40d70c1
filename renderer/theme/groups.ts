/** Okabe-Ito, by group index; lighter tones on dark ground where the original would fail AA contrast. */
const light = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#b3a300'] as const;
const dark = ['#4aa8e0', '#f0b43c', '#2fc79b', '#e09cc2', '#8fd0f5', '#ff8a4a', '#f0e442'] as const;
/** Line dashes (in pixels) that repeat the distinction without colour. */
const dashes = [[], [6, 3], [2, 2], [8, 3, 2, 3], [12, 3], [4, 2, 1, 2], [1, 3]] as const;

export function groupColour(index: number, isDark: boolean): string {
  const palette = isDark ? dark : light;
  return palette[index % palette.length] as string;
}

export function groupDash(index: number): readonly number[] {
  return dashes[index % dashes.length] as readonly number[];
}
