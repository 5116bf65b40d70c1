/** Colours of an atlas's labels: hues a golden angle apart, so that neighbours in number differ. */

const goldenAngle = 137.50776;
/** Of a mask: the warm one of Okabe and Ito. */
const maskColour: [number, number, number] = [230, 159, 0];

export interface LabelColours {
  R: number[];
  G: number[];
  B: number[];
  /** 0 is clear. */
  A: number[];
  /** Ranks, from 0 for what is no label. */
  I: number[];
}

/** @param labels how many, without 0 */
export function labelColours(labels: number): LabelColours {
  const colours = Array.from({ length: labels + 1 }, (_, rank): [number, number, number] => {
    if (rank === 0) return [0, 0, 0];
    if (labels === 1) return maskColour;
    return fromHue((rank * goldenAngle) % 360, rank % 2 === 0 ? 0.55 : 0.65);
  });
  return {
    R: colours.map(([red]) => red),
    G: colours.map(([, green]) => green),
    B: colours.map(([, , blue]) => blue),
    A: colours.map((_, rank) => (rank === 0 ? 0 : 255)),
    I: colours.map((_, rank) => rank),
  };
}

/** HSL to RGB at a saturation of 0.7 (CSS Color 4, section 7.1). */
function fromHue(hue: number, lightness: number): [number, number, number] {
  const channel = (n: number): number => {
    const k = (n + hue / 30) % 12;
    const amplitude = 0.7 * Math.min(lightness, 1 - lightness);
    return Math.round(255 * (lightness - amplitude * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}
