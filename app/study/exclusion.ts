/** Why a subject is left out, as it is shown. The study keeps the reason in English, or as a person wrote it. */
import { t } from '#app/text/text.ts';
import { kindText } from './exclusion-kinds.ts';
import { spokenProblem } from './problem-words.ts';
import type { Problem } from './study.ts';

/** What the reasons of those begin with whom matching leaves over. */
export const notMatched = 'Not matched';

/** Someone for whom no partner was left. */
export function notMatchedOn(columns: readonly string[]): string {
  return `${notMatched} on ${columns.join(', ')}`;
}

/** Someone who lacks a value to be matched on. */
export function notMatchedWithout(columns: readonly string[]): string {
  return `${notMatched}: no value of ${columns.join(', ')}`;
}

/**
 * @param reason as the study keeps it
 * @param problems of the study: most reasons are the words of one of them
 */
export function reasonText(reason: string, problems: readonly Problem[]): string {
  const problem = byMessage(problems).get(reason);
  if (problem !== undefined) return spokenProblem(problem).message;
  const kind = kindText(reason);
  if (kind !== null) return kind;
  const [on, without] = [notMatchedOn([]), notMatchedWithout([])];
  if (reason.startsWith(on)) return t('Not matched on {columns}', { columns: reason.slice(on.length) });
  if (reason.startsWith(without)) {
    return t('Not matched: no value of {columns}', { columns: reason.slice(without.length) });
  }
  return reason;
}

const known = new WeakMap<readonly Problem[], ReadonlyMap<string, Problem>>();

/** Of thousands of excluded subjects each asks for its reason: the list is gone through once. */
function byMessage(problems: readonly Problem[]): ReadonlyMap<string, Problem> {
  const found = known.get(problems) ?? new Map(problems.map((problem) => [problem.message, problem]));
  known.set(problems, found);
  return found;
}
