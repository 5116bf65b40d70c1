/** Whether what a person pointed at holds series: files of arrays, texts that are matrices, or tables of events. */
import { stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { isTableName } from '#app/data/table-name.ts';
import { inputError, SpectroscopeError } from '#app/contract/errors.ts';
import type { ImportChoices } from '#app/data/import-choices.ts';
import { globPattern } from '#app/study/membership.ts';
import { someOf } from '#app/study/labelling.ts';
import { told } from '#app/study/problem-words.ts';
import type { Orientation, Problem } from '#app/study/study.ts';
import { sentence } from '#app/text/sentence.ts';
import { isScan, listFiles } from '../find-files.ts';
import { describeDataset } from '../dataset-description.ts';
import { commonFolder, slashes } from '../folders.ts';
import { addPhenotypes, chooseTable, plain, type Sources } from '../import-sources.ts';
import { readWhole } from '../read-file.ts';
import { decodeText } from '../text.ts';
import { isArrayFile, isTextMatrix } from './read-arrays.ts';
import { readTextMatrix } from './text-matrix.ts';

export interface SeriesRequest {
  /** Pattern with * and ? of the names, or paths, of the files; null: look for them. */
  files: string | null;
  /** null: found from the files. */
  orientation: Orientation | null;
  /** null: matrices where they are square and symmetric. */
  kind: 'series' | 'matrices' | null;
}

export interface FoundSeries {
  /** `scans` are the files of series; null: what was pointed at holds none. */
  sources: Sources | null;
  /** Tasks whose tables of events could be read as series, as BIDS names them; those with most files first. */
  tasks: EventTask[];
  /** What a person should know where there are none. */
  notes: Problem[];
}

export interface EventTask {
  task: string;
  files: number;
  /** Of the names of its files, as `SeriesRequest.files` takes it. */
  pattern: string;
}

const leftOut = ['derivatives', 'sourcedata', 'code', 'stimuli', 'node_modules'];
/** Fewer texts that look like matrices are tables of something. */
const fewestTexts = 3;

/**
 * @param paths absolute, of files and folders
 * @param table that names the subjects; null: it is looked for
 * @throws SpectroscopeError (kind 'input') when a pattern fits nothing; 'cancelled'
 */
export async function findSeries(
  paths: readonly string[],
  table: string | null,
  request: SeriesRequest | null,
  choices: ImportChoices,
  signal: AbortSignal,
): Promise<FoundSeries> {
  const folders: string[] = [];
  const named: string[] = [];
  for (const path of paths) ((await isFolder(path)) ? folders : named).push(path);
  const pattern = request?.files ?? null;
  if (
    pattern === null &&
    folders.length === 0 &&
    !named.some(isArrayFile) &&
    named.filter(isTableName).length < fewestTexts
  ) {
    return { sources: null, tasks: [], notes: [] };
  }
  const left = pattern === null ? leftOut : ['node_modules'];
  const found = await Promise.all(
    folders.map(async (folder) => (await listFiles(folder, left, signal)).map((path) => join(folder, path))),
  );
  const files = [...named, ...found.flat()].filter((path) => path !== table);
  const root = folders.length === 1 && named.length === 0 ? (folders[0] as string) : commonFolder(files);
  const chosen = pattern === null ? await look(files) : matching(files, root, pattern);
  const tasks = eventTasks(files);
  if (chosen.length === 0) return { sources: null, tasks, notes: eventNotes(tasks, root) };
  return { sources: await sourcesOf(root, files, chosen, table, named, choices), tasks, notes: [] };
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() === true;
}

/** @throws SpectroscopeError (kind 'input') when no file fits */
function matching(files: readonly string[], root: string, pattern: string): string[] {
  const glob = globPattern(pattern);
  const chosen = files.filter((path) =>
    glob.test(pattern.includes('/') ? slashes(relative(root, path)) : basename(path)),
  );
  if (chosen.length > 0) return chosen;
  const names = files.filter((path) => isArrayFile(path) || isTextMatrix(path)).map((path) => basename(path));
  throw inputError(
    'series-not-found',
    names.length === 0
      ? sentence("No file of {root} is called '{pattern}'. Correct the pattern.", { root: basename(root), pattern })
      : sentence("No file of {root} is called '{pattern}'; there are {names}. Correct the pattern.", {
          root: basename(root),
          pattern,
          names: someOf(names, 5),
        }),
    { file: basename(root), field: 'files', expected: sentence('a pattern such as *_timeseries.tsv') },
  );
}

/** Files of arrays, or several texts of which a few were looked into and hold nothing but numbers. */
async function look(files: readonly string[]): Promise<string[]> {
  if (files.some(isScan)) return [];
  const arrays = files.filter(isArrayFile);
  if (arrays.length > 0) return arrays;
  const texts = files.filter(
    (path) =>
      isTextMatrix(path) && !/(^|[\\/])phenotype[\\/]|participants\.tsv$|_(events|scans|sessions)\.tsv$/i.test(path),
  );
  const byKind = new Map<string, string[]>();
  for (const path of texts) {
    const kind = path.slice(path.lastIndexOf('.')).toLowerCase();
    byKind.set(kind, [...(byKind.get(kind) ?? []), path]);
  }
  for (const alike of byKind.values()) {
    const matrices = await Promise.all(alike.slice(0, fewestTexts + 1).map(isMatrix));
    if (matrices.filter(Boolean).length < fewestTexts) continue;
    const sure = await Promise.all(alike.map(async (path, i) => matrices[i] ?? (await isMatrix(path))));
    return alike.filter((_, i) => sure[i]);
  }
  return [];
}

const namesSubjects =
  /^(sub|subj|subject|participant|patient|person|case|record|eid|rid|ptid|guid|id)s?([ _.-]?(id|key|no|nr|name|number|code))?$/i;

/** A table of subjects has texts in its first column, or calls it an id: series do neither. */
async function isMatrix(path: string): Promise<boolean> {
  try {
    const { shape, rows, columns } = readTextMatrix(decodeText(basename(path), await readWhole(path)), basename(path));
    const [height = 0, width = 0] = shape;
    if (namesSubjects.test(columns?.[0] ?? '')) return false;
    return height >= 3 && (rows === null ? width >= 2 || /\.1d$/i.test(path) : height === width);
  } catch (error) {
    if (error instanceof SpectroscopeError && error.kind === 'input') return false;
    throw error;
  }
}

async function sourcesOf(
  root: string,
  files: readonly string[],
  chosen: readonly string[],
  table: string | null,
  named: readonly string[],
  choices: ImportChoices,
): Promise<Sources> {
  const sources = plain(root, basename(root));
  if (files.includes(join(root, 'dataset_description.json'))) await describeDataset(sources);
  sources.scans = chosen.map((path) => slashes(relative(root, path)));
  const taken = new Set(chosen);
  const participants = files.find((path) => path === join(root, 'participants.tsv'));
  const given = [table, ...named.filter((path) => isTableName(path) && !taken.has(path))].filter(
    (path) => path !== null,
  );
  const beside = files.filter((path) => isTableName(path) && !taken.has(path) && dirname(path) === root);
  await chooseTable(
    sources,
    given.length > 0 || participants === undefined ? given : [participants],
    beside,
    [],
    choices,
  );
  if (sources.main !== null && participants !== undefined) {
    const others = files.filter((path) => !taken.has(path)).map((path) => slashes(relative(root, path)));
    await addPhenotypes(sources, others, choices);
  }
  return sources;
}

function eventTasks(files: readonly string[]): EventTask[] {
  const counts = new Map<string, number>();
  for (const path of files) {
    const task = /_task-([a-z0-9]+)_.*events\.tsv$/i.exec(path)?.[1];
    if (task !== undefined) counts.set(task, (counts.get(task) ?? 0) + 1);
  }
  return [...counts]
    .map(([task, count]) => ({ task, files: count, pattern: `*_task-${task}_*events.tsv` }))
    .sort((a, b) => b.files - a.files);
}

/** A BIDS tree without scans whose tasks could be read as series. */
function eventNotes(tasks: readonly EventTask[], root: string): Problem[] {
  const [first] = tasks;
  if (first === undefined) return [];
  const words = tasks.map(({ task, files }) => sentence('{task} ({count} files)', { task, count: files }));
  return [
    {
      code: 'events-not-read',
      severity: 'note',
      file: null,
      subject: null,
      field: null,
      ...told({
        message: sentence(
          '{root} has tables of events of {words}. To learn from one as series, import it with the pattern *_task-{first}_*events.tsv for the files.',
          { root: basename(root), words, first: first.task },
        ),
      }),
    },
  ];
}
