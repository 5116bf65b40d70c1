/** Counts as a person reads them: they stand by themselves or in a list of counts, never within a sentence. */
import { t } from '#app/text/text.ts';
import { formatCount } from '../../charts/format.ts';
import type { ArrivingStudy } from '../../state/study.ts';

/** '1 subject', '1,200 subjects'. */
export function subjectsText(count: number): string {
  return count === 1 ? t('1 subject') : t('{n} subjects', { n: formatCount(count) });
}

/** How much of a large study is here. */
export function arrivingText({ view, inAll }: ArrivingStudy): string {
  const here = formatCount(view.study.subjects.length);
  return t('Reading the study: {here} of {all} subjects', { here, all: formatCount(inAll) });
}
