/** The feature columns of a study as numbers. Nothing is fitted here: missing values stay missing. */
import { settingError } from '#app/contract/errors.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import type { Column, Study, Subject } from '#app/study/study.ts';
import { t } from '#app/text/text.ts';

export interface FeatureTable {
  /** Names of the numeric columns; 'sex=F' for a level of a category. */
  features: string[];
  /** [subjects x features], NaN where a value is missing. */
  values: Float32Array;
  /** Last columns that say whether a feature is missing. */
  indicators: number;
  /** Columns that were left out, and why. */
  warnings: string[];
}

/** The column that a regression learns. */
export function predictedColumn({ task }: Pick<RunConfiguration, 'task'>): string | null {
  return task.kind === 'regression' ? task.column : null;
}

/** A category of more levels than this is an identifier or a free text. */
const mostLevels = 30;

/**
 * Numbers are taken as they are; each level of a category becomes a column of 0 and 1, missing in all of them where
 * the value is missing. A column without two different values says nothing and is left out, with a warning.
 *
 * @param predicted the column that is learned: it is no feature, whatever the study says
 * @param indicated whether each feature that lacks values gets a column beside it, 1 where it does
 * @throws SpectroscopeError (kind 'setting') when a feature is no number or no feature is left
 */
export function featureTable(
  study: Study,
  subjects: readonly Subject[],
  predicted: string | null = null,
  indicated = false,
): FeatureTable {
  const warnings: string[] = [];
  const features: string[] = [];
  const columns: Float32Array[] = [];
  for (const column of study.columns.filter(({ role, name }) => role === 'feature' && name !== predicted)) {
    for (const { name, values } of numbersOf(column, subjects)) {
      if (!values.some((value) => !Number.isNaN(value))) {
        warnings.push(t('{name}: no subject that takes part has a value; the feature was left out.', { name }));
      } else if (isConstant(values)) {
        warnings.push(
          t('{name}: all subjects that take part have the same value; the feature was left out.', { name }),
        );
      } else {
        features.push(name);
        columns.push(values);
      }
    }
  }
  if (features.length === 0) {
    throw settingError(
      'no-features',
      warnings.length > 0
        ? t(
            'No feature is left to train on ({n} left out: missing or constant). Choose feature columns on the Data page.',
            { n: warnings.length },
          )
        : t('No feature is left to train on. Choose feature columns on the Data page.'),
      { field: 'features', expected: 'at least one column of numbers' },
    );
  }
  const measured = features.length;
  if (indicated) addIndicators(features, columns);
  const values = new Float32Array(subjects.length * features.length);
  columns.forEach((column, feature) => {
    column.forEach((value, row) => {
      values[row * features.length + feature] = value;
    });
  });
  return { features, values, indicators: features.length - measured, warnings };
}

/**
 * Which features get an indicator is decided on all subjects that take part, so that the network is the same in every
 * fold: it tells that somebody lacks a value, never what a value is.
 */
function addIndicators(features: string[], columns: Float32Array[]): void {
  for (const [feature, values] of [...columns.entries()]) {
    const missing = values.map((value) => Number(Number.isNaN(value)));
    if (!missing.includes(1)) continue;
    features.push(`${features[feature] ?? ''} missing`);
    columns.push(missing);
  }
}

function numbersOf(column: Column, subjects: readonly Subject[]): { name: string; values: Float32Array }[] {
  if (column.type === 'text') throw notNumbers(column, t('it holds text'));
  const cells = subjects.map(({ values }) => values[column.name] ?? null);
  if (column.type === 'category') {
    const levels = [...new Set(cells.flatMap((cell) => (cell === null ? [] : [String(cell)])))];
    levels.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    if (levels.length > mostLevels) throw notNumbers(column, t('it has {n} different values', { n: levels.length }));
    return levels.map((level) => ({
      name: `${column.name}=${column.levels[level] ?? level}`,
      values: Float32Array.from(cells, (cell) => (cell === null ? NaN : Number(String(cell) === level))),
    }));
  }
  const wrong = cells.findIndex((cell) => typeof cell === 'string');
  if (wrong !== -1) {
    throw notNumbers(
      column,
      t("subject {id} has '{value}'", { id: subjects[wrong]?.id ?? '', value: String(cells[wrong]) }),
    );
  }
  return [{ name: column.name, values: Float32Array.from(cells, (cell) => (typeof cell === 'number' ? cell : NaN)) }];
}

function isConstant(values: Float32Array): boolean {
  const first = values.find((value) => !Number.isNaN(value));
  return values.every((value) => Number.isNaN(value) || value === first);
}

function notNumbers({ name }: Column, why: string) {
  return settingError(
    'feature-not-numeric',
    t(
      '{name}: {why}, and only numbers and categories can be features. Take the column out of the features on the Data page.',
      { name, why },
    ),
    { field: name, expected: 'a column of numbers' },
  );
}
