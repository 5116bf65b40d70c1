/** Groups made from the values of a column. */
import { settingError } from '#app/contract/errors.ts';
import { areMeasurements, mostClasses } from '#app/data/columns.ts';
import { sentence, type Words } from '#app/text/sentence.ts';
import { t } from '#app/text/text.ts';
import type { Column, Group, Labelling, Study } from './study.ts';

/** The name under which all subjects together are stored beside the groups. */
const reservedName = 'all';

/**
 * One group for each value of the column: the sidecar's names where there are any, spellings that differ only in
 * capitals together. Whole numbers are in ascending order, texts in the order of their first subject.
 * @throws SpectroscopeError (kind 'setting') for an unknown column, one value only, or a continuous column
 */
export function labellingFromColumn(study: Pick<Study, 'columns' | 'subjects'>, name: string): Labelling {
  const column = requireColumn(study, name);
  const cells = study.subjects
    .filter(({ excluded }) => excluded === null)
    .map(({ values }) => values[name] ?? null)
    .filter((cell) => cell !== null);
  const distinct = [...new Set(cells)];
  checkDistinct(column, distinct, areMeasurements(cells));
  if (distinct.every((cell) => typeof cell === 'number')) distinct.sort((a, b) => a - b);
  const values = new Map<string, string[]>();
  for (const cell of distinct) {
    const text = String(cell).trim();
    const key = groupName(column, text).toLowerCase();
    values.set(key, [...(values.get(key) ?? []), text]);
  }
  const groups = [...values.values()].map((texts, colour): Group => ({
    name: groupName(column, mostFrequent(texts, cells)),
    colour,
    rule: { kind: 'value', column: name, values: texts },
  }));
  if (groups.length < 2) throw oneValue(column, groups[0]?.name ?? '');
  return { column: name, groups, assigned: {} };
}

/** @throws SpectroscopeError (kind 'setting') naming the columns that there are */
export function requireColumn(study: Pick<Study, 'columns'>, name: string): Column {
  const column = study.columns.find((candidate) => candidate.name === name);
  if (column !== undefined) return column;
  const near = study.columns.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  const sentence =
    near === undefined
      ? t("The study has no column '{name}'. Columns are: {columns}.", {
          name,
          columns: namesText(study.columns.map((known) => known.name)),
        })
      : t("The study has no column '{name}'. Did you mean '{near}'?", { name, near: near.name });
  throw settingError('unknown-column', sentence, { field: name, expected: 'a column of the study' });
}

/** 'a, b, c and 7 more', in English, for what is kept in a study. */
export function listed(names: readonly string[], most = 12): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

/** The same in the language that is spoken. */
export function namesText(names: readonly string[], most = 12): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? t('{names} and {n} more', { names: shown, n: names.length - most }) : shown;
}

/** The same, to be said in the language of whoever reads it. */
export function someOf(names: readonly string[], most = 12): Words {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? sentence('{names} and {n} more', { names: shown, n: names.length - most }) : shown;
}

function checkDistinct(column: Column, distinct: readonly (number | string)[], measured: boolean): void {
  if (distinct.length === 0) {
    throw settingError(
      'column-empty',
      t("Column '{column}' has no value in any subject that takes part. Choose another column.", {
        column: column.name,
      }),
      {
        field: column.name,
      },
    );
  }
  if (distinct.length === 1) throw oneValue(column, String(distinct[0]));
  const numbers = distinct.filter((cell) => typeof cell === 'number');
  if (measured) {
    const sorted = [...numbers].sort((a, b) => a - b);
    const low = sorted[0] ?? 0;
    const high = sorted.at(-1) ?? 0;
    const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
    throw settingError(
      'column-continuous',
      t(
        "Column '{column}' holds measurements ({n} different numbers from {low} to {high}), not classes. Make groups by a rule with ranges instead, for example below and from {middle}.",
        { column: column.name, n: distinct.length, low, high, middle },
      ),
      { field: column.name, expected: `2 to ${mostClasses} different whole numbers or texts` },
    );
  }
  if (distinct.length > mostClasses) {
    throw settingError(
      'column-too-many-values',
      t(
        "Column '{column}' has {n} different values, too many for groups. Choose a column with at most {most}, or make groups by rules.",
        { column: column.name, n: distinct.length, most: mostClasses },
      ),
      { field: column.name, expected: `2 to ${mostClasses} different values` },
    );
  }
}

function oneValue(column: Column, value: string) {
  return settingError(
    'column-one-value',
    t(
      "Column '{column}' has the same value ('{value}') for all subjects that take part, so it divides nothing. Choose another column.",
      { column: column.name, value },
    ),
    { field: column.name, expected: 'at least 2 different values' },
  );
}

function groupName(column: Column, value: string): string {
  const name = levelName(column, value);
  return name.toLowerCase() === reservedName ? `${column.name} ${name}` : name;
}

/** What the sidecar calls a coded value, or the value itself. */
export function levelName(column: Column, value: string): string {
  return (
    (Object.hasOwn(column.levels, value) ? column.levels[value] : undefined) ?? levelOfNumber(column, value) ?? value
  );
}

/** A sidecar may write '1.0' or '01' where the table has 1. */
function levelOfNumber(column: Column, value: string): string | undefined {
  const number = Number(value);
  if (value === '' || Number.isNaN(number)) return undefined;
  const code = Object.keys(column.levels).find((level) => level !== '' && Number(level) === number);
  return code === undefined ? undefined : column.levels[code];
}

function mostFrequent(texts: readonly string[], cells: readonly (number | string)[]): string {
  const times = (text: string) => cells.filter((cell) => String(cell).trim() === text).length;
  return texts.reduce((best, text) => (times(text) > times(best) ? text : best));
}

/** @throws SpectroscopeError (kind 'setting') when a group cannot have this name */
export function checkGroupName(labelling: Labelling, name: string): string {
  const trimmed = name.trim();
  if (trimmed === '') throw settingError('group-without-name', t('A group needs a name.'), { field: 'name' });
  if (trimmed.toLowerCase() === reservedName) {
    throw settingError(
      'group-name-reserved',
      t("'{name}' names all subjects together. Choose another name for the group.", { name: trimmed }),
      { field: 'name' },
    );
  }
  if (labelling.groups.some((group) => group.name.toLowerCase() === trimmed.toLowerCase())) {
    throw settingError(
      'group-name-taken',
      t("There is a group '{name}' already. Choose another name.", { name: trimmed }),
      {
        field: 'name',
      },
    );
  }
  return trimmed;
}
