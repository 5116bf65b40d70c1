/** Why a subject is left out, as it is shown. The study keeps the reason in English, or as a person wrote it. */
import { t } from '#app/text/text.ts';

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

/** @param reason as the study keeps it */
export function reasonText(reason: string): string {
  const [on, without] = [notMatchedOn([]), notMatchedWithout([])];
  if (reason.startsWith(on)) return t('Not matched on {columns}', { columns: reason.slice(on.length) });
  if (reason.startsWith(without)) {
    return t('Not matched: no value of {columns}', { columns: reason.slice(without.length) });
  }
  return reason;
}
