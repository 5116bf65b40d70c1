/** The unit of an effect as a person reads it; results keep it in English (app/inference/statistics.ts). */
import { comparisonOf, type TestStatistic } from '#app/inference/statistics.ts';
import { t } from '#app/text/text.ts';

export function effectUnitWords(statistic: TestStatistic): string {
  switch (comparisonOf(statistic)) {
    case 'log-ratio':
      return t('ln of the ratio of the groups');
    case 'difference':
      return t('difference of the groups');
    case 'pair':
      return statistic === 'alignment'
        ? t('cosine, against permuted labels')
        : t('relative distance, against permuted labels');
  }
}
