/** Early signs in words. */
import type { EarlySign } from '#app/contract/early-signs.ts';
import { quantityWord } from '#app/run/quantity-word.ts';
import { t } from '#app/text/text.ts';
import type { TestStatistic } from './statistics.ts';

/** 'dense_1 after 420 steps (look 5): gradient, effective rank, patient against control, 4.2 deviations from chance' */
export function markWords(mark: { look: number; steps: number } & EarlySign): string {
  const { layer, look, steps, quantity, summary, groups, score } = mark;
  const [first, second] = groups;
  return t(
    '{layer} after {steps} steps (look {look}): {quantity}, {statistic}, {first} against {second}, {score} deviations from chance',
    {
      ...{ layer, look, steps, first, second, score: score.toFixed(1) },
      quantity: quantityWord(quantity),
      statistic: statisticWord(summary),
    },
  );
}

function statisticWord(statistic: TestStatistic): string {
  switch (statistic) {
    case 'effective-rank':
      return t('effective rank');
    case 'energy':
      return t('energy');
    case 'spectrum-distance':
      return t('spectrum distance');
    case 'alignment':
      return t('alignment');
    default:
      // Trainings are looked at by the four above (defaultStatistics).
      return statistic.replaceAll('-', ' ');
  }
}
