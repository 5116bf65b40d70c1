/** Early signs in words. */
import type { EarlySign, EarlySigns } from '#app/contract/early-signs.ts';

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

/** 'dense_1 at step 420 (look 5): gradient, effective rank, patient against control, 4.2 deviations' */
export function markWords(mark: { look: number; steps: number } & EarlySign): string {
  const { layer, look, steps, quantity, summary, groups, score } = mark;
  const what = `${quantity}, ${summary.replaceAll('-', ' ')}, ${groups.join(' against ')}`;
  return `${layer} after ${steps} steps (look ${look}): ${what}, ${score.toFixed(1)} deviations from chance`;
}
