import { resolve } from 'node:path';
import { defaultStatistics, type TestStatistic } from '#app/inference/statistics.ts';
import type { TestMethod, TestOptions, TestRow } from '#app/inference/test-options.ts';
import { pCell } from '#app/statistics/p-value.ts';
import { withEngine } from '../engine-run.ts';
import type { Terminal } from '../terminal.ts';
import { type Command, Option } from 'commander';
import { largestSeed, names, number, oneOf } from '../arguments.ts';
import type { CommandLine } from '../command-line.ts';
import { defaultMethods, testMethods } from '#app/inference/test-options.ts';
import { testStatistics } from '#app/inference/statistics.ts';

export interface TestCommandOptions {
  statistic?: TestStatistic[];
  method?: TestMethod[];
  permutations: number;
  seed: number;
  /** 'auto', 'none', 'class' or a column. */
  strata: string;
  groups?: string[];
  /** Whether the sessions keep the result. */
  keep?: boolean;
}

export async function testCommand(
  terminal: Terminal,
  files: readonly string[],
  given: TestCommandOptions,
): Promise<number> {
  const options: TestOptions = {
    statistics: given.statistic ?? [...defaultStatistics],
    methods: given.method ?? [...defaultMethods],
    permutations: given.permutations,
    seed: given.seed,
    strata: strataOf(given.strata),
    groups: given.groups === undefined ? null : [given.groups[0] ?? '', given.groups[1] ?? ''],
  };
  return await withEngine(terminal, async ({ engine, interrupted }) => {
    const sessions: string[] = [];
    for (const file of files) {
      const { session } = await engine.request('session.open-file', { file: { path: resolve(file) } });
      sessions.push(session);
    }
    const {
      kept,
      said: _,
      ...answer
    } = await engine.request('session.test', { sessions, options, keep: given.keep === true }, interrupted);
    const keptIn = kept.map(({ test }, i) => ({ file: files[i] ?? '', test }));
    terminal.result({ files, ...answer, kept: keptIn }, [
      `${answer.steps} batches, ${answer.permutations} permutations within strata '${answer.strata}', smallest p ${short(answer.smallestP)}`,
      `Groups: ${answer.groups.map(({ name, subjects }) => `${name} (${subjects})`).join(', ')}`,
      ...table(answer.rows),
      ...answer.notes,
      ...keptIn.map(({ file, test }) => `Kept in ${file} as test ${test}.`),
    ]);
    return 0;
  });
}

function strataOf(text: string): TestOptions['strata'] {
  if (text === 'auto' || text === 'none' || text === 'class') return { kind: text };
  return { kind: 'column', column: text };
}

function table(rows: readonly TestRow[]): string[] {
  const cells = rows.map((row) => [
    row.method,
    row.layer,
    row.quantity,
    row.summary,
    row.groups.join(' - '),
    `${row.window.first}..${row.window.last}`,
    short(row.effect),
    `${short(row.interval[0])} to ${short(row.interval[1])}`,
    String(row.n),
    pCell(row.p),
    pCell(row.pCorrected),
  ]);
  const head = [
    'method',
    'layer',
    'quantity',
    'summary',
    'groups',
    'steps',
    'effect',
    '95 % interval',
    'n',
    'p',
    'p corrected',
  ];
  const widths = head.map((name, i) => Math.max(name.length, ...cells.map((row) => row[i]?.length ?? 0)));
  return [head, ...cells].map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

export function defineTest(commandLine: CommandLine): void {
  commandLine
    .command('test <files...>', 'test whether groups differ in how they drive the training')
    .addOption(
      new Option('--statistic <names>', 'what is compared, with commas').argParser(oneOf('statistic', testStatistics)),
    )
    .addOption(new Option('--method <names>', 'how it is tested, with commas').argParser(oneOf('method', testMethods)))
    .option('--permutations <n>', 'of the labels', number(19, true, 100_000), 999)
    .option('--strata <what>', 'labels are exchanged within: auto, none, class, or a column of the study', 'auto')
    .option('--groups <a,b>', 'two groups (default: all pairs)', names)
    .option('--seed <n>', 'seed of the permutations', number(0, true, largestSeed), 1)
    .option('--keep', 'store the result in the session files')
    .action((files: string[], options: TestCommandOptions, self: Command) =>
      commandLine.carryOut(self, (terminal) => testCommand(terminal, files, options)),
    );
}
