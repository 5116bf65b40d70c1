/** Trains on labels that mean nothing, and on labels that mean something, and tells how often the tests find them. */
import { resolve } from 'node:path';
import { plantedLabels, rateOf, rateOfAny, ratesOfTests, type Rate } from '#app/inference/calibration.ts';
import { signLevel } from '#app/inference/looks.ts';
import { defaultStatistics } from '#app/inference/statistics.ts';
import type { TestMethod, TestRow } from '#app/inference/test-options.ts';
import { settingError } from '#app/contract/errors.ts';
import type { StudyView } from '#app/contract/operations.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { inputKindOf } from '#app/model/input-kinds.ts';
import { defaultConfiguration, firstModels } from '#app/run/defaults.ts';
import { SeededRandom } from '#app/run/random.ts';
import { withEngine, type EngineRun } from '../engine-run.ts';
import { chosenModel } from '../model-settings.ts';
import { openSource, type SourceOptions } from '../study-source.ts';
import type { Terminal } from '../terminal.ts';
import { labelled, waitForEnd } from './train.ts';
import type { Command } from 'commander';
import { collect, largestSeed, number, numbers } from '../arguments.ts';
import type { CommandLine } from '../command-line.ts';
import { addSourceOptions } from '../study-source.ts';

export interface CalibrateOptions extends SourceOptions {
  group?: string;
  target?: string;
  model?: string;
  set?: string[];
  epochs: number;
  batch?: number;
  runs: number;
  permutations: number;
  nominal: number;
  effects: number[];
  seed: number;
  keep?: string;
}

const groups = ['first', 'second'] as const;
const methods: readonly TestMethod[] = ['permutation', 'max-statistic', 'cluster-mass', 'per-iteration'];

export async function calibrateCommand(
  terminal: Terminal,
  paths: readonly string[],
  options: CalibrateOptions,
): Promise<number> {
  return await withEngine(terminal, async (run) => {
    const session = await sessionToKeepIn(run, options);
    const view = await withTarget(run, await labelled(run, await openSource(run, paths, options), options), options);
    const configuration = configurationOf(view, options);
    const random = new SeededRandom(options.seed);
    const { tests: null_, signs } = await series(terminal, run, view, configuration, options, 0, random);
    const power: { effect: number; any: Rate; best: Rate; earlySigns: Rate }[] = [];
    const falseSigns = rateOf(signs.filter(Boolean).length, signs.length);
    for (const effect of options.effects) {
      if (run.interrupted.aborted) break;
      const { tests: found, signs: marked } = await series(terminal, run, view, configuration, options, effect, random);
      const tests = ratesOfTests(found, options.nominal).filter(({ method }) => method === 'permutation');
      power.push({
        effect,
        any: rateOfAny(found, 'permutation', options.nominal),
        earlySigns: rateOf(marked.filter(Boolean).length, marked.length),
        best: tests.map(({ rate }) => rate).sort((a, b) => b.rate - a.rate)[0] ?? rateOf(0, found.length),
      });
    }
    const any = Object.fromEntries(methods.map((method) => [method, rateOfAny(null_, method, options.nominal)]));
    const overall = any['permutation'] ?? rateOf(0, 0);
    const tests = ratesOfTests(null_, options.nominal);
    const result = {
      nominal: options.nominal,
      runs: null_.length,
      permutations: options.permutations,
      subjects: view.study.subjects.length,
      any,
      power,
    };
    if (session !== null) await run.engine.request('session.keep-calibration', { session, result });
    terminal.result(
      {
        ...result,
        falsePositives: overall.rate,
        interval: overall.interval,
        earlySigns: { level: signLevel, ...falseSigns },
        tests,
      },
      [
        `${null_.length} trainings on random groups, ${options.permutations} permutations, nominal level ${options.nominal}.`,
        'Trainings with any corrected p at or below it:',
        ...Object.entries(any).map(([method, rate]) => `  ${method}: ${shown(rate)}`),
        `Trainings with a false early sign in any layer (level ${signLevel}): ${shown(falseSigns)}`,
        'Each test by its own p:',
        ...tests.map(
          ({ method, layer, quantity, summary, rate }) => `  ${method} ${layer} ${quantity} ${summary}: ${shown(rate)}`,
        ),
        ...(power.length === 0
          ? []
          : ['Planted: share of subjects whose group follows the class, and how often found:']),
        ...power.map(
          ({ effect, any: found, best, earlySigns }) =>
            `  ${effect}: any ${shown(found)}, best single test ${shown(best)}, early sign ${shown(earlySigns)}`,
        ),
      ],
    );
    return 0;
  });
}

/** Finds out before hours of training whether it can keep the result. @returns null where none was named */
async function sessionToKeepIn({ engine }: EngineRun, { keep }: CalibrateOptions): Promise<string | null> {
  if (keep === undefined) return null;
  const { session } = await engine.request('session.open-file', { file: { path: resolve(keep) } });
  await engine.request('session.keep-calibration', { session, result: null });
  return session;
}

/** Groups that are made up need a target of their own. */
async function withTarget({ engine }: EngineRun, view: StudyView, { group }: CalibrateOptions): Promise<StudyView> {
  if (view.study.target !== null) return view;
  const column = group ?? view.study.groups.column;
  if (column === null) {
    throw settingError('no-target', 'Random groups need something else to learn: name its column with --target.', {
      field: '--target',
    });
  }
  return await engine.request('study.edit', { edit: { kind: 'label-by-column', labelling: 'target', column } });
}

function configurationOf({ study }: StudyView, options: CalibrateOptions): RunConfiguration {
  const model = chosenModel(options.model ?? firstModels[inputKindOf(study.kind)], options.set ?? []);
  const defaults = defaultConfiguration(study, model.name);
  return {
    ...defaults,
    model: { name: model.name, settings: { ...defaults.model.settings, ...model.settings } },
    epochs: options.epochs,
    batchSize: options.batch ?? defaults.batchSize,
    folds: 1,
    capture: { ...defaults.capture, grams: { every: 1, layers: null, megabytes: 2000 } },
  };
}

/** Of each training the rows of its tests, and whether a layer left the band of chance as it went. */
async function series(
  terminal: Terminal,
  run: EngineRun,
  view: StudyView,
  configuration: RunConfiguration,
  options: CalibrateOptions,
  effect: number,
  random: SeededRandom,
): Promise<{ tests: TestRow[][]; signs: boolean[] }> {
  const found: TestRow[][] = [];
  const signs: boolean[] = [];
  await emptyGroups(run, view);
  const subjects = view.study.subjects.flatMap(({ id, excluded }, row) => {
    const target = view.study.target?.groups.findIndex(({ name }) => name === view.targetOf[row]) ?? -1;
    return excluded === null && target >= 0 ? [{ id, target }] : [];
  });
  for (let training = 0; training < options.runs; training++) {
    terminal.note(`Effect ${effect}, training ${training + 1} of ${options.runs}`);
    try {
      run.interrupted.throwIfAborted();
      await groupAtRandom(run, subjects, effect, random);
      const told = await trainAndTest(terminal, run, configuration, options, effect, random.integer(2 ** 31));
      found.push(told.rows);
      signs.push(told.isMarked);
    } catch (error) {
      // What was done until then is told: a calibration of a real study takes hours.
      if (!run.interrupted.aborted || found.length === 0) throw error;
      break;
    }
  }
  return { tests: found, signs };
}

async function groupAtRandom(
  { engine }: EngineRun,
  subjects: readonly { id: string; target: number }[],
  effect: number,
  random: SeededRandom,
): Promise<void> {
  const classOf = subjects.map(({ target }) => target);
  const labels = plantedLabels(classOf, effect, random);
  for (const [label, name] of groups.entries()) {
    const members = subjects.filter((_, i) => labels[i] === label).map(({ id }) => id);
    const edit = { kind: 'assign', labelling: 'groups', subjects: members, group: name } as const;
    await engine.request('study.edit', { edit });
  }
}

async function trainAndTest(
  terminal: Terminal,
  run: EngineRun,
  configuration: RunConfiguration,
  { permutations }: CalibrateOptions,
  effect: number,
  seed: number,
): Promise<{ rows: TestRow[]; isMarked: boolean }> {
  const end = waitForEnd(run, terminal, false);
  const { session } = await run.engine.request('run.start', {
    configuration: { ...configuration, seed },
    title: 'calibration',
    file: null,
  });
  const { status, message } = await end;
  if (status !== 'finished') throw settingError('training-failed', message === '' ? status : message);
  const options = {
    statistics: [...defaultStatistics],
    methods: [...methods],
    permutations,
    seed,
    // Random groups are tested as any are; groups that follow the class are not looked for within classes.
    strata: { kind: effect === 0 ? ('auto' as const) : ('none' as const) },
    groups: null,
  };
  const { rows } = await run.engine.request('session.test', { sessions: [session], options }, run.interrupted);
  const { marks } = await run.engine.request('session.early-signs', { session });
  await run.engine.request('session.delete', { session });
  return { rows, isMarked: marks.length > 0 };
}

/** Two groups without members in place of those of the study. */
async function emptyGroups({ engine }: EngineRun, { study }: StudyView): Promise<void> {
  const edit = async (change: Parameters<typeof engine.request<'study.edit'>>[1]['edit']): Promise<void> => {
    await engine.request('study.edit', { edit: change });
  };
  const current = await engine.request('study.current', {});
  for (const { name } of (current?.study ?? study).groups.groups) {
    await edit({ kind: 'remove-group', labelling: 'groups', name });
  }
  for (const [colour, name] of groups.entries()) {
    await edit({ kind: 'add-group', labelling: 'groups', group: { name, colour, rule: null } });
  }
}

function shown({ hits, runs, rate, interval: [low, high] }: Rate): string {
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  return `${percent(rate)} (${hits} of ${runs}; 95 % interval ${percent(low)} to ${percent(high)})`;
}

export function defineCalibrate(commandLine: CommandLine): void {
  addSourceOptions(
    commandLine.command('calibrate [paths...]', 'how often the tests find what is not there, and what is planted'),
  )
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
    .option('--keep <file.spectra>', 'session that keeps the result: its reports tell it')
    .action((paths: string[], options: CalibrateOptions, self: Command) =>
      commandLine.carryOut(self, (terminal) => calibrateCommand(terminal, paths, options)),
    );
}
