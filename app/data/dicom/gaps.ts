/** Whether slices of a series were left behind, by where the others lie. */
import type { DicomSeries } from './series.ts';

export interface Gaps {
  /** Different places along the normal. */
  present: number;
  /** So many more would close the gaps. */
  missing: number;
  /** Widest distance between neighbours, and the usual one (the median). */
  widestMm: number;
  stepMm: number;
}

/** Fewer places tell no usual distance. */
const fewestPlaces = 3;
/** Positions are written with six digits or so; volumes of a time series share theirs. */
const sameMm = 0.01;
/** Distances of up to so many steps are slices that lie unevenly, not slices that are missing. */
const mostUneven = 1.5;

/** @returns null where positions are not given, or too few */
export function gapsOf({ images }: DicomSeries): Gaps | null {
  const along = images.map(({ header }) => (header.frames === 1 ? header.alongMm : null));
  if (along.includes(null)) return null;
  const places = along.filter((place) => place !== null).sort((a, b) => a - b);
  const steps = places.slice(1).map((place, at) => place - (places[at] ?? place));
  const apart = steps.filter((step) => step > sameMm);
  if (apart.length + 1 < fewestPlaces) return null;
  const sorted = apart.toSorted((a, b) => a - b);
  const stepMm = sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
  const missing = apart.reduce(
    (sum, step) => sum + (step > mostUneven * stepMm ? Math.round(step / stepMm) - 1 : 0),
    0,
  );
  return { present: apart.length + 1, missing, widestMm: sorted.at(-1) ?? stepMm, stepMm };
}
