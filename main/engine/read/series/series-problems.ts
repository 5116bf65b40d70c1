/** What is wrong with series, told as the problems of a study. */
import { inputError } from '#app/contract/errors.ts';
import type { Problem, Subject } from '#app/study/study.ts';
import { t } from '#app/text/text.ts';

/** A subject with the file that is to be read for it. */
export interface SeriesOf {
  subject: Subject;
  /** Relative to the root. */
  file: string;
}

/** Takes the subject out, and says why. */
export function excluding(
  { subject, file }: SeriesOf,
  code: string,
  reason: string,
  field: string | null = null,
): Problem {
  subject.excluded ??= reason;
  return { code, severity: 'error', file, subject: subject.id, field, message: reason };
}

export function note(
  code: string,
  file: string | null,
  message: string,
  severity: Problem['severity'] = 'note',
): Problem {
  return { code, severity, file, subject: null, field: null, message };
}

export function nothingRead(reason: string) {
  return inputError('no-series', t('No series could be read: {reason}', { reason }), {
    expected: t('a file of numbers for each subject'),
  });
}
