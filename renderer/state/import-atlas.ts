/** The atlas that a person chose for 4-D scans, as the dialog holds it. */
import type { Input } from '#app/contract/operations.ts';

interface NamedToken {
  token: string;
  name: string;
}

export interface ChosenAtlas {
  labels: NamedToken;
  names: NamedToken | null;
  mask: NamedToken | null;
  /** Pattern of the tables of confounds; '': looked for. */
  confounds: string;
}

/** What of an atlas can be chosen by itself. */
export type AtlasPart = 'labels' | 'names' | 'mask';

/** @returns null where an atlas would have lost its image */
export function withPart(atlas: ChosenAtlas | null, part: AtlasPart, file: NamedToken | null): ChosenAtlas | null {
  if (part !== 'labels') return atlas === null ? null : { ...atlas, [part]: file };
  if (file === null) return null;
  // The names belonged to the other image.
  return { labels: file, names: null, mask: atlas?.mask ?? null, confounds: atlas?.confounds ?? '' };
}

export function atlasRequest(atlas: ChosenAtlas | null): Input<'study.import'>['atlas'] {
  if (atlas === null) return null;
  const reference = (file: NamedToken | null) => (file === null ? null : { token: file.token });
  const files = atlas.confounds.trim();
  return {
    labels: { token: atlas.labels.token },
    names: reference(atlas.names),
    mask: reference(atlas.mask),
    confounds: files === '' ? null : { files, columns: [] },
  };
}
