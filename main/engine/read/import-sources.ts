/** What a person pointed at: which table names the subjects, which add columns, and which files are scans. */
import { basename, dirname, join, relative } from 'node:path';
import { isTableName } from '#app/data/table-name.ts';
import { inputError } from '#app/contract/errors.ts';
import type { Problem } from '#app/study/study.ts';
import type { ImportChoices } from '#app/data/import-choices.ts';
import { told } from '#app/study/problem-words.ts';
import { inWriting, sentence, type Words } from '#app/text/sentence.ts';
import { warningOf, type TableSource } from './cohort.ts';
import { describeDataset } from './dataset-description.ts';
import { derivativesOf, scansOfDerivative } from './derivatives.ts';
import type { DicomScans, Examination } from './dicom/dicom-scans.ts';
import { addDicom } from './dicom/examinations.ts';
import { isScan, listFiles } from './find-files.ts';
import { isFreeSurferTable } from './freesurfer-file.ts';
import { readSessions } from './sessions.ts';
import { commonFolder, isFolder, slashes } from './folders.ts';
import { rowsInPaths } from './rows-in-paths.ts';
import { readSidecar, readTable, type ReadTable } from './table.ts';

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
  /** Folders of `derivatives` that hold scans of subjects. */
  derivatives: string[];
  /** Names of the files of tables that were asked to be left out. */
  left: string[];
  /** Where scans that were converted from DICOM really are, relative to the root; null: they could not be converted. */
  converted: ReadonlyMap<string, string | null>;
  /** By the scan that stands for the subject: its examinations, the earliest first. */
  examinations: ReadonlyMap<string, readonly Examination[]>;
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

export interface SourceRequest {
  /** Absolute paths of tables, scans and folders. */
  paths: readonly string[];
  /** Absolute path of the table that names the subjects, null: look for it. */
  table: string | null;
  /** Columns that the table is said to have. */
  wanted: readonly string[];
  choices: ImportChoices;
  signal: AbortSignal;
  dicom: FindDicom;
}

/** @throws SpectroscopeError (kind 'input' or 'cancelled') when nothing of use is there, (kind 'setting') for a choice that is not */
export async function findSources(request: SourceRequest): Promise<Sources> {
  const { paths, table, wanted, choices, signal, dicom } = request;
  const folders: string[] = [];
  const files: string[] = [];
  for (const path of paths) ((await isFolder(path)) ? folders : files).push(path);
  const [folder] = folders;
  const tables = [...(table === null ? [] : [table]), ...files.filter((path) => path !== table && isTableName(path))];
  const scans = files.filter(isScan);
  for (const path of files) {
    if (isTableName(path) || isScan(path)) continue;
    if (/\.(dcm|ima|dicom)$/i.test(path)) {
      throw inputError(
        'dicom-needs-folder',
        sentence('{path}: is one DICOM image. Choose the folder that holds the images of all subjects.', {
          path: basename(path),
        }),
        { file: basename(path), found: sentence('a DICOM image'), expected: sentence('a folder of DICOM images') },
      );
    }
    throw inputError(
      'file-unknown-kind',
      sentence(
        '{path}: neither a table (.csv, .tsv, .txt, .xlsx) nor a scan (.nii, .nii.gz, .mgz). Choose one of these; unpack an archive, and save what is from SPSS, Stata, SAS or R as CSV.',
        {
          path: basename(path),
        },
      ),
      {
        file: basename(path),
        expected: sentence('a table or a scan'),
      },
    );
  }
  if (folder === undefined && scans.length === 0) return await fromTables(tables, choices, table);
  if (folder === undefined) return await fromScans(commonFolder(scans), scans, tables, request);
  if (folders.length === 1 && scans.length === 0) return await fromFolder(folder, tables, request);
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
      await chooseTable(sources, tables, all.flat().filter(isTableName), wanted, choices);
      return sources;
    }
  }
  return await fromScans(
    commonFolder([...folders.map((each) => join(each, 'any')), ...scans]),
    [...scans, ...all.flat().filter(isScan)],
    tables,
    request,
  );
}

/** A table with what its sidecar says; null for one that was asked to be left out. */
async function readSource(sources: Sources, path: string, choices: ImportChoices): Promise<TableSource | null> {
  const name = basename(path);
  if (choices.leave.includes(name)) {
    sources.left.push(name);
    return null;
  }
  return await withSidecar(
    await readTable(path, choices.sheets[name] ?? choices.sheets['*'] ?? null),
    sources.problems,
  );
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
    derivatives: [],
    left: [],
    converted: new Map(),
    examinations: new Map(),
    description: '',
    attribution: '',
    problems: [],
  };
}

/** Tables alone: the one that was named or that describes the subjects leads, the others are joined to it by id. */
async function fromTables(
  paths: readonly string[],
  choices: ImportChoices,
  named: string | null = null,
): Promise<Sources> {
  const sources = plain('', '');
  const read = (await Promise.all(paths.map((path) => readSource(sources, path, choices)))).filter(
    (source) => source !== null,
  );
  const leading =
    read.find(({ table }) => table.path === named) ??
    read.find(({ table }) => table.columns.some(({ name }) => /^(dx|diagnosis|group|age|sex|gender)$/i.test(name))) ??
    read[0];
  if (leading === undefined) return nothingToImport(sentence('The choice'));
  sources.root = dirname(leading.table.path);
  sources.name = basename(leading.table.path).replace(/\.[^.]+$/, '');
  sources.main = leading;
  sources.more = read.filter((other) => other !== leading);
  return sources;
}

async function fromScans(
  root: string,
  scans: readonly string[],
  tables: readonly string[],
  { wanted, choices, signal }: SourceRequest,
): Promise<Sources> {
  const sources = plain(root, basename(root));
  sources.scans = scans.map((path) => slashes(relative(root, path)));
  const beside =
    tables.length > 0
      ? []
      : (await listFiles(root, notSubjects, signal)).filter(isTableName).map((path) => join(root, path));
  await chooseTable(sources, tables, beside, wanted, choices);
  return sources;
}

async function fromFolder(folder: string, given: readonly string[], request: SourceRequest): Promise<Sources> {
  const { wanted, choices, signal } = request;
  const files = await listFiles(folder, notSubjects, signal);
  const sources = plain(folder, basename(folder));
  if (files.includes('dataset_description.json')) await describeDataset(sources);
  sources.derivatives = await derivativesOf(folder);
  const { derivative } = choices.scans;
  const scans =
    derivative === null
      ? files.filter(isScan)
      : await scansOfDerivative(folder, derivative, sources.derivatives, signal);
  if (scans.length === 0) scans.push(...addDicom(sources, await request.dicom(folder, files)));
  const participants = files.includes('participants.tsv') ? [join(folder, 'participants.tsv')] : [];
  const tables = given.length > 0 ? given : participants;
  if (scans.length > 0) {
    const bids = scans.filter((path) => /(^|\/)sub-[^/]+\/.*\.nii(\.gz)?$/i.test(path));
    sources.scans = bids.length > 0 ? bids : scans;
    const isBeside = (path: string) => isTableName(path) && !/^(phenotype|sub-[^/]+)\//.test(path);
    await chooseTable(
      sources,
      tables,
      files.filter(isBeside).map((path) => join(folder, path)),
      wanted,
      choices,
    );
    if (sources.main !== null) await addPhenotypes(sources, files, choices);
    return sources;
  }
  const [leading, ...others] = tables;
  if (leading !== undefined) {
    sources.main = await readSource(sources, leading, choices);
    await addTables(sources, others, choices);
    await addPhenotypes(sources, files, choices);
    return sources;
  }
  const loose = await looseTables(folder, files);
  if (loose.length === 0) return nothingToImport(basename(folder));
  return { ...(await fromTables(loose, choices)), name: sources.name };
}

/** Text files may be anything; those that FreeSurfer wrote say so. */
async function looseTables(folder: string, files: readonly string[]): Promise<string[]> {
  const paths = files.filter(isTableName).map((path) => join(folder, path));
  const isTableOf = await Promise.all(
    paths.map(async (path) => !/\.txt$/i.test(path) || (await isFreeSurferTable(path))),
  );
  return paths.filter((_, at) => isTableOf[at]);
}

/**
 * The tables of `phenotype` and the sessions of each subject.
 * @param files relative to the root
 */
export async function addPhenotypes(sources: Sources, files: readonly string[], choices: ImportChoices): Promise<void> {
  const phenotypes = files
    .filter((path) => /^phenotype\/[^/]+\.tsv$/.test(path))
    .map((path) => join(sources.root, path));
  await addTables(sources, phenotypes, choices);
  if (phenotypes.length > 0) sources.prefix = 'always';
  const sessions = await readSessions(sources.root, files, (error) => sources.problems.push(warningOf(error)));
  if (sessions !== null) sources.more.push(sessions);
}

/** A table that cannot be read among several is a problem of its own and does not end the import. */
async function addTables(sources: Sources, paths: readonly string[], choices: ImportChoices): Promise<void> {
  for (const path of paths) {
    try {
      const source = await readSource(sources, path, choices);
      if (source !== null) sources.more.push(source);
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
  choices: ImportChoices,
): Promise<void> {
  const [leading, ...others] = named;
  if (leading !== undefined) {
    sources.main = await readSource(sources, leading, choices);
    await addTables(sources, others, choices);
    return;
  }
  const tried = plain(sources.root, sources.name);
  await addTables(tried, beside.slice(0, mostTablesTried), choices);
  sources.left.push(...tried.left);
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
        sentence(
          'No table names the subjects; each scan is a subject, and its folder is a column. Add a table at import, or make groups by file name.',
        ),
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
        sentence(
          '{file}: another table ({better}) fits the scans better; this one is left out. Name it at import to use it.',
          {
            file: source.table.file,
            better: best.source.table.file,
          },
        ),
      ),
    );
  }
}

function note(code: string, file: string | null, message: Words): Problem {
  return { code, severity: 'note', file, subject: null, field: null, ...told({ message }) };
}

/** @throws SpectroscopeError (kind 'input') always */
function nothingToImport(what: Words): never {
  throw inputError(
    'nothing-to-import',
    sentence(
      '{what}: there is no scan (NIfTI, MGH, DICOM) and no table (.csv, .tsv, .txt, .xlsx) in it. Choose the folder of a study or a table.',
      { what },
    ),
    { file: inWriting(what), expected: sentence('scans or a table') },
  );
}
