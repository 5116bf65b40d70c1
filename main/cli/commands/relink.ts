/** Finds the files of a study that moved, and writes the study with their new places. */
import { resolve } from 'node:path';
import { withEngine } from '../engine-run.ts';
import { openSource } from '../study-source.ts';
import type { Terminal } from '../terminal.ts';
import type { Command } from 'commander';
import type { CommandLine } from '../command-line.ts';

export interface RelinkOptions {
  /** Absent: the study file itself. */
  out?: string;
}

/** @returns exit code 1 where some files were not found; the others are linked all the same */
export async function relinkCommand(
  terminal: Terminal,
  study: string,
  folder: string,
  options: RelinkOptions,
): Promise<number> {
  return await withEngine(terminal, async (run) => {
    await openSource(run, [study], {});
    const { found, missing } = await run.engine.request(
      'study.relink',
      { folder: { path: resolve(folder) } },
      run.interrupted,
    );
    const out = resolve(options.out ?? study);
    if (found > 0) await run.engine.request('study.save-copy', { file: { path: out }, as: 'itself' });
    terminal.result({ study: out, found, missing }, [
      found === 0 && missing.length === 0
        ? 'All files of the study are where they were.'
        : `${found} files found again${missing.length === 0 ? '' : `, ${missing.length} not: ${missing.join(', ')}`}.`,
    ]);
    return missing.length === 0 ? 0 : 1;
  });
}

export function defineRelink(commandLine: CommandLine): void {
  commandLine
    .command('relink <study.json> <folder>', 'find files of a study that moved, by their content')
    .option('--out <study.json>', 'study file to write (default: the same)')
    .action((study: string, folder: string, options: RelinkOptions, self: Command) =>
      commandLine.carryOut(self, (terminal) => relinkCommand(terminal, study, folder, options)),
    );
}
