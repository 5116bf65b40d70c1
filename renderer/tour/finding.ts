/** What a test found, in sentences that say no more than it did. */
import { spokenNotes, type TestAnswer, type TestRow } from '#app/inference/test-options.ts';
import { pText } from '#app/statistics/p-value.ts';
import { t } from '#app/text/text.ts';
import { formatNumber } from '../charts/format.ts';
import { level, statisticTitles } from '../charts/review/test-words.ts';
import { quantityNames } from '../charts/words.ts';
import { effectUnitWords } from '../pages/review/tests/effect-unit.ts';

/** The clearest difference, or that there is none, with what a reader must know beside it. */
export function findingText({ rows, permutations, ...told }: TestAnswer): string[] {
  const notes = spokenNotes(told);
  const [first] = [...rows].sort((a, b) => a.pCorrected - b.pCorrected || Math.abs(b.effect) - Math.abs(a.effect));
  if (first === undefined) return [t('Nothing could be tested.'), ...notes];
  const found = rows.filter(({ pCorrected }) => pCorrected <= level).length;
  const values = { first: first.groups[0], second: first.groups[1], tested: rows.length, permutations };
  const p = pText(first.pCorrected);
  const lead =
    found === 0
      ? t(
          'No difference between {first} and {second} stands out: {tested} differences were tested with {permutations} exchanges of the labels, and the smallest corrected {p}.',
          { ...values, p },
        )
      : t(
          '{first} and {second} differ in {found} of {tested}: {tested} differences were tested with {permutations} exchanges of the labels.',
          { ...values, found },
        );
  const best = t('The clearest, in {layer}: {statistic} ({quantity}), a difference of {size}, corrected {p}.', {
    layer: first.layer,
    statistic: statisticTitles[first.summary],
    quantity: quantityNames[first.quantity],
    size: sizeText(first),
    p,
  });
  return [lead, best, ...notes];
}

function sizeText({ effect, interval: [low, high], summary }: TestRow): string {
  const values = { effect: formatNumber(effect), low: formatNumber(low), high: formatNumber(high) };
  return t('{effect} (95 % interval {low} to {high}, {unit})', { ...values, unit: effectUnitWords(summary) });
}
