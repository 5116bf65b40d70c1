/** Opens what a person named on the command line as the engine's study: a study file, a sample, or data to import. */
import { existsSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { SpectroscopeError, inputError } from '#app/contract/errors.ts';
import type { StudyView } from '#app/contract/operations.ts';
import type { Orientation } from '#app/study/study.ts';
import type { EngineRun } from './engine-run.ts';

export interface SourceOptions {
  table?: string | undefined;
  id?: string | undefined;
  file?: string | undefined;
  sample?: string | undefined;
  dicomSeries?: string | undefined;
  seriesFiles?: string | undefined;
  seriesOrientation?: Orientation | undefined;
  seriesKind?: 'series' | 'matrices' | undefined;
}

export async function openSource(run: EngineRun, paths: readonly string[], options: SourceOptions): Promise<StudyView> {
  if (options.sample !== undefined) return await run.engine.request('sample.open', { sample: options.sample });
  const [first] = paths;
  if (first === undefined) {
    throw new SpectroscopeError('usage', 'no-path', 'Name a table, a folder, a BIDS tree or a study file.');
  }
  for (const path of paths) {
    if (!existsSync(path)) throw inputError('not-found', `${path}: there is no such file or folder.`, { file: path });
  }
  if (paths.length === 1 && first.endsWith('.json') && statSync(first).isFile()) {
    return await run.engine.request('study.open', { file: { path: resolve(first) } });
  }
  if (options.table !== undefined && !existsSync(options.table)) {
    throw inputError('not-found', `${options.table}: there is no such table (--table).`, { file: options.table });
  }
  return await run.engine.request(
    'study.import',
    {
      paths: paths.map((path) => ({ path: resolve(path) })),
      table: options.table === undefined ? null : { path: resolve(options.table) },
      idColumn: options.id ?? null,
      fileColumn: options.file ?? null,
      dicomSeries: options.dicomSeries ?? null,
      series: {
        files: options.seriesFiles ?? null,
        orientation: options.seriesOrientation ?? null,
        kind: options.seriesKind ?? null,
      },
    },
    run.interrupted,
  );
}

/** Subjects that take part, by group. */
export function groupCounts(view: StudyView): { name: string; subjects: number }[] {
  return view.study.groups.groups.map(({ name }) => ({
    name,
    subjects: view.study.subjects.filter((subject, i) => subject.excluded === null && view.groupOf[i] === name).length,
  }));
}

export function title(path: string): string {
  return basename(path).replace(/\.[^.]+$/, '');
}
