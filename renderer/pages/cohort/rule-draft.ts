/** A rule while it is being made: conditions that are joined, each perhaps not complete yet. */
import type { Rule } from '#app/study/study.ts';

export interface PartDraft {
  /** 'kept': a combination within a combination, which is shown and left as it is. */
  kind: 'value' | 'range' | 'pattern' | 'kept';
  isNot: boolean;
  column: string | null;
  values: string[];
  minimum: string;
  maximum: string;
  field: 'file' | 'id';
  pattern: string;
  kept: Rule | null;
}

export interface RuleDraft {
  join: 'all' | 'any';
  parts: PartDraft[];
}

export function emptyPart(): PartDraft {
  return {
    kind: 'value',
    isNot: false,
    column: null,
    values: [],
    minimum: '',
    maximum: '',
    field: 'file',
    pattern: '',
    kept: null,
  };
}

export function draftOf(rule: Rule | null): RuleDraft {
  if (rule === null) return { join: 'all', parts: [emptyPart()] };
  if (rule.kind === 'all' || rule.kind === 'any') return { join: rule.kind, parts: rule.rules.map(partOf) };
  return { join: 'all', parts: [partOf(rule)] };
}

function partOf(rule: Rule): PartDraft {
  const inner = rule.kind === 'not' ? rule.rule : rule;
  const part = { ...emptyPart(), isNot: rule.kind === 'not' };
  switch (inner.kind) {
    case 'value':
      return { ...part, kind: 'value', column: inner.column, values: [...inner.values] };
    case 'range': {
      const { column, minimum, maximum } = inner;
      return { ...part, kind: 'range', column, minimum: textOf(minimum), maximum: textOf(maximum) };
    }
    case 'pattern':
      return { ...part, kind: 'pattern', field: inner.field, pattern: inner.pattern };
    default:
      return { ...emptyPart(), kind: 'kept', kept: rule };
  }
}

/** The rule that the draft means now; `ruleRefused` tells what it still lacks. */
export function ruleOf({ join, parts }: RuleDraft): Rule {
  const rules = parts.map(ruleOfPart);
  const [only] = rules;
  return only !== undefined && rules.length === 1 ? only : { kind: join, rules };
}

function ruleOfPart(part: PartDraft): Rule {
  if (part.kind === 'kept' && part.kept !== null) return part.kept;
  const rule = positiveRule(part);
  return part.isNot ? { kind: 'not', rule } : rule;
}

function positiveRule({ kind, column, values, minimum, maximum, field, pattern }: PartDraft): Rule {
  const at = column ?? '';
  if (kind === 'range') return { kind, column: at, minimum: limit(minimum), maximum: limit(maximum) };
  if (kind === 'pattern') return { kind, field, pattern: pattern.trim() };
  return { kind: 'value', column: at, values: [...values] };
}

function limit(text: string): number | null {
  const value = Number(text.trim().replace(',', '.'));
  return text.trim() === '' || Number.isNaN(value) ? null : value;
}

function textOf(limit: number | null): string {
  return limit?.toString() ?? '';
}
