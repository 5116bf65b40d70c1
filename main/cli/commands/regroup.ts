import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { isTableName } from '#app/data/table-name.ts';
import { settingError, SpectroscopeError } from '#app/contract/errors.ts';
import type { Answer, Input } from '#app/contract/operations.ts';
import { withEngine } from '../engine-run.ts';
import type { Terminal } from '../terminal.ts';
import { type Command, Option } from 'commander';
import type { CommandLine } from '../command-line.ts';

type ReplayInput = Pick<Input<'run.replay'>, 'steps' | 'study'>;

export interface RegroupOptions {
  /** A column of the session's study, or a table of subjects and groups. */
  by: string;
  title?: string;
  overwrite?: boolean;
  replay?: boolean;
  replaySteps?: 'checkpoints' | 'all';
  study?: string;
  out: string;
}

export async function regroupCommand(terminal: Terminal, file: string, options: RegroupOptions): Promise<number> {
  const out = resolve(options.out);
  if (out === resolve(file)) {
    throw settingError('session-exists', `${options.out} is the session that is regrouped: choose another name.`, {
      field: 'out',
    });
  }
  if (existsSync(out) && options.overwrite !== true) {
    throw settingError('session-exists', `${options.out} exists already: choose another name or give --overwrite.`, {
      field: 'out',
    });
  }
  const replay = replayOf(options);
  return await withEngine(terminal, async ({ engine, interrupted }) => {
    const { session } = await engine.request('session.open-file', { file: { path: resolve(file) } });
    const input: Input<'session.regroup'> = {
      session,
      by: isTableName(options.by)
        ? { kind: 'table', file: { path: resolve(options.by) } }
        : { kind: 'column', column: options.by },
      title: options.title ?? null,
      file: { path: out },
      overwrite: options.overwrite === true,
    };
    const answer =
      replay === null
        ? await engine.request('session.regroup', input, interrupted)
        : await engine.request('run.replay', { ...input, ...replay }, interrupted);
    const { session: _, ...told } = answer;
    terminal.result({ file: out, ...told }, describe(answer, options.out));
    return 0;
  });
}

function replayOf({ replay, replaySteps, study }: RegroupOptions): ReplayInput | null {
  if (replay !== true && replaySteps === undefined) {
    if (study === undefined) return null;
    throw new SpectroscopeError(
      'usage',
      'no-replay',
      'Data are read by --replay alone: add it, or leave --study out.',
      {
        field: '--study',
      },
    );
  }
  return { steps: replaySteps ?? 'checkpoints', study: study === undefined ? null : { path: resolve(study) } };
}

function describe(answer: Answer<'session.regroup'>, out: string): string[] {
  const { groups, steps, gramSteps, replayedSteps, lossDifference, layers } = answer;
  const counts = [
    ...(gramSteps > 0 ? [`${gramSteps} from Grams`] : []),
    ...(replayedSteps > 0 ? [`${replayedSteps} replayed`] : []),
  ];
  return [
    `${steps} steps regrouped (${counts.join(', ')}) into ${groups.map(({ name, subjects }) => `${name} (${subjects})`).join(', ')}: ${out}`,
    ...layers.map(({ name, regrouped, replayed }) => {
      const parts = [
        ...(regrouped.length > 0 ? [`from Grams ${regrouped.join(', ')}`] : []),
        ...(replayed.length > 0 ? [`by replay ${replayed.join(', ')}`] : []),
      ];
      return parts.length === 0
        ? `  ${name}: alignment of the gradients only; its spectra need --replay`
        : `  ${name}: ${parts.join('; ')}`;
    }),
    ...(lossDifference === null
      ? []
      : [`Replayed losses are the recorded ones within ${lossDifference.toExponential(1)} of them`]),
  ];
}

export function defineRegroup(commandLine: CommandLine): void {
  commandLine
    .command('regroup <file>', 'look at a session under other groups, from the sample Grams that it kept or by replay')
    .requiredOption('--by <column|labels.tsv>', 'a column of the study, or a table: subject, group')
    .option('--replay', 'look again at the steps whose weights were kept, from their data: all layers, exactly')
    .addOption(
      new Option(
        '--replay-steps <which>',
        'those whose weights were kept, or all, by training again as it was',
      ).choices(['checkpoints', 'all']),
    )
    .option('--study <path>', 'with --replay: where the scans lie now, a folder or a study file')
    .option('--title <text>', 'name of the new session')
    .option('--overwrite', 'replace the session file if there is one')
    .requiredOption('--out <file.spectra>', 'session file to write')
    .action((file: string, options: RegroupOptions, self: Command) =>
      commandLine.carryOut(self, (terminal) => regroupCommand(terminal, file, options)),
    );
}
