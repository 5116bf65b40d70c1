/** What a person pointed at: which table names the subjects, which add columns, and which files are scans. */
import { stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import * as v from 'valibot';
import { inputError, SpectroscopeError } from '#app/contract/errors.ts';
import { findFileColumn, findIdColumn } from '#app/data/columns.ts';
import { fileStem, idKey } from '#app/data/matching.ts';
import type { Problem } from '#app/study/study.ts';
import type { DicomScans } from './dicom/dicom-scans.ts';
import { isScan, isTable, listFiles } from './find-files.ts';
import { readJson, readSidecar, readTable, type ReadTable } from './table.ts';
import { nothingToImport, type TableSource } from './join-tables.ts';

export interface Sources {
  /** Absolute folder that all paths of the study start from. */
  root: string;
  name: string;
  /** Its rows are the subjects; null: the scans alone. */
  main: TableSource | null;
  more: TableSource[];
  prefix: 'always' | 'needed';
  /** Relative to the root; null: only the files that the table names. */
  scans: string[] | null;
  /** Where scans that were converted from DICOM really are, relative to the root; null: they could not be converted. */
  converted: ReadonlyMap<string, string | null>;
  description: string;
  attribution: string;
  problems: Problem[];
}

/** Looks for DICOM images among the files of a folder (relative to it). */
export type FindDicom = (folder: string, files: readonly string[]) => Promise<DicomScans | null>;

/** Folders of a BIDS tree that hold no scans of subjects. */
const notSubjects = ['derivatives', 'sourcedata', 'code', 'stimuli', 'node_modules'];
/** Tables beside the scans that are tried when none is named. */
const mostTablesTried = 12;

/**
 * @param wanted columns that the table is said to have
 * @throws SpectroscopeError (kind 'input' or 'cancelled') when nothing of use is there
 */
export async function findSources(
  paths: readonly string[],
  table: string | null,
  wanted: readonly string[],
  signal: AbortSignal,
  dicom: FindDicom = () => Promise.resolve(null),
): Promise<Sources> {
  const folders: string[] = [];
  const files: string[] = [];
  for (const path of paths) ((await isFolder(path)) ? folders : files).push(path);
  const [folder] = folders;
  const tables = [...(table === null ? [] : [table]), ...files.filter((path) => path !== table && isTable(path))];
  const scans = files.filter(isScan);
  for (const path of files) {
    if (isTable(path) || isScan(path)) continue;
    if (/\.(dcm|ima|dicom)$/i.test(path)) {
      throw inputError(
        'dicom-needs-folder',
        `${basename(path)}: is one DICOM image. Choose the folder that holds the images of all subjects.`,
        { file: basename(path), found: 'a DICOM image', expected: 'a folder of DICOM images' },
      );
    }
    throw inputError(
      'file-unknown-kind',
      `${basename(path)}: neither a table (.csv, .tsv, .txt) nor a scan (.nii, .nii.gz, .mgz). Choose one of these.`,
      {
        file: basename(path),
        expected: 'a table or a scan',
      },
    );
  }
  if (folder === undefined && scans.length === 0) return await fromTables(tables);
  if (folder === undefined) return await fromScans(commonFolder(scans), scans, tables, wanted, signal);
  if (folders.length === 1 && scans.length === 0) {
    return await fromFolder(folder, tables, wanted, signal, dicom);
  }
  const all = await Promise.all(
    folders.map(async (each) => (await listFiles(each, notSubjects, signal)).map((path) => join(each, path))),
  );
  if (scans.length === 0 && !all.flat().some(isScan)) {
    const root = commonFolder(folders.map((each) => join(each, 'any')));
    const found = await dicom(
      root,
      all.flat().map((path) => slashes(relative(root, path))),
    );
    const sources = plain(root, basename(root));
    sources.scans = addDicom(sources, found);
    if (sources.scans.length > 0) {
      await chooseTable(sources, tables, all.flat().filter(isTable), wanted);
      return sources;
    }
  }
  return await fromScans(
    commonFolder([...folders.map((each) => join(each, 'any')), ...scans]),
    [...scans, ...all.flat().filter(isScan)],
    tables,
    wanted,
    signal,
  );
}

function addDicom(sources: Sources, found: DicomScans | null): string[] {
  if (found === null) return [];
  sources.converted = found.scans;
  sources.problems.push(...found.problems);
  return [...found.scans.keys()];
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw inputError('not-found', `${basename(path)}: there is no such file or folder, or it may not be read.`, {
      file: basename(path),
      cause,
    });
  }
}

async function withSidecar(table: ReadTable, problems: Problem[]): Promise<TableSource> {
  try {
    return { table, sidecar: await readSidecar(table.path) };
  } catch (error) {
    problems.push(warningOf(error));
    return { table, sidecar: null };
  }
}

export function plain(root: string, name: string): Sources {
  return {
    root,
    name,
    main: null,
    more: [],
    prefix: 'needed',
    scans: null,
    converted: new Map(),
    description: '',
    attribution: '',
    problems: [],
  };
}

/** Tables alone: the one that describes the subjects leads, the others are joined to it by id. */
async function fromTables(paths: readonly string[]): Promise<Sources> {
  const read = await Promise.all(paths.map(readTable));
  const leading =
    read.find(({ columns }) => columns.some(({ name }) => /^(dx|diagnosis|group|age|sex|gender)$/i.test(name))) ??
    read[0];
  if (leading === undefined) return nothingToImport('The choice');
  const sources = plain(dirname(leading.path), basename(leading.path).replace(/\.[^.]+$/, ''));
  sources.main = await withSidecar(leading, sources.problems);
  sources.more = await Promise.all(
    read.filter((other) => other !== leading).map((other) => withSidecar(other, sources.problems)),
  );
  return sources;
}

async function fromScans(
  root: string,
  scans: readonly string[],
  tables: readonly string[],
  wanted: readonly string[],
  signal: AbortSignal,
): Promise<Sources> {
  const sources = plain(root, basename(root));
  sources.scans = scans.map((path) => slashes(relative(root, path)));
  const beside =
    tables.length > 0
      ? []
      : (await listFiles(root, notSubjects, signal)).filter(isTable).map((path) => join(root, path));
  await chooseTable(sources, tables, beside, wanted);
  return sources;
}

async function fromFolder(
  folder: string,
  given: readonly string[],
  wanted: readonly string[],
  signal: AbortSignal,
  dicom: FindDicom,
): Promise<Sources> {
  const files = await listFiles(folder, notSubjects, signal);
  const sources = plain(folder, basename(folder));
  await describeDataset(sources, files);
  const scans = files.filter(isScan);
  if (scans.length === 0) scans.push(...addDicom(sources, await dicom(folder, files)));
  const participants = files.includes('participants.tsv') ? [join(folder, 'participants.tsv')] : [];
  const tables = given.length > 0 ? given : participants;
  if (scans.length > 0) {
    const bids = scans.filter((path) => /^sub-[^/]+\/.*\.nii(\.gz)?$/i.test(path));
    // In a BIDS tree the functional and diffusion series are not what a volume network learns from.
    sources.scans = bids.length > 0 ? bids.filter((path) => !/\/(func|dwi|fmap|perf|meg|eeg)\//.test(path)) : scans;
    if (bids.length > 0 && sources.scans.length === 0) sources.scans = bids;
    await chooseTable(
      sources,
      tables,
      files.filter((path) => isTable(path) && !/^(phenotype|sub-[^/]+)\//.test(path)).map((path) => join(folder, path)),
      wanted,
    );
    return sources;
  }
  const [leading, ...others] = tables;
  if (leading !== undefined) {
    sources.main = await withSidecar(await readTable(leading), sources.problems);
    const phenotypes = files.filter((path) => /^phenotype\/[^/]+\.tsv$/.test(path)).map((path) => join(folder, path));
    await addTables(sources, [...others, ...phenotypes]);
    if (phenotypes.length > 0) sources.prefix = 'always';
    return sources;
  }
  const loose = files.filter((path) => /\.(csv|tsv)$/i.test(path)).map((path) => join(folder, path));
  if (loose.length === 0) return nothingToImport(basename(folder));
  return { ...(await fromTables(loose)), name: sources.name };
}

/** What is wrong with a file that the import can do without; a fault of ours goes on its way. */
function warningOf(error: unknown): Problem {
  if (!(error instanceof SpectroscopeError)) throw error;
  return {
    code: error.code,
    severity: 'warning',
    file: error.file ?? null,
    subject: null,
    field: null,
    message: error.message,
  };
}

/** A table that cannot be read among several is a problem of its own and does not end the import. */
async function addTables(sources: Sources, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    try {
      sources.more.push(await withSidecar(await readTable(path), sources.problems));
    } catch (error) {
      sources.problems.push(warningOf(error));
    }
  }
}

/** The named tables, or the one beside the scans whose rows are found in most of their paths. */
export async function chooseTable(
  sources: Sources,
  named: readonly string[],
  beside: readonly string[],
  wanted: readonly string[],
): Promise<void> {
  const [leading, ...others] = named;
  if (leading !== undefined) {
    sources.main = await withSidecar(await readTable(leading), sources.problems);
    await addTables(sources, others);
    return;
  }
  const tried = plain(sources.root, sources.name);
  await addTables(tried, beside.slice(0, mostTablesTried));
  const paths = (sources.scans ?? []).map((path) => path.toLowerCase());
  const has = (table: ReadTable) => wanted.every((name) => table.columns.some((column) => column.name === name));
  const candidates = tried.more.some(({ table }) => has(table))
    ? tried.more.filter(({ table }) => has(table))
    : tried.more;
  const scored = candidates
    .map((source) => ({ source, score: rowsInPaths(source.table, paths) }))
    .sort((a, b) => b.score - a.score);
  const best = scored[0];
  // A single table was surely meant, even if nothing in it fits: then the reasons say why.
  const meant = best !== undefined && (best.score > 0 || (scored.length === 1 && best.source.table.columns.length > 1));
  sources.problems.push(...tried.problems);
  if (!meant) {
    sources.problems.push(
      note(
        'no-table',
        null,
        'No table names the subjects; each scan is a subject, and its folder is a column. Add a table at import, or make groups by file name.',
      ),
    );
    return;
  }
  sources.main = best.source;
  for (const { source } of scored.slice(1)) {
    sources.problems.push(
      note(
        'table-not-used',
        source.table.file,
        `${source.table.file}: another table (${best.source.table.file}) fits the scans better; this one is left out. Name it at import to use it.`,
      ),
    );
  }
}

/** Rows whose id or file is part of some path. */
function rowsInPaths(table: ReadTable, paths: readonly string[]): number {
  const bare = paths.map((path) => path.replace(/[^\p{L}\p{N}]/gu, ''));
  const id = findIdColumn(table);
  const file = findFileColumn(table);
  const isThere = (text: string) => text !== '' && bare.some((path) => path.includes(idKey(text)));
  return table.lines.filter(
    (_, row) =>
      isThere(id?.texts[row] ?? '') || isThere(fileStem(slashes(file?.texts[row] ?? '').replaceAll('\\', '/'))),
  ).length;
}

function note(code: string, file: string | null, message: string): Problem {
  return { code, severity: 'note', file, subject: null, field: null, message };
}

const descriptionSchema = v.object({
  Name: v.optional(v.string()),
  License: v.optional(v.string()),
  HowToAcknowledge: v.optional(v.string()),
  DatasetDOI: v.optional(v.string()),
});

export async function describeDataset(sources: Sources, files: readonly string[]): Promise<void> {
  if (!files.includes('dataset_description.json')) return;
  try {
    const parsed = v.safeParse(descriptionSchema, await readJson(join(sources.root, 'dataset_description.json')));
    if (!parsed.success) return;
    const { Name, License, HowToAcknowledge, DatasetDOI } = parsed.output;
    sources.name = Name ?? sources.name;
    sources.attribution = [
      License === undefined ? '' : `Licence: ${License}.`,
      HowToAcknowledge ?? '',
      DatasetDOI ?? '',
    ]
      .filter((part) => part !== '')
      .join(' ');
  } catch (error) {
    sources.problems.push(warningOf(error));
  }
}

export function commonFolder(paths: readonly string[]): string {
  const [first = sep, ...others] = paths.map(dirname);
  let common = first;
  while (
    !others.every((folder) => folder === common || folder.startsWith(common.endsWith(sep) ? common : common + sep))
  ) {
    const parent = dirname(common);
    if (parent === common) break;
    common = parent;
  }
  return common;
}

export function slashes(path: string): string {
  return path.split(sep).join('/');
}
