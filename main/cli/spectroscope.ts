/** The command line: the same engine without a window. Exit codes: 0 done, 1 input or setting, 2 usage, 3 fault, 130 interrupted. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import * as v from 'valibot';
import { SpectroscopeError, exitCodes, serialiseError, type SerialisedError } from '#app/contract/errors.ts';
import { calibrateCommand, type CalibrateOptions } from './commands/calibrate.ts';
import { cohortCommand, type CohortOptions } from './commands/cohort.ts';
import { deviceCommand } from './commands/device.ts';
import { exportCommand, type ExportOptions } from './commands/export.ts';
import { importCommand, type ImportOptions } from './commands/import.ts';
import { relinkCommand, type RelinkOptions } from './commands/relink.ts';
import { regroupCommand, type RegroupOptions } from './commands/regroup.ts';
import { inspectCommand } from './commands/inspect.ts';
import type { InspectOptions } from './commands/inspect-study.ts';
import { testCommand, type TestCommandOptions } from './commands/test.ts';
import { trainCommand, type TrainOptions } from './commands/train.ts';
import { seriesSettingForms } from './series-settings.ts';
import { addChoiceOptions } from './import-choices.ts';
import { Terminal } from './terminal.ts';
import { testStatistics } from '#app/inference/statistics.ts';
import { testMethods } from '#app/inference/test-options.ts';
import { activationViews } from '#app/spectra/matrices.ts';
import { orientations } from '#app/study/study.ts';
import type { Input } from '#app/contract/operations.ts';

const devices = ['auto', 'cpu', 'cuda', 'webgpu'] as const;

const largestSeed = 2 ** 32 - 1;

function number(minimum: number, whole: boolean, maximum = Infinity): (text: string) => number {
  return (text) => {
    const value = Number(text);
    const isNumber = text.trim() !== '' && Number.isFinite(value) && (!whole || Number.isInteger(value));
    if (isNumber && value >= minimum && value <= maximum) return value;
    const kind = whole ? 'a whole number' : 'a number';
    const most = maximum === Infinity ? '' : ` and at most ${maximum}`;
    throw new InvalidArgumentError(
      minimum === Number.MIN_VALUE ? `expected ${kind} above 0` : `expected ${kind} of at least ${minimum}${most}`,
    );
  };
}

const names = (text: string): string[] => text.split(',').map((name) => name.trim());
const numbers = (text: string): number[] => names(text).map(number(0, false, 1));
/** Names among known ones, with commas. */
function oneOf<T extends string>(what: string, known: readonly T[]): (text: string) => T[] {
  return (text) =>
    names(text).map((name) => {
      const found = known.find((each) => each === name);
      if (found !== undefined) return found;
      throw new InvalidArgumentError(`'${name}' is no ${what}; there are ${known.join(', ')}`);
    });
}
const collect = (text: string, before: string[] = []): string[] => [...before, text];

function program(
  carryOut: (command: Command, work: (terminal: Terminal) => Promise<number>) => Promise<void>,
): Command {
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
  const source = (each: Command): Command =>
    each
      .option('--table <file>', 'table with one row per subject')
      .option('--id <column>', 'column that names the subject')
      .option('--file <column>', "column that names the subject's scan or series")
      .option('--series-files <pattern>', 'files of series or events, with * and ?: *_task-rest_timeseries.tsv')
      .addOption(new Option('--series-orientation <orientation>', 'what rows and columns are').choices(orientations))
      .addOption(new Option('--series-kind <kind>', 'what the files hold').choices(['series', 'matrices']))
      .option(
        '--dicom-series <text>',
        'of DICOM images: part of the description of the series to use, or a pattern with * and ?',
      );

  addChoiceOptions(
    source(
      command('import [paths...]', 'read tables, a folder of scans or DICOM images, or a BIDS tree into a study file'),
    ),
  )
    .option('--group <column>', 'column that divides the subjects into groups')
    .option('--problems <file>', 'table of what is wrong with the data to write (.tsv or .csv)')
    .option('--out <study.json>', 'study file to write')
    .action((paths: string[], options: ImportOptions, self: Command) =>
      carryOut(self, (terminal) => importCommand(terminal, paths, options)),
    );

  command('cohort <study.json>', 'tell who is analysed and how the groups differ; make groups and matched subsets')
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
      carryOut(self, (terminal) => cohortCommand(terminal, study, options)),
    );

  command('relink <study.json> <folder>', 'find files of a study that moved, by their content')
    .option('--out <study.json>', 'study file to write (default: the same)')
    .action((study: string, folder: string, options: RelinkOptions, self: Command) =>
      carryOut(self, (terminal) => relinkCommand(terminal, study, folder, options)),
    );

  source(command('train [paths...]', 'train a network on a study and record the spectra of each group'))
    .option('--sample <id>', 'a bundled study: ucla-cnp-cognition, lesymap-lesions')
    .option('--group <column>', 'column whose groups are compared')
    .option('--target <column>', 'column that the network learns (default: the groups)')
    .addOption(
      new Option('--task <task>', 'what is learned of it: classes, a number, or the data themselves').choices([
        'classification',
        'regression',
        'reconstruction',
      ]),
    )
    .addOption(new Option('--loss <name>', 'how errors count').choices(['cross-entropy', 'mse', 'huber']))
    .option('--features <columns>', 'columns that the network is fed, with commas', names)
    .option('--model <name>', 'a model of the catalogue (mlp for tables, cnn3d for scans) or a model.json of tfjs')
    .option('--set <name=value>', 'a setting of the model; may be repeated', collect)
    .option('--epochs <n>', 'passes over the training subjects', number(1, true))
    .option('--batch <n>', 'subjects per step', number(1, true))
    .option('--lr <x>', 'learning rate', number(Number.MIN_VALUE, false))
    .addOption(
      new Option('--optimizer <name>', 'how weights are updated').choices(['adam', 'adamw', 'sgd', 'momentum']),
    )
    .option('--schedule <schedule>', 'constant, step:10:0.5, exponential:0.95, cosine:FINAL:WARMUP-EPOCHS')
    .option('--clip <norm>', 'largest norm of the whole gradient; 0: no limit', number(0, false))
    .option('--weight-decay <x>', 'decoupled weight decay', number(0, false))
    .option('--folds <k>', 'stratified folds by subject; 1: a fifth is held out', number(1, true))
    .option('--repeats <n>', 'times that all folds are run, each with another split', number(1, true))
    .option('--seed <n>', 'seed of splits, weights and batches', number(0, true, largestSeed))
    .addOption(
      new Option('--early-stopping <n>', 'stop a fold after so many epochs without improvement; 0: never').argParser(
        number(0, true),
      ),
    )
    .addOption(new Option('--patience <n>', 'the same as --early-stopping').argParser(number(0, true)))
    .option(
      '--checkpoint-minutes <x>',
      'minutes between checkpoints that can be resumed',
      number(Number.MIN_VALUE, false),
    )
    .option('--resume <file.spectra>', 'go on with a session that ended before its training did')
    .option('--study <path>', 'with --resume: where the scans lie now, a folder or a study file')
    .option('--dry-run', 'tell what would be trained and captured, and what it costs; train nothing')
    .option('--spacing <mm>', 'voxel size that scans are averaged to; 0: as they are', number(0, false))
    .addOption(
      new Option('--interpolation <how>', 'how scans come onto one grid; nearest for labels').choices([
        'trilinear',
        'nearest',
      ]),
    )
    .option('--smooth-mm <mm>', 'full width at half maximum of a Gaussian; 0: none', number(0, false))
    .option('--mask <file>', 'NIfTI image whose voxels are kept')
    .addOption(
      new Option('--crop <what>', 'edges that are cut off where no scan has them').choices([
        'non-zero',
        'brain',
        'none',
      ]),
    )
    .addOption(
      new Option('--intensity <how>', "each scan's intensities by its own voxels that are not 0").choices([
        'none',
        'z',
        'min-max',
        'percentile',
      ]),
    )
    .option(
      '--augment <changes>',
      'changes to training samples: flip, shift:2, window:0.8, scale:0.1, noise:0.05, with commas',
      names,
    )
    .addOption(
      new Option('--storage <where>', 'where prepared scans are; auto: on disk when memory is short').choices([
        'auto',
        'memory',
        'disk',
      ]),
    )
    .addOption(
      new Option('--precision <type>', 'of the scans that are streamed from disk').choices(['float16', 'float32']),
    )
    .option('--no-standardise', 'feed the values as they are, without z-scores')
    .addOption(
      new Option('--impute <how>', 'what a missing value becomes, by the training part').choices(['mean', 'median']),
    )
    .option('--indicators', 'a column beside each feature that lacks values, 1 where it does')
    .option('--minimum-variance <x>', 'features that vary no more in the training part are fed as 0', number(0, false))
    .option('--covariates <columns>', 'columns whose linear effects are taken out of the features, with commas', names)
    .option('--harmonise <column>', 'column that names the site: ComBat takes its shift and scale out')
    .option('--harmonise-keep <columns>', 'columns whose effects ComBat keeps, with commas', names)
    .option('--series <name=value>', `how series are prepared; may be repeated: ${seriesSettingForms}`, collect)
    .option('--channels <names>', 'channels of series that networks are fed, with commas', names)
    .option('--capture-every <n>', 'capture every n-th step; 0: never', number(0, true))
    .option('--capture-layers <names>', 'layers to capture, with commas (default: all)', names)
    .addOption(
      new Option('--activation-view <view>', "what the rows of a convolution's activations are").choices(
        activationViews,
      ),
    )
    .option('--keep-grams [n]', 'keep the sample Grams of every n-th captured step, for regroup', number(1, true))
    .option('--gram-layers <names>', 'layers whose Grams are kept, with commas (default: all)', names)
    .option('--gram-megabytes <x>', 'most that the Grams may take (default: 500)', number(Number.MIN_VALUE, false))
    .option('--replay-checkpoints <n>', 'steps of a run whose weights are kept for replay; 0: none', number(0, true))
    .option('--replay-megabytes <x>', 'most that they may take (default: 50)', number(Number.MIN_VALUE, false))
    .addOption(new Option('--device <name>', 'where to compute').choices(devices))
    .option('--overwrite', 'replace the session file if there is one')
    .option('--out <file.spectra>', 'session file to write')
    .action((paths: string[], options: TrainOptions, self: Command) =>
      carryOut(self, (terminal) => trainCommand(terminal, paths, options)),
    );

  command('inspect <file>', 'tell what a session or a study file holds')
    .option('--problems [file]', 'of a study: what is wrong with its data, as a table (.tsv or .csv)')
    .action((file: string, options: InspectOptions, self: Command) =>
      carryOut(self, (terminal) => inspectCommand(terminal, file, options)),
    );

  command('regroup <file>', 'look at a session under other groups, from the sample Grams that it kept or by replay')
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
      carryOut(self, (terminal) => regroupCommand(terminal, file, options)),
    );

  command('test <files...>', 'test whether groups differ in how they drive the training')
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
      carryOut(self, (terminal) => testCommand(terminal, files, options)),
    );

  source(command('calibrate [paths...]', 'how often the tests find what is not there, and what is planted'))
    .option('--sample <id>', 'a bundled study: ucla-cnp-cognition, lesymap-lesions')
    .option('--group <column>', 'column that is learned when no target is named')
    .option('--target <column>', 'column that the network learns')
    .option('--model <name>', 'a model of the catalogue')
    .option('--set <name=value>', 'a setting of the model; may be repeated', collect)
    .option('--epochs <n>', 'passes over the training subjects', number(1, true), 10)
    .option('--batch <n>', 'subjects per step', number(1, true))
    .option('--runs <n>', 'trainings with random groups, and with each planted effect', number(1, true), 100)
    .option('--permutations <n>', 'of the labels', number(19, true, 100_000), 99)
    .option('--nominal <x>', 'nominal level', number(Number.MIN_VALUE, false, 1), 0.05)
    .option('--effects <shares>', 'shares of subjects whose group follows the class, with commas', numbers, [])
    .option('--seed <n>', 'seed of groups, trainings and permutations', number(0, true, largestSeed), 1)
    .action((paths: string[], options: CalibrateOptions, self: Command) =>
      carryOut(self, (terminal) => calibrateCommand(terminal, paths, options)),
    );

  command('export <file>', 'write the numbers of a session, or the model of a run')
    .addOption(
      new Option('--what <what>', 'which numbers')
        .choices(['spectra', 'scalars', 'summaries', 'epochs', 'study', 'model'])
        .default('spectra'),
    )
    .addOption(new Option('--format <format>', 'file format').choices(['csv']).default('csv'))
    .option('--run <k>', 'model: of which run, from 0 in the order of inspect', number(0, true), 0)
    .requiredOption('--out <file>', 'file to write; of a model, the folder')
    .action((file: string, options: ExportOptions, self: Command) =>
      carryOut(self, (terminal) => exportCommand(terminal, file, options)),
    );

  command('device', 'tell where training would run, and why')
    .addOption(new Option('--device <name>', 'the device to ask for').choices(devices).default('auto'))
    .action((options: Input<'device.describe'>, self: Command) =>
      carryOut(self, (terminal) => deviceCommand(terminal, options)),
    );
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
  const carryOut = async (command: Command, work: (terminal: Terminal) => Promise<number>): Promise<void> => {
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
