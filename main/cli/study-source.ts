/** Opens what a person named on the command line as the engine's study: a study file, a sample, or data to import. */
import { existsSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { SpectroscopeError, inputError } from '#app/contract/errors.ts';
import type { Input, StudyView } from '#app/contract/operations.ts';
import { areMeasurements, mostClasses } from '#app/data/columns.ts';
import type { ImportChoices } from '#app/data/import-choices.ts';
import { listed } from '#app/study/labelling.ts';
import { orientations, type Column, type Orientation, type Study } from '#app/study/study.ts';
import { addAtlasOptions, atlasInput, type AtlasOptions } from './atlas-options.ts';
import type { EngineRun } from './engine-run.ts';

export interface SourceOptions extends AtlasOptions {
  table?: string | undefined;
  id?: string | undefined;
  file?: string | undefined;
  sample?: string | undefined;
  seriesFiles?: string | undefined;
  seriesOrientation?: Orientation | undefined;
  seriesKind?: 'series' | 'matrices' | undefined;
  dicomSeries?: string | undefined;
}

export function addSourceOptions(command: Command): Command {
  const withSources = command
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
  return addAtlasOptions(withSources);
}

/** @throws SpectroscopeError (kind 'usage' or 'input') where there is nothing to import */
export function importInput(
  paths: readonly string[],
  options: SourceOptions,
  choices?: ImportChoices,
): Input<'study.import'> {
  if (paths.length === 0) {
    throw new SpectroscopeError('usage', 'no-path', 'Name a table, a folder, a BIDS tree or a study file.');
  }
  for (const path of paths) {
    if (!existsSync(path)) throw inputError('not-found', `${path}: there is no such file or folder.`, { file: path });
  }
  if (options.table !== undefined && !existsSync(options.table)) {
    throw inputError('not-found', `${options.table}: there is no such table (--table).`, { file: options.table });
  }
  return {
    paths: paths.map((path) => ({ path: resolve(path) })),
    table: options.table === undefined ? null : { path: resolve(options.table) },
    idColumn: options.id ?? null,
    fileColumn: options.file ?? null,
    series: {
      files: options.seriesFiles ?? null,
      orientation: options.seriesOrientation ?? null,
      kind: options.seriesKind ?? null,
    },
    dicomSeries: options.dicomSeries ?? null,
    atlas: atlasInput(options),
    ...(choices === undefined ? {} : { choices }),
  };
}

export async function openSource(
  run: EngineRun,
  paths: readonly string[],
  options: SourceOptions,
  choices?: ImportChoices,
): Promise<StudyView> {
  if (options.sample !== undefined) return await run.engine.request('sample.open', { sample: options.sample });
  const [first] = paths;
  if (paths.length === 1 && first?.endsWith('.json') === true && existsSync(first) && statSync(first).isFile()) {
    return await run.engine.request('study.open', { file: { path: resolve(first) } });
  }
  return await run.engine.request('study.import', importInput(paths, options, choices), run.interrupted);
}

/** Subjects that take part, by group. */
export function groupCounts(view: StudyView): { name: string; subjects: number }[] {
  return view.study.groups.groups.map(({ name }) => ({
    name,
    subjects: view.study.subjects.filter((subject, i) => subject.excluded === null && view.groupOf[i] === name).length,
  }));
}

/** A sentence for a study that nothing divides yet: which columns could. */
export function noGroupsSentence({ columns, subjects }: Study): string {
  const taking = subjects.filter(({ excluded }) => excluded === null);
  const divides = ({ name, role, type }: Column): boolean => {
    if (role === 'id' || role === 'file' || type === 'text') return false;
    const cells = taking.map(({ values }) => values[name] ?? null);
    const levels = new Set(cells.filter((cell) => cell !== null)).size;
    return levels > 1 && levels <= mostClasses && !areMeasurements(cells);
  };
  const found = columns.filter(divides);
  const [texts, numbers] = [
    found.filter(({ type }) => type !== 'number'),
    found.filter(({ type }) => type === 'number'),
  ];
  const names = [...texts, ...numbers].map(({ name }) => name);
  return `The study has no groups: name the column that divides the subjects with --group.${
    names.length === 0 ? '' : ` Columns of few values are: ${listed(names, 8)}.`
  }`;
}

export function title(path: string): string {
  return basename(path).replace(/\.[^.]+$/, '');
}
