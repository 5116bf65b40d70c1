/** The command line: the same engine without a window. Exit codes: 0 done, 1 input or setting, 2 usage, 3 fault, 130 interrupted. */
import { Command, CommanderError } from 'commander';
import * as v from 'valibot';
import { SpectroscopeError, exitCodes, serialiseError, type SerialisedError } from '#app/contract/errors.ts';
import type { CommandLine } from './command-line.ts';
import { defineCalibrate } from './commands/calibrate.ts';
import { defineCohort } from './commands/cohort.ts';
import { defineCompare } from './commands/compare.ts';
import { defineDevice } from './commands/device.ts';
import { defineExport } from './commands/export.ts';
import { defineImport } from './commands/import.ts';
import { defineInspect } from './commands/inspect.ts';
import { defineRegroup } from './commands/regroup.ts';
import { defineRelink } from './commands/relink.ts';
import { defineShare } from './commands/share.ts';
import { defineReport } from './commands/report.ts';
import { defineTest } from './commands/test.ts';
import { defineTrain } from './define-train.ts';
import { Terminal } from './terminal.ts';

/** In the order in which the help lists them: that of the work. */
const definitions: readonly ((commandLine: CommandLine) => void)[] = [
  defineImport,
  defineCohort,
  defineRelink,
  defineTrain,
  defineInspect,
  defineRegroup,
  defineTest,
  defineCompare,
  defineCalibrate,
  defineExport,
  defineShare,
  defineReport,
  defineDevice,
];

function program(carryOut: CommandLine['carryOut']): Command {
  const root = new Command('spectroscope')
    .description('Watch how each group of subjects drives the training of a network.')
    .exitOverride()
    .showHelpAfterError('(add --help for what a command takes)');
  const command = (usage: string, description: string): Command =>
    root
      .command(usage)
      .description(description)
      .option('--json', 'print exactly one JSON document on stdout')
      .exitOverride();
  for (const define of definitions) define({ command, carryOut });
  return root;
}

function printError(error: SerialisedError): void {
  process.stdout.write(`${JSON.stringify({ error }, null, 2)}\n`);
}

function usageError({ code, message }: CommanderError): SerialisedError {
  return { kind: 'usage', code: code.replace('commander.', ''), message: message.replace('error: ', '') };
}

function report(error: unknown, json: boolean): number {
  const serialised = serialiseError(error);
  const { kind, ...rest } = serialised;
  if (json) printError(serialised);
  const isOurs = error instanceof SpectroscopeError;
  process.stderr.write(`${rest.message}\n`);
  if (!isOurs || kind === 'fault') {
    process.stderr.write('This is a fault of the program, not of your data.\n');
    if (error instanceof v.ValiError) process.stderr.write(`${JSON.stringify(v.flatten(error.issues))}\n`);
    if (process.env['SPECTROSCOPE_VERBOSE'] !== undefined) console.error(error);
  }
  return exitCodes[kind];
}

async function main(): Promise<number> {
  let code = 0;
  const carryOut: CommandLine['carryOut'] = async (command, work) => {
    const json = command.opts<{ json?: boolean }>().json === true;
    try {
      code = await work(new Terminal(json));
    } catch (error) {
      code = report(error, json);
    }
  };
  try {
    await program(carryOut).parseAsync(process.argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    // Commander has said it on stderr.
    if (process.argv.includes('--json')) printError(usageError(error));
    return exitCodes.usage;
  }
  return code;
}

// A reader that has seen enough, as head does, is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
process.exitCode = await main();
