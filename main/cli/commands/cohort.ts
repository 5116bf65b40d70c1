/** Who is analysed, how the groups differ in covariates, and what their sizes let a test resolve; groups and matched subsets. */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { inputError, settingError } from '#app/contract/errors.ts';
import type { StudyView } from '#app/contract/operations.ts';
import { pText } from '#app/statistics/p-value.ts';
import { balanceColumns, balanceTable, type BalanceRow } from '#app/study/balance.ts';
import { balanceCsv, testNames } from '#app/study/balance-csv.ts';
import { consortDiagram } from '#app/study/consort.ts';
import { diagramSvg, paperColours } from '#app/study/consort-svg.ts';
import { subjectFlow, type Flow } from '#app/study/flow.ts';
import { subjectsOfText } from '#app/study/pasted-ids.ts';
import { powerHint } from '#app/study/power.ts';
import type { MatchSettings, Study, StudyEdit } from '#app/study/study.ts';
import { withEngine, type EngineRun } from '../engine-run.ts';
import { openSource, title } from '../study-source.ts';
import type { Terminal } from '../terminal.ts';
import type { Command } from 'commander';
import { largestSeed, names, number } from '../arguments.ts';
import type { CommandLine } from '../command-line.ts';

export interface CohortOptions {
  groupsBy?: string;
  splitBy?: string;
  versusRest?: string;
  pasted?: string;
  match?: string[];
  exact?: string[];
  caliper: number;
  seed: number;
  covariates?: string[];
  ranks?: boolean;
  table?: string;
  flow?: string;
  out?: string;
}

export async function cohortCommand(terminal: Terminal, study: string, options: CohortOptions): Promise<number> {
  return await withEngine(terminal, async (run) => {
    const opened = await openSource(run, [study], {});
    const divided = await carriedOut(run, opened, groupEdits(options));
    const pasted = options.pasted === undefined ? null : pastedGroup(divided.study, options.pasted);
    const grouped = await carriedOut(run, divided, pasted?.edits ?? []);
    const before =
      options.match === undefined && options.exact === undefined ? null : balanceOf(grouped.study, options);
    const view = before === null ? grouped : await carriedOut(run, grouped, [matchEdit(grouped.study, options)]);
    const flow = subjectFlow(view.study);
    const balance = balanceOf(view.study, options);
    const power = powerHint(view.study, flow);
    if (options.table !== undefined) written(options.table, balanceCsv(balance));
    if (options.flow !== undefined) written(options.flow, diagramSvg(consortDiagram(view.study, flow), paperColours));
    if (options.out !== undefined) {
      await run.engine.request('study.save-copy', { file: { path: resolve(options.out) } });
    }
    terminal.result(
      {
        study: view.study.name,
        flow: flowDocument(view.study, flow),
        unmatchedIds: pasted?.unmatched ?? [],
        ...(before === null ? {} : { balanceBefore: before.map(rowDocument) }),
        balance: balance.map(rowDocument),
        power,
        out: options.out === undefined ? null : resolve(options.out),
      },
      [
        ...flowLines(view.study, flow),
        ...(pasted === null || pasted.unmatched.length === 0
          ? []
          : [`Of no subject in the study: ${pasted.unmatched.join(', ')}`]),
        ...(before === null ? [] : ['Before matching:', ...before.map(rowLine), 'After matching:']),
        ...balance.map(rowLine),
        ...(power === null ? [] : [power.sentence]),
        ...(options.out === undefined ? [] : [`Written to ${options.out}.`]),
      ],
    );
    return 0;
  });
}

async function carriedOut(run: EngineRun, view: StudyView, edits: readonly StudyEdit[]): Promise<StudyView> {
  let changed = view;
  for (const edit of edits) changed = await run.engine.request('study.edit', { edit });
  return changed;
}

function groupEdits({ groupsBy, splitBy, versusRest }: CohortOptions): StudyEdit[] {
  const labelling = 'groups' as const;
  return [
    ...(groupsBy === undefined ? [] : [{ kind: 'label-by-column' as const, labelling, column: groupsBy }]),
    ...(splitBy === undefined ? [] : [{ kind: 'split-groups' as const, labelling, group: null, column: splitBy }]),
    ...(versusRest === undefined ? [] : [{ kind: 'one-versus-rest' as const, labelling, group: versusRest }]),
  ];
}

/** A group named after the file; where it is the only one, everybody else is the second. */
function pastedGroup(study: Study, file: string): { edits: StudyEdit[]; unmatched: string[] } {
  const ids = study.subjects.map(({ id }) => id);
  const { subjects, unmatched } = subjectsOfText(textOf(file), ids);
  if (subjects.length === 0) {
    throw inputError(
      'no-subject-listed',
      `${basename(file)}: names no subject of the study, whose ids look like ${ids[0] ?? ''}.`,
      {
        file: basename(file),
        expected: 'ids of subjects, one or many to a line',
      },
    );
  }
  const add = (name: string, colour: number, members: string[]): StudyEdit => ({
    kind: 'add-group',
    labelling: 'groups',
    group: { name, colour, rule: null },
    subjects: members,
  });
  const { groups } = study.groups;
  const name = title(file);
  const edits = [add(name, groups.length, subjects)];
  const listed = new Set(subjects);
  const others = ids.filter((id) => !listed.has(id));
  if (groups.length === 0 && others.length > 0) edits.push(add(`not ${name}`, 1, others));
  return { edits, unmatched };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw inputError('list-not-read', `${file}: the list could not be read. Give a text file with ids of subjects.`, {
      file: basename(file),
      cause,
    });
  }
}

function matchEdit(study: Study, { match, exact, caliper, seed }: CohortOptions): StudyEdit {
  const settings: MatchSettings = {
    propensity: (match ?? []).map((name) => columnCalled(study, name)),
    exact: (exact ?? []).map((words) => exactColumn(study, words)),
    caliper,
    seed,
  };
  return { kind: 'match', settings };
}

/** 'age:2' allows two years of difference; 'sex' none. */
function exactColumn(study: Study, words: string): MatchSettings['exact'][number] {
  const [, name = words, tolerance] = /^(.*):([^:]*)$/.exec(words) ?? [];
  if (tolerance === undefined) return { column: columnCalled(study, words), tolerance: 0 };
  const value = Number(tolerance);
  if (tolerance.trim() !== '' && Number.isFinite(value) && value >= 0) {
    return { column: columnCalled(study, name), tolerance: value };
  }
  throw settingError(
    'tolerance-not-number',
    `--exact ${words}: '${tolerance}' is not a tolerance. Write for example age:2.`,
    {
      field: 'exact',
      expected: 'a number of at least 0',
    },
  );
}

/** A column by its name, or by what it means: age, sex, site. */
function columnCalled(study: Study, name: string): string {
  const named = study.columns.find((column) => column.name === name);
  return (named ?? study.columns.find(({ meaning }) => meaning === name))?.name ?? name;
}

function balanceOf(study: Study, { covariates, ranks, seed }: CohortOptions): BalanceRow[] {
  const columns = covariates?.map((name) => columnCalled(study, name)) ?? balanceColumns(study, study.groups);
  return balanceTable(study, study.groups, columns, { byRank: ranks === true, seed });
}

function written(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw inputError(
      'not-written',
      `${path}: the file could not be written. Choose another place or free some space.`,
      {
        file: basename(path),
        cause,
      },
    );
  }
}

function groupSizes(study: Study, flow: Flow): { name: string; subjects: number }[] {
  return study.groups.groups.map(({ name }, at) => ({
    name,
    subjects: flow.analysed.filter(({ group }) => group === at).length,
  }));
}

function flowDocument(study: Study, flow: Flow) {
  return {
    imported: flow.imported,
    excluded: flow.excluded.map(({ reason, subjects }) => ({ reason, subjects: subjects.length })),
    inNoGroup: flow.inNoGroup.length,
    withoutTarget: flow.inNoClass.length,
    analysed: flow.analysed.length,
    groups: groupSizes(study, flow),
  };
}

function flowLines(study: Study, flow: Flow): string[] {
  return [
    `${flow.imported} imported`,
    ...flow.excluded.map(({ reason, subjects }) => `  ${subjects.length} excluded: ${reason}`),
    ...(flow.inNoGroup.length > 0 ? [`  ${flow.inNoGroup.length} in no group`] : []),
    ...(flow.inNoClass.length > 0 ? [`  ${flow.inNoClass.length} without a target`] : []),
    `${flow.analysed.length} analysed`,
    ...groupSizes(study, flow).map(({ name, subjects }) => `  ${name}: ${subjects}`),
  ];
}

function rowDocument({ table, ...rest }: BalanceRow) {
  // JSON knows no infinity: a difference without any spread is told in words.
  const difference = rest.difference !== null && !Number.isFinite(rest.difference) ? 'infinite' : rest.difference;
  return { ...table, ...rest, difference };
}

function rowLine({ table, test, difference, imbalance }: BalanceRow): string {
  const groups =
    table.kind === 'number'
      ? table.summaries.map(({ mean, standardDeviation }) => `${short(mean)} ± ${short(standardDeviation)}`)
      : table.groups.map((_, at) => table.levels.map(({ level, counts }) => `${level} ${counts[at] ?? 0}`).join(', '));
  const tested = test === null ? 'not tested' : `${testNames()[test.test]}, ${pText(test.p)}`;
  const mark = imbalance === 'strong' ? ' !!' : imbalance === 'some' ? ' !' : '';
  return `  ${table.column}: ${groups.join(' | ')}; ${tested}; SMD ${short(difference)}${mark}`;
}

function short(value: number | null): string {
  return value === null ? '-' : Number.isFinite(value) ? String(Number(value.toPrecision(3))) : 'infinite';
}

export function defineCohort(commandLine: CommandLine): void {
  commandLine
    .command('cohort <study.json>', 'tell who is analysed and how the groups differ; make groups and matched subsets')
    .option('--groups-by <column>', 'one group for each value of the column')
    .option('--split-by <column>', 'divide each group further by the values of a column')
    .option('--versus-rest <group>', 'this group against all others together')
    .option('--pasted <file>', 'a group of the subjects whose ids are listed in the file')
    .option('--match <columns>', 'leave a subset matched by propensity on these covariates', names)
    .option('--exact <columns>', 'leave a subset that agrees on these; numbers within a tolerance: age:2,sex', names)
    .option(
      '--caliper <x>',
      'farthest propensity, in standard deviations of its logit',
      number(Number.MIN_VALUE, false),
      0.2,
    )
    .option('--seed <n>', 'seed of the order of matching', number(0, true, largestSeed), 1)
    .option('--covariates <columns>', 'columns of the table (default: age, sex, site and the other covariates)', names)
    .option('--ranks', 'compare ranks of numbers in place of their means')
    .option('--table <file.csv>', 'write the table of groups and covariates')
    .option('--flow <file.svg>', 'write the flow of subjects as a diagram')
    .option('--out <study.json>', 'write the changed study')
    .action((study: string, options: CohortOptions, self: Command) =>
      commandLine.carryOut(self, (terminal) => cohortCommand(terminal, study, options)),
    );
}
