/** What is said of the cohort as a whole, once all tables are joined. */
import { groupedBy } from '#app/data/grouped-by.ts';
import { agesTooHigh, findIdentifying, highestAge } from '#app/data/identifying.ts';
import { findMissingCode } from '#app/data/missing-codes.ts';
import { sameRows } from '#app/data/same-subject.ts';
import { someOf } from '#app/study/labelling.ts';
import { told } from '#app/study/problem-words.ts';
import { sentence } from '#app/text/sentence.ts';
import { tableProblem, type Cohort } from './cohort.ts';

/** Adds what the values of the columns show to the problems of the cohort. */
export function noteValues(cohort: Cohort, file: string): void {
  noteConstants(cohort, file);
  noteMissingCodes(cohort, file);
  noteEmptyCells(cohort, file);
  noteDisagreement(cohort, file);
  noteSameSubjects(cohort, file);
  noteIdentifying(cohort, file);
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
      sentence('{count} columns have the same value everywhere or none and cannot be learned from: {names}.', {
        count: constant.length,
        names: someOf(
          constant.map(({ name }) => name),
          6,
        ),
      }),
      'note',
    ),
  );
}

function noteMissingCodes({ columns, rows, problems }: Cohort, file: string): void {
  for (const { name, type } of columns) {
    const found = type === 'number' ? findMissingCode(rows.map(({ values }) => values[name] ?? null)) : null;
    if (found === null) continue;
    const who = someOf(
      found.rows.map((row) => rows[row]?.id ?? ''),
      3,
    );
    problems.push(
      tableProblem(
        file,
        'number-codes-missing',
        name,
        sentence(
          "Column '{name}' holds {code} for {who}, far from its other values: often a code for missing. If it is one, count it as missing: by the button in the list of problems, or with --missing at import.",
          { name, code: found.code, who },
        ),
      ),
    );
  }
}

/** Columns with most empty cells that are named. */
const mostNamed = 6;

function noteEmptyCells({ columns, rows, problems }: Cohort, file: string): void {
  const used = columns.filter(({ role }) => role === 'feature' || role === 'covariate');
  const taking = rows.filter(({ excluded }) => excluded === null);
  const empty = used
    .map(({ name }) => ({ name, count: taking.filter(({ values }) => (values[name] ?? null) === null).length }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
  if (empty.length === 0) return;
  const total = empty.reduce((sum, { count }) => sum + count, 0);
  const named = empty.map(({ name, count }) => `${name} (${count})`);
  problems.push(
    tableProblem(
      file,
      'cells-empty',
      empty[0]?.name ?? null,
      sentence(
        'Empty cells in {empty} of {columns} columns, {cells} of {all} in all: {named}. Empty cells of features are filled in before training.',
        {
          empty: empty.length,
          columns: used.length,
          cells: total,
          all: used.length * taking.length,
          named: someOf(named, mostNamed),
        },
      ),
      'note',
    ),
  );
}

/** Several rows with one id that say different things of the group. */
function noteDisagreement({ columns, rows, problems }: Cohort, file: string): void {
  const group = columns.find(({ meaning }) => meaning === 'group')?.name;
  if (group === undefined) return;
  for (const [person, own] of groupedBy(rows, (row) => row.person)) {
    const labels = [...new Set(own.map(({ values }) => values[group] ?? null))].filter((label) => label !== null);
    if (own.length < 2 || labels.length < 2) continue;
    problems.push({
      code: 'rows-disagree',
      severity: 'warning',
      file,
      subject: person,
      field: group,
      ...told({
        message: sentence(
          "{person} has {own} rows, which say different things of '{group}': {labels}. Correct the table, unless the subject changed.",
          { person, own: own.length, group, labels: someOf(labels.map(String), 4) },
        ),
      }),
    });
  }
}

function noteSameSubjects({ columns, rows, problems }: Cohort, file: string): void {
  const facts = columns.filter(({ role, meaning }) => role !== 'id' && role !== 'file' && meaning !== 'person');
  const known = [...rows.keys()].filter((row) => rows[row]?.excluded === null);
  const groups = sameRows(facts.map(({ name }) => known.map((row) => rows[row]?.values[name] ?? null)));
  for (const group of groups) {
    const own = group.map((at) => rows[known[at] ?? -1]).filter((row) => row !== undefined);
    // Rows of one person stay together whatever is in them.
    if (new Set(own.map(({ person }) => person)).size < 2) continue;
    const ids = own.map(({ id }) => id);
    problems.push({
      code: 'subject-under-two-ids',
      severity: 'warning',
      file,
      subject: ids[1] ?? null,
      field: null,
      ...told({
        message:
          ids.length === 2
            ? sentence(
                '{ids} agree in all columns but the id: the same subject under two ids? Exclude the copies, or a subject is in training and validation at once.',
                { ids: someOf(ids, 5) },
              )
            : sentence(
                '{ids} agree in all columns but the id: the same subject under {number} ids? Exclude the copies, or a subject is in training and validation at once.',
                { ids: someOf(ids, 5), number: ids.length },
              ),
      }),
    });
  }
}

function noteIdentifying({ columns, rows, problems }: Cohort, file: string): void {
  const cellsOf = (name: string) => rows.map(({ values }) => values[name] ?? null);
  const looked = columns.map(({ name }) => ({ name, cells: cellsOf(name) }));
  for (const { column, what } of findIdentifying(looked)) {
    const isId = columns.some(({ name, role }) => name === column && role === 'id');
    problems.push(
      tableProblem(
        file,
        'column-identifies',
        column,
        isId
          ? sentence(
              "The ids (column '{column}') are {what}, which tell who the subjects are. Replace them by codes in the table and import it again.",
              { column, what },
            )
          : sentence(
              "Column '{column}' holds {what}, which tell who the subjects are. Drop the column: its values then leave the study.",
              { column, what },
            ),
      ),
    );
  }
  const age = columns.find(({ meaning }) => meaning === 'age')?.name;
  const old = age === undefined ? 0 : agesTooHigh(cellsOf(age));
  if (age === undefined || old === 0) return;
  problems.push(
    tableProblem(
      file,
      'age-over-89',
      age,
      sentence(
        "{count} subjects are older than {highestAge} ('{age}'): so few people are above 89 that it tells who they are. Import with ages above 89 as {highestAge}, or change the table.",
        { count: old, highestAge, age },
      ),
    ),
  );
}
