/** Corrections of what was recognised: types, roles and meanings of columns. */
import { settingError } from '#app/contract/errors.ts';
import { decimalMarkOf, parseNumber } from '#app/data/cell.ts';
import { t } from '#app/text/text.ts';
import { namesText, requireColumn } from './labelling.ts';
import type { Cell, Column, Problem, Study } from './study.ts';

interface ColumnChange {
  type?: Column['type'] | undefined;
  role?: Column['role'] | undefined;
  meaning?: Column['meaning'] | undefined;
}

/** @throws SpectroscopeError (kind 'setting') when the column cannot be what it shall be */
export function changeColumn(study: Study, name: string, { type, role, meaning }: ColumnChange): Study {
  requireColumn(study, name);
  let changed = study;
  if (type !== undefined) changed = changeType(changed, name, type);
  if (meaning !== undefined) changed = changeMeaning(changed, name, meaning);
  if (role !== undefined) changed = changeRole(changed, name, role);
  return changed;
}

/** @throws SpectroscopeError (kind 'setting') for columns that are unknown, an id, a file name or not numbers */
export function includeFeatures(study: Study, names: readonly string[], included: boolean): Study {
  return names.reduce((changed, name) => {
    const column = requireColumn(changed, name);
    if (included) return changeRole(changed, name, 'feature');
    return column.role === 'feature'
      ? changeRole(changed, name, column.meaning === null ? 'ignored' : 'covariate')
      : changed;
  }, study);
}

/**
 * Columns leave the study with their values and what was said of them.
 * @throws SpectroscopeError (kind 'setting') for columns that the study stands on: ids, file names, groups
 */
export function dropColumns(study: Study, names: readonly string[]): Study {
  const usedBy = (name: string) =>
    [study.groups, ...(study.target === null ? [] : [study.target])].some(
      ({ column, groups }) =>
        column === name || groups.some(({ rule }) => JSON.stringify(rule).includes(JSON.stringify(name))),
    );
  for (const name of names) {
    const { role } = requireColumn(study, name);
    if (role !== 'id' && role !== 'file' && !usedBy(name)) continue;
    throw settingError(
      'drop-needed',
      role === 'id'
        ? t("Column '{name}' names the subjects and cannot be dropped. Choose another for that first.", { name })
        : role === 'file'
          ? t("Column '{name}' names the scans and cannot be dropped. Choose another for that first.", { name })
          : t("Column '{name}' makes the groups and cannot be dropped. Choose another for that first.", { name }),
      { field: name },
    );
  }
  const dropped = new Set(names);
  return {
    ...study,
    columns: study.columns.filter(({ name }) => !dropped.has(name)),
    subjects: study.subjects.map((subject) => ({
      ...subject,
      values: Object.fromEntries(Object.entries(subject.values).filter(([name]) => !dropped.has(name))),
    })),
    problems: study.problems.filter(({ field }) => field === null || !dropped.has(field)),
  };
}

/**
 * Cells that hold a code for 'missing' become empty, and the warning of that code is answered.
 * @throws SpectroscopeError (kind 'setting') for columns that are unknown or hold no such number
 */
export function countAsMissing(study: Study, names: readonly string[], code: number): Study {
  return names.reduce((changed, name) => {
    requireColumn(changed, name);
    if (!changed.subjects.some(({ values }) => values[name] === code)) {
      throw settingError('code-unknown', t("Column '{name}' holds {code} nowhere.", { name, code }), { field: name });
    }
    const emptied = withCells(changed, name, (cell) => (cell === code ? null : cell));
    const answered = ({ code: kind, field }: Problem): boolean => kind === 'number-codes-missing' && field === name;
    return { ...emptied, problems: emptied.problems.filter((problem) => !answered(problem)) };
  }, study);
}

function withColumn(study: Study, name: string, change: Partial<Column>): Study {
  return {
    ...study,
    columns: study.columns.map((column) => (column.name === name ? { ...column, ...change } : column)),
  };
}

function withCells(study: Study, name: string, convert: (cell: Cell) => Cell): Study {
  return {
    ...study,
    subjects: study.subjects.map((subject) => ({
      ...subject,
      values: { ...subject.values, [name]: convert(subject.values[name] ?? null) },
    })),
  };
}

function changeType(study: Study, name: string, type: Column['type']): Study {
  const column = requireColumn(study, name);
  if (column.type === type) return study;
  if (type !== 'number') {
    const role = column.role === 'feature' ? 'covariate' : column.role;
    const asText =
      column.type === 'number' ? withCells(study, name, (cell) => (cell === null ? null : String(cell))) : study;
    return withColumn(asText, name, { type, role });
  }
  const texts = study.subjects.flatMap(({ values }) => (typeof values[name] === 'string' ? [values[name]] : []));
  const mark = decimalMarkOf(texts) ?? 'point';
  const wrong = [...new Set(texts.filter((text) => parseNumber(text, mark) === null))];
  if (wrong.length > 0) {
    throw settingError(
      'not-numbers',
      t("Column '{name}' cannot be numbers: it holds {values}.", {
        name,
        values: namesText(
          wrong.map((text) => `'${text}'`),
          5,
        ),
      }),
      {
        field: name,
        expected: 'numbers',
      },
    );
  }
  return withColumn(
    withCells(study, name, (cell) => (typeof cell === 'string' ? parseNumber(cell, mark) : cell)),
    name,
    { type },
  );
}

/** At most one column has each meaning. */
function changeMeaning(study: Study, name: string, meaning: Column['meaning']): Study {
  return {
    ...study,
    columns: study.columns.map((column) => {
      if (column.name === name) {
        const role =
          meaning !== null && (column.role === 'feature' || column.role === 'ignored') ? 'covariate' : column.role;
        return { ...column, meaning, role };
      }
      return meaning !== null && column.meaning === meaning ? { ...column, meaning: null } : column;
    }),
  };
}

function changeRole(study: Study, name: string, role: Column['role']): Study {
  const column = requireColumn(study, name);
  if (column.role === role) return study;
  if (column.role === 'id') {
    throw settingError(
      'id-needed',
      t("Column '{name}' names the subjects. Choose another column as id first.", { name }),
      {
        field: name,
      },
    );
  }
  if (role === 'id') return changeId(study, name);
  if (role === 'file' || column.role === 'file') {
    throw settingError(
      'file-column-fixed',
      t('Scans are looked for at import: import the data again and name the column with file names there.'),
      {
        field: name,
      },
    );
  }
  if (role === 'feature') checkFeature(study, column);
  return withColumn(study, name, { role });
}

function checkFeature(study: Study, column: Column): void {
  if (study.kind !== 'table') {
    throw settingError(
      'features-of-scans',
      study.kind === 'volumes'
        ? t("The network learns from the scans of this study; '{column}' can be a covariate.", { column: column.name })
        : study.kind === 'series'
          ? t("The network learns from the series of this study; '{column}' can be a covariate.", {
              column: column.name,
            })
          : t("The network learns from the matrices of this study; '{column}' can be a covariate.", {
              column: column.name,
            }),
      { field: column.name },
    );
  }
  if (column.type !== 'number') {
    throw settingError(
      'feature-not-number',
      t("Column '{column}' holds text; only numbers can be features. Change its type if they are numbers.", {
        column: column.name,
      }),
      {
        field: column.name,
        expected: 'a column of numbers',
      },
    );
  }
  if (study.groups.column === column.name || study.target?.column === column.name) {
    throw settingError(
      'feature-is-label',
      t("Column '{column}' is what the subjects are divided by: as a feature it would give the answer away.", {
        column: column.name,
      }),
      {
        field: column.name,
      },
    );
  }
}

/** Subjects take their ids from another column; hand assignments and problems go with them. */
function changeId(study: Study, name: string): Study {
  const renamed = new Map<string, string>();
  const taken = new Set<string>();
  for (const { id, values } of study.subjects) {
    const cell = values[name] ?? null;
    if (cell === null) {
      throw settingError(
        'id-missing',
        t("Column '{name}' has no value for {id}, so it cannot name the subjects.", { name, id }),
        {
          field: name,
        },
      );
    }
    const next = String(cell).trim();
    if (taken.has(next)) {
      throw settingError(
        'id-twice',
        t("Column '{name}' has '{value}' more than once, so it cannot name the subjects.", { name, value: next }),
        {
          field: name,
        },
      );
    }
    taken.add(next);
    renamed.set(id, next);
  }
  const newId = (id: string) => renamed.get(id) ?? id;
  const reassigned = (assigned: Record<string, string | null>) =>
    Object.fromEntries(Object.entries(assigned).map(([id, group]) => [newId(id), group]));
  return {
    ...study,
    columns: study.columns.map((column) => {
      if (column.role === 'id') return { ...column, role: 'ignored' as const };
      return column.name === name ? { ...column, role: 'id' as const, meaning: null } : column;
    }),
    subjects: study.subjects.map((subject) => ({ ...subject, id: newId(subject.id) })),
    problems: study.problems.map((problem) => ({
      ...problem,
      subject: problem.subject === null ? null : newId(problem.subject),
    })),
    groups: { ...study.groups, assigned: reassigned(study.groups.assigned) },
    target: study.target === null ? null : { ...study.target, assigned: reassigned(study.target.assigned) },
  };
}
