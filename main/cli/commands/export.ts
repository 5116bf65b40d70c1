import { resolve } from 'node:path';
import type { Input } from '#app/contract/operations.ts';
import { withEngine } from '../engine-run.ts';
import type { Terminal } from '../terminal.ts';
import { type Command, Option } from 'commander';
import { number } from '../arguments.ts';
import type { CommandLine } from '../command-line.ts';

export interface ExportOptions {
  what: Input<'session.export'>['what'] | 'model';
  run: number;
  format: Input<'session.export'>['format'];
  out: string;
}

export async function exportCommand(terminal: Terminal, file: string, options: ExportOptions): Promise<number> {
  return await withEngine(terminal, async ({ engine, interrupted }) => {
    const { session } = await engine.request('session.open-file', { file: { path: resolve(file) } });
    const { what, run } = options;
    if (what === 'model') {
      const folder = resolve(options.out);
      const answer = await engine.request('session.export-model', { session, run, folder: { path: folder } });
      terminal.result({ folder, what, run, ...answer }, [
        `${answer.files.join(', ')} written to ${options.out}.`,
        ...answer.unmapped.map(({ layer, reason }) => `No model.json: ${layer}: ${reason}.`),
      ]);
      return 0;
    }
    const { rows } = await engine.request(
      'session.export',
      { session, what, format: options.format, file: { path: resolve(options.out) } },
      interrupted,
    );
    const document = { file: resolve(options.out), what: options.what, format: options.format, rows };
    terminal.result(document, [`${rows} rows of ${options.what} written to ${options.out}.`]);
    return 0;
  });
}

export function defineExport(commandLine: CommandLine): void {
  commandLine
    .command('export <file>', 'write the numbers of a session, or the model of a run')
    .addOption(
      new Option('--what <what>', 'which numbers')
        .choices(['spectra', 'scalars', 'summaries', 'epochs', 'study', 'model'])
        .default('spectra'),
    )
    .addOption(new Option('--format <format>', 'file format').choices(['csv']).default('csv'))
    .option('--run <k>', 'model: of which run, from 0 in the order of inspect', number(0, true), 0)
    .requiredOption('--out <file>', 'file to write; of a model, the folder')
    .action((file: string, options: ExportOptions, self: Command) =>
      commandLine.carryOut(self, (terminal) => exportCommand(terminal, file, options)),
    );
}
