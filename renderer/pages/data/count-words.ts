/** Counts as a person reads them: they stand by themselves or in a list of counts, never within a sentence. */
import { t } from '#app/text/text.ts';
import { formatCount } from '../../charts/format.ts';

/** '1 subject', '1,200 subjects'. */
export function subjectsText(count: number): string {
  return count === 1 ? t('1 subject') : t('{n} subjects', { n: formatCount(count) });
}
