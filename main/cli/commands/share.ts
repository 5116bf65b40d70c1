import { resolve } from 'node:path';
import type { Command } from 'commander';
import { SpectroscopeError } from '#app/contract/errors.ts';
import { usualShareOptions, type ShareAnswer, type ShareItem } from '#app/contract/share.ts';
import { names } from '../arguments.ts';
import type { CommandLine } from '../command-line.ts';
import { withEngine } from '../engine-run.ts';
import type { Terminal } from '../terminal.ts';

export interface ShareCommandOptions {
  out?: string;
  preview?: boolean;
  keep?: string[];
  names?: boolean;
  weights?: boolean;
  /** False with --no-grams, --no-predictions. */
  grams: boolean;
  predictions: boolean;
}

export async function shareCommand(terminal: Terminal, file: string, given: ShareCommandOptions): Promise<number> {
  const out = given.preview === true ? null : (given.out ?? null);
  if (out === null && given.preview !== true) {
    throw new SpectroscopeError('usage', 'no-out', 'Say where the copy goes with --out, or look first with --preview.');
  }
  const options = {
    ...usualShareOptions,
    columns: given.keep ?? [],
    names: given.names === true,
    weights: given.weights === true,
    grams: given.grams,
    predictions: given.predictions,
  };
  return await withEngine(terminal, async ({ engine, interrupted }) => {
    const { session } = await engine.request('session.open-file', { file: { path: resolve(file) } });
    const target = out === null ? null : { path: resolve(out) };
    const answer = await engine.request('session.share', { session, options, file: target }, interrupted);
    terminal.result({ file: target?.path ?? null, options, ...answer }, lines(answer, out));
    return 0;
  });
}

function lines({ contains, dropped, reveals }: ShareAnswer, out: string | null): string[] {
  return [
    out === null ? 'The copy would contain:' : `${out} contains:`,
    ...listed(contains),
    out === null ? 'It would leave out:' : 'It leaves out:',
    ...listed(dropped),
    ...(reveals.length === 0 ? [] : ['What it can still tell:', ...reveals.map((sentence) => `  ${sentence}`)]),
  ];
}

function listed(items: readonly ShareItem[]): string[] {
  const width = Math.max(0, ...items.map(({ what }) => what.length));
  return items.map(({ what, detail }) => `  ${what.padEnd(width)}  ${detail}`);
}

export function defineShare(commandLine: CommandLine): void {
  commandLine
    .command('share <file>', 'copy a session without ids, notes, file names and table values')
    .option('--out <file>', 'the copy to write (.spectra)')
    .option('--preview', 'tell what the copy would hold and leave out, and write nothing')
    .option('--keep <columns>', 'columns of the table whose values stay, with commas', names)
    .option('--names', 'keep title, study name, description and attribution')
    .option('--weights', 'keep the weights of the networks and their preparation')
    .option('--no-grams', 'leave out products of samples: the copy cannot be tested or regrouped')
    .option('--no-predictions', 'leave out what the networks said of each subject')
    .action((file: string, options: ShareCommandOptions, self: Command) =>
      commandLine.carryOut(self, (terminal) => shareCommand(terminal, file, options)),
    );
}
