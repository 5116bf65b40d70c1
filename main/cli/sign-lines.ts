/** Early signs as lines. */
import type { EarlySigns } from '#app/contract/early-signs.ts';
import { markWords } from '#app/inference/sign-words.ts';

/** One line on where the looks are, one for each layer that left the band, and what must be known beside them. */
export function signLines(signs: EarlySigns): string[] {
  const { none, looks, planned, marks, notes, level } = signs;
  if (none !== null) return [none];
  const last = looks.at(-1);
  const chance = `${Number((100 * level).toPrecision(2))} %`;
  const where = `look ${last?.look ?? 0} of ${planned}`;
  if (marks.length === 0) {
    return [`No layer has left the band of chance (${where}; level ${chance} for the whole training).`, ...notes];
  }
  return [
    `${marks.length === 1 ? 'One layer has' : `${marks.length} layers have`} left the band of chance (${where}; level ${chance} for the whole training):`,
    ...marks.map((mark) => `${markWords(mark)}.`),
    ...notes,
  ];
}
