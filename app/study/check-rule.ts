/** Whether a rule can be used in a study, and which columns it reads. */
import { settingError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';
import { requireColumn } from './labelling.ts';
import type { Rule, Study } from './study.ts';

/** Rules within rules: more is a mistake in a file, not a cohort. */
const deepest = 8;

/** @throws SpectroscopeError (kind 'setting') saying what of the rule cannot work */
export function checkRule(study: Pick<Study, 'columns'>, rule: Rule, depth = 1): void {
  switch (rule.kind) {
    case 'pattern':
      if (rule.pattern.trim() !== '') return;
      throw settingError('empty-text', t('A rule by pattern needs a pattern, for example sub-PX*.'), {
        field: 'pattern',
      });
    case 'value':
      requireColumn(study, rule.column);
      if (rule.values.length > 0) return;
      throw settingError(
        'rule-without-values',
        t("A rule by value needs at least one value of column '{column}'.", { column: rule.column }),
        {
          field: rule.column,
        },
      );
    case 'range':
      checkRange(study, rule);
      return;
    case 'not':
      checkDepth(depth);
      checkRule(study, rule.rule, depth + 1);
      return;
    case 'all':
    case 'any':
      checkDepth(depth);
      if (rule.rules.length === 0) {
        throw settingError('rule-without-parts', t('A combined rule needs at least one rule in it.'), {
          field: 'rule',
        });
      }
      for (const part of rule.rules) checkRule(study, part, depth + 1);
  }
}

function checkDepth(depth: number): void {
  if (depth < deepest) return;
  throw settingError(
    'rule-too-deep',
    t('Rules are combined at most {deepest} deep. Make the rule simpler.', { deepest }),
    {
      field: 'rule',
    },
  );
}

function checkRange(study: Pick<Study, 'columns'>, rule: Extract<Rule, { kind: 'range' }>): void {
  if (requireColumn(study, rule.column).type !== 'number') {
    throw settingError(
      'range-of-text',
      t("Column '{column}' does not hold numbers, so it has no ranges. Make the rule by value.", {
        column: rule.column,
      }),
      { field: rule.column },
    );
  }
  if (rule.minimum !== null && rule.maximum !== null && rule.minimum >= rule.maximum) {
    throw settingError(
      'range-empty',
      t('No number is at least {minimum} and below {maximum}. Give a lower bound that is below the upper one.', {
        minimum: rule.minimum,
        maximum: rule.maximum,
      }),
      { field: rule.column, expected: 'minimum < maximum' },
    );
  }
}

/** The columns whose values decide; none for patterns of names. */
export function columnsOfRule(rule: Rule | null): string[] {
  switch (rule?.kind) {
    case 'value':
    case 'range':
      return [rule.column];
    case 'all':
    case 'any':
      return rule.rules.flatMap(columnsOfRule);
    case 'not':
      return columnsOfRule(rule.rule);
    case 'pattern':
    case undefined:
      return [];
  }
}
