/** What is said of the cohort as a whole, once all tables are joined. */
import { findMissingCode } from '#app/data/missing-codes.ts';
import { listed } from '#app/study/labelling.ts';
import { tableProblem, type Cohort } from './cohort.ts';

/** Adds what the values of the columns show to the problems of the cohort. */
export function noteValues(cohort: Cohort, file: string): void {
  noteConstants(cohort, file);
  noteMissingCodes(cohort, file);
}

function noteConstants({ columns, rows, problems }: Cohort, file: string): void {
  const constant = columns.filter(
    ({ name, role, type }) =>
      role === 'ignored' &&
      type === 'number' &&
      new Set(rows.map(({ values }) => values[name] ?? null).filter((cell) => cell !== null)).size < 2,
  );
  if (constant.length === 0) return;
  problems.push(
    tableProblem(
      file,
      'column-constant',
      constant[0]?.name ?? null,
      `${constant.length} ${constant.length === 1 ? 'column has' : 'columns have'} the same value everywhere or none and cannot be learned from: ${listed(
        constant.map(({ name }) => name),
        6,
      )}.`,
      'note',
    ),
  );
}

function noteMissingCodes({ columns, rows, problems }: Cohort, file: string): void {
  for (const { name, type } of columns) {
    const found = type === 'number' ? findMissingCode(rows.map(({ values }) => values[name] ?? null)) : null;
    if (found === null) continue;
    const who = listed(
      found.rows.map((row) => rows[row]?.id ?? ''),
      3,
    );
    problems.push(
      tableProblem(
        file,
        'number-codes-missing',
        name,
        `Column '${name}' holds ${found.code} for ${who}, far from its other values: often a code for missing. Replace it by n/a in the table if it is one.`,
      ),
    );
  }
}
