/** The words of problems: kept in English with the sentences they were made of, and said in the language of whoever reads them. */
import type { SpectroscopeError } from '#app/contract/errors.ts';
import { inWriting, spoken, type Words } from '#app/text/sentence.ts';
import type { Problem } from './study.ts';

export interface ProblemWords {
  message: Words;
  found?: Words | null | undefined;
  expected?: Words | null | undefined;
}

/** What a problem keeps of its words. */
export function told({
  message,
  found,
  expected,
}: ProblemWords): Pick<Problem, 'message' | 'found' | 'expected' | 'said'> {
  const sentences = Object.entries({ message, found, expected }).filter(
    ([, words]) => typeof words === 'object' && words !== null,
  );
  return {
    message: inWriting(message),
    ...(found === undefined ? {} : { found: found === null ? null : inWriting(found) }),
    ...(expected === undefined ? {} : { expected: expected === null ? null : inWriting(expected) }),
    ...(sentences.length === 0 ? {} : { said: Object.fromEntries(sentences) }),
  };
}

/** The same of an error that was met, and does not end the work. */
export function toldOf({ message, found, expected, said }: SpectroscopeError): ReturnType<typeof told> {
  return told({ message: said.message ?? message, found: said.found ?? found, expected: said.expected ?? expected });
}

/** A problem with another sentence, which goes on from its own. */
export function toldAgain({ found, expected, said }: Problem, message: Words): ReturnType<typeof told> {
  return told({ found: said?.found ?? found, expected: said?.expected ?? expected, message });
}

/** The problem in the chosen language; the words of an older study are left as they are. */
export function spokenProblem(problem: Problem): Problem {
  const { said } = problem;
  if (said === undefined) return problem;
  const words: Partial<Pick<Problem, 'message' | 'found' | 'expected'>> = {};
  for (const name of ['message', 'found', 'expected'] as const) {
    const sentence = said[name];
    if (sentence !== undefined) words[name] = spoken(sentence);
  }
  return { ...problem, ...words };
}
