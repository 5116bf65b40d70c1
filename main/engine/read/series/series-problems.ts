/** What is wrong with series, told as the problems of a study. */
import { inputError } from '#app/contract/errors.ts';
import { told } from '#app/study/problem-words.ts';
import type { Problem, Subject } from '#app/study/study.ts';
import { inWriting, sentence, type Words } from '#app/text/sentence.ts';

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
  reason: Words,
  field: string | null = null,
): Problem {
  subject.excluded ??= inWriting(reason);
  return { code, severity: 'error', file, subject: subject.id, field, ...told({ message: reason }) };
}

export function note(
  code: string,
  file: string | null,
  message: Words,
  severity: Problem['severity'] = 'note',
): Problem {
  return { code, severity, file, subject: null, field: null, ...told({ message }) };
}

/** @param reason of the first subject; absent: nobody has a file */
export function nothingRead(reason: Words = sentence('no subject has a file')) {
  return inputError('no-series', sentence('No series could be read: {reason}', { reason }), {
    expected: sentence('a file of numbers for each subject'),
  });
}
