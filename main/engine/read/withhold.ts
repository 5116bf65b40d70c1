/** Leaves out of a cohort what shall not be known of its subjects, before anything is kept. */
import { settingError } from '#app/contract/errors.ts';
import { highestAge } from '#app/data/identifying.ts';
import type { ImportChoices } from '#app/data/import-choices.ts';
import { someOf } from '#app/study/labelling.ts';
import { sentence } from '#app/text/sentence.ts';
import type { Cohort } from './cohort.ts';

/**
 * Drops columns with all their values and with what was said of them, and caps ages.
 * @throws SpectroscopeError (kind 'setting') for a column that is not there, or that the study stands on
 */
export function withhold(cohort: Cohort, { drop, capAges }: Pick<ImportChoices, 'drop' | 'capAges'>): void {
  for (const name of drop) {
    const column = cohort.columns.find((known) => known.name === name);
    if (column === undefined) {
      throw settingError(
        'drop-unknown',
        sentence("There is no column '{name}' to drop. Columns are: {columns}.", {
          name,
          columns: someOf(cohort.columns.map((known) => known.name)),
        }),
        { field: name, expected: sentence('a column of the tables') },
      );
    }
    if (column.role === 'id' || column.role === 'file') {
      throw settingError(
        'drop-needed',
        column.role === 'id'
          ? sentence(
              "Column '{name}' names the subjects and cannot be dropped. Replace its values by codes in the table.",
              {
                name,
              },
            )
          : sentence(
              "Column '{name}' names the scans and cannot be dropped. Replace its values by codes in the table.",
              {
                name,
              },
            ),
        { field: name },
      );
    }
  }
  const dropped = new Set(drop);
  cohort.columns = cohort.columns.filter(({ name }) => !dropped.has(name));
  cohort.problems = cohort.problems.filter(({ field }) => field === null || !dropped.has(field));
  const age = cohort.columns.find(({ meaning }) => meaning === 'age')?.name;
  for (const row of cohort.rows) {
    row.values = Object.fromEntries(Object.entries(row.values).filter(([name]) => !dropped.has(name)));
    const value = age === undefined ? null : row.values[age];
    if (capAges && age !== undefined && typeof value === 'number' && value > highestAge) row.values[age] = highestAge;
  }
}
