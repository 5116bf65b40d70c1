/** The options of `train`. */
import { type Command, Option } from 'commander';
import { collect, devices, largestSeed, names, number, oneOf } from './arguments.ts';
import type { CommandLine } from './command-line.ts';
import { addChoiceOptions } from './import-choices.ts';
import { addSourceOptions } from './study-source.ts';
import { quantities } from '#app/run/configuration.ts';
import { activationViews } from '#app/spectra/matrices.ts';
import { seriesSettingForms } from './series-settings.ts';
import { trainCommand, type TrainOptions } from './commands/train.ts';

export function defineTrain(commandLine: CommandLine): void {
  addChoiceOptions(
    addSourceOptions(
      commandLine.command('train [paths...]', 'train a network on a study and record the spectra of each group'),
    ),
  )
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
    .addOption(
      new Option('--class-weights <how>', 'balanced: a small class counts as much as a large one').choices([
        'balanced',
        'none',
      ]),
    )
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
        'white-stripe',
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
    .option(
      '--capture-quantities <names>',
      `which of ${quantities.join(', ')} are captured, with commas (default: all)`,
      oneOf('quantity', quantities),
    )
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
      commandLine.carryOut(self, (terminal) => trainCommand(terminal, paths, options)),
    );
}
