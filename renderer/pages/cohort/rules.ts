/** Rules in words, and whom a rule that is being typed would take. */
import { membersOf } from '#app/study/membership.ts';
import type { PastedSubjects } from '#app/study/pasted-ids.ts';
import type { Group, Rule, Study } from '#app/study/study.ts';
import { t } from '#app/text/text.ts';
import { cellText } from '../../charts/format.ts';

/** 'diagnosis is CONTROL', '18 ≤ age < 40', 'file name is *_CON_*', 'sex is F and not (age < 40)'. */
export function ruleWords(rule: Rule | null): string {
  if (rule === null) return t('chosen by hand');
  switch (rule.kind) {
    case 'value':
      return t('{column} is {value}', { column: rule.column, value: rule.values.join(` ${t('or')} `) });
    case 'range': {
      const from = rule.minimum === null ? '' : `${cellText(rule.minimum)} ≤ `;
      const to = rule.maximum === null ? '' : ` < ${cellText(rule.maximum)}`;
      return `${from}${rule.column}${to}`;
    }
    case 'pattern':
      return rule.field === 'file'
        ? t('file name is {pattern}', { pattern: rule.pattern })
        : t('identifier is {pattern}', { pattern: rule.pattern });
    case 'all':
    case 'any':
      return rule.rules.map(partWords).join(rule.kind === 'all' ? ` ${t('and')} ` : ` ${t('or')} `);
    case 'not':
      return t('not ({rule})', { rule: ruleWords(rule.rule) });
  }
}

/** A combination within another stands in brackets. */
function partWords(rule: Rule): string {
  const isCombined = (rule.kind === 'all' || rule.kind === 'any') && rule.rules.length > 1;
  return isCombined ? `(${ruleWords(rule)})` : ruleWords(rule);
}

/** Distinct values of a column with how many subjects have each, most first. */
export function valuesOf(study: Study, column: string): { value: string; subjects: number }[] {
  const counts = new Map<string, number>();
  for (const subject of study.subjects) {
    const value = subject.values[column] ?? null;
    if (value !== null) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
  }
  return [...counts].map(([value, subjects]) => ({ value, subjects })).sort((a, b) => b.subjects - a.subjects);
}

/** Why a rule cannot be used, as a sentence, or null. */
export function ruleRefused(rule: Rule): string | null {
  switch (rule.kind) {
    case 'pattern':
      return rule.pattern.trim() === '' ? t('Write a pattern, such as *_CON_*.') : null;
    case 'value':
      if (rule.column === '') return t('Choose a column.');
      return rule.values.length === 0 ? t('Choose at least one value.') : null;
    case 'range':
      if (rule.column === '') return t('Choose a column.');
      if (rule.minimum === null && rule.maximum === null) return t('Give a lower or an upper limit.');
      return rule.minimum !== null && rule.maximum !== null && rule.minimum >= rule.maximum
        ? t('The lower limit has to be below the upper one.')
        : null;
    case 'all':
    case 'any':
      return rule.rules.map(ruleRefused).find((refused) => refused !== null) ?? null;
    case 'not':
      return ruleRefused(rule.rule);
  }
}

/**
 * How many subjects a rule matches, excluded ones too, and how many of them an earlier group takes.
 * @param earlier groups whose rules come before it
 */
export function matching(study: Study, rule: Rule, earlier: readonly Group[]): { matched: number; taken: number } {
  const members = (groups: readonly Group[]): (string | null)[] =>
    membersOf(study, { column: null, groups: [...groups], assigned: {} });
  const matched = members([{ name: 'it', colour: 0, rule }]);
  const before = members(earlier);
  const isMatched = (row: number): boolean => matched[row] !== null;
  const rows = [...matched.keys()].filter(isMatched);
  return { matched: rows.length, taken: rows.filter((row) => before[row] !== null).length };
}

const mostNamed = 12;

/** Who of a pasted list was not found, and who under another spelling. */
export function listWords({ differently, unmatched }: PastedSubjects): string {
  const named = (words: readonly string[]) => {
    const names = words.slice(0, mostNamed).join(', ');
    return words.length > mostNamed ? t('{names} and {n} more', { names, n: words.length - mostNamed }) : names;
  };
  const parts: string[] = [];
  if (unmatched.length > 0) parts.push(t('Of no subject, or of more than one: {ids}.', { ids: named(unmatched) }));
  const [first] = differently;
  if (first !== undefined) {
    const { pasted, subject } = first;
    parts.push(
      differently.length > 1
        ? t('Written otherwise: {pasted} is {subject}, and {n} more.', { pasted, subject, n: differently.length - 1 })
        : t('Written otherwise: {pasted} is {subject}.', { pasted, subject }),
    );
  }
  return parts.length === 0 ? t('All ids are found as they are written.') : parts.join(' ');
}
