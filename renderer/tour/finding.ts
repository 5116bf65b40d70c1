/** What a test found, in sentences that say no more than it did. */
import type { TestAnswer, TestRow } from '#app/inference/test-options.ts';
import { formatNumber } from '../charts/format.ts';
import { level } from '../charts/review/test-words.ts';

function pText(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`;
}

function quantityText({ layer, quantity, summary }: TestRow): string {
  return `${summary.replaceAll('-', ' ')} of the ${quantity} in ${layer}`;
}

/** The clearest difference, or that there is none, with what a reader must know beside it. */
export function findingText({ rows, permutations, notes }: TestAnswer): string[] {
  const [first] = [...rows].sort((a, b) => a.pCorrected - b.pCorrected || Math.abs(b.effect) - Math.abs(a.effect));
  if (first === undefined) return ['Nothing could be tested.', ...notes];
  const found = rows.filter(({ pCorrected }) => pCorrected <= level).length;
  const size = `${formatNumber(first.effect)} (95 % interval ${formatNumber(first.interval[0])} to ${formatNumber(first.interval[1])}${first.unit === '' ? '' : `, ${first.unit}`})`;
  const tested = `${rows.length} differences were tested with ${permutations} exchanges of the labels`;
  const lead =
    found === 0
      ? `No difference between ${first.groups[0]} and ${first.groups[1]} stands out: ${tested}, and the smallest corrected ${pText(first.pCorrected)}.`
      : `${first.groups[0]} and ${first.groups[1]} differ in ${found} of ${rows.length}: ${tested}.`;
  const best = `The clearest: ${quantityText(first)}, a difference of ${size}, corrected ${pText(first.pCorrected)}.`;
  return [lead, best, ...notes];
}
