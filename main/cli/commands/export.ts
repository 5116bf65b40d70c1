import { resolve } from 'node:path';
import { exportFormats, exportWhats, usualWhat, type ExportFormat, type ExportWhat } from '#app/contract/export.ts';
import { withEngine } from '../engine-run.ts';
import type { Terminal } from '../terminal.ts';
import { type Command, Option } from 'commander';
import { number } from '../arguments.ts';
import type { CommandLine } from '../command-line.ts';

export interface ExportOptions {
  /** Absent: what is usual for the format. */
  what?: ExportWhat | 'model';
  run: number;
  format: ExportFormat;
  out: string;
}

export async function exportCommand(terminal: Terminal, file: string, options: ExportOptions): Promise<number> {
  return await withEngine(terminal, async ({ engine, interrupted }) => {
    const { session } = await engine.request('session.open-file', { file: { path: resolve(file) } });
    const { run, format } = options;
    const what = options.what ?? usualWhat(format);
    const out = resolve(options.out);
    if (what === 'model') {
      const answer = await engine.request('session.export-model', { session, run, folder: { path: out } });
      terminal.result({ folder: out, what, run, ...answer }, [
        `${answer.files.join(', ')} written to ${options.out}.`,
        ...answer.unmapped.map(({ layer, reason }) => `No model.json: ${layer}: ${reason}.`),
      ]);
      return 0;
    }
    const answer = await engine.request('session.export', { session, what, format, file: { path: out } }, interrupted);
    terminal.result({ file: out, what, format, ...answer }, [
      `${answer.rows} ${format === 'tensorboard' ? 'points' : 'rows'} of ${what} written to ${options.out} (${format}).`,
    ]);
    return 0;
  });
}

export function defineExport(commandLine: CommandLine): void {
  commandLine
    .command('export <file>', 'write the numbers of a session, or the model of a run')
    .addOption(
      new Option('--what <what>', 'which numbers; usual: spectra of csv and parquet, everything of the others').choices(
        [...exportWhats, 'model'],
      ),
    )
    .addOption(new Option('--format <format>', 'file format').choices(exportFormats).default('csv'))
    .option('--run <k>', 'model: of which run, from 0 in the order of inspect', number(0, true), 0)
    .requiredOption(
      '--out <path>',
      'file to write; a new folder for tensorboard and for every table; of a model, the folder',
    )
    .action((file: string, options: ExportOptions, self: Command) =>
      commandLine.carryOut(self, (terminal) => exportCommand(terminal, file, options)),
    );
}
