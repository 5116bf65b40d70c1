/** Imports a study: one table or several, a folder of scans with a table, or a BIDS tree. */
import { randomUUID } from 'node:crypto';
import { relative } from 'node:path';
import { mostClasses } from '#app/data/columns.ts';
import { noChoices, type ImportChoices } from '#app/data/import-choices.ts';
import { applyEdit } from '#app/study/edit.ts';
import type { Problem, SourceFile, Study, Subject } from '#app/study/study.ts';
import { withLabellingProblems } from '#app/study/warnings.ts';
import { t } from '#app/text/text.ts';
import type { Call } from '../serve/handlers.ts';
import { importAtlasStudy, type AtlasRequest } from './fmri/atlas-study.ts';
import { gatherScans, scansOnDisk } from './gather-scans.ts';
import { identifyingNames } from './identifying-names.ts';
import { importScans, type ScanCheck } from './import-scans.ts';
import { slashes } from './folders.ts';
import type { Sources } from './import-sources.ts';
import { findSeries, type SeriesRequest } from './series/find-series.ts';
import { importSeriesStudy } from './series/series-study.ts';
import type { ReadTable } from './table.ts';

export interface ImportRequest {
  /** Absolute paths of tables, scans and folders. */
  paths: readonly string[];
  /** Absolute path of the table that names the subjects, null: look for it. */
  table: string | null;
  idColumn: string | null;
  fileColumn: string | null;
  /** What was chosen of what the import proposed. */
  choices?: ImportChoices;
  /** Description of the DICOM series that is each subject's scan; null or absent: the one that looks like it. */
  dicomSeries?: string | null;
  /** Folder of what can be made again (made if absent); null: nothing is kept. */
  cache?: string | null;
  /** Whether scans are read to their last byte (the default) or by their headers. */
  check?: ScanCheck;
  /** How series are looked for and read; absent: as they are found. */
  series?: SeriesRequest | null | undefined;
  /** Makes series of the regions of 4-D scans; absent: scans are images. */
  atlas?: AtlasRequest | null;
}

/**
 * What does not match is a problem and an excluded subject with its reason; the study is usable as long as one subject is.
 * @returns a study whose `root` is absolute
 * @throws SpectroscopeError (kind 'input': nothing of use, a damaged table; 'setting': no such column; 'cancelled')
 */
export async function importStudy(request: ImportRequest, call: Pick<Call, 'signal' | 'progress'>): Promise<Study> {
  call.progress(t('Import'), 0, null, t('Looking for tables and scans'));
  const { choices = noChoices, atlas = null, cache = null } = request;
  if (atlas !== null) {
    const { sources, gathered } = await gatherScans(request, call);
    return labelled(newStudy(sources, await importAtlasStudy(sources, gathered, atlas, cache, call)));
  }
  const series = await findSeries(request.paths, request.table, request.series ?? null, choices, call.signal);
  if (series.sources !== null) {
    return labelled(newStudy(series.sources, await importSeriesStudy(series.sources, request, call)));
  }
  const { sources, gathered } = await gatherScans(request, call);
  const { cohort, files, kind } = gathered;
  const subjects = cohort.rows.map(({ id, values, excluded }): Subject => ({ id, scan: null, values, excluded }));
  const scans = scansOnDisk(sources, subjects, files);
  const scanProblems = await importScans(sources.root, scans, request.check ?? 'whole', cache, call);
  const problems = [...series.notes, ...cohort.problems, ...scanProblems];
  return labelled(newStudy(sources, { kind, columns: cohort.columns, subjects, problems }));
}

function newStudy(
  sources: Sources,
  { problems, ...found }: Pick<Study, 'kind' | 'series' | 'columns' | 'subjects' | 'problems'>,
): Study {
  return {
    format: 'spectroscope-study',
    version: 1,
    id: randomUUID(),
    name: sources.name,
    description: sources.description,
    attribution: sources.attribution,
    ...found,
    root: sources.root,
    tables: [sources.main, ...sources.more].flatMap((source) =>
      source === null ? [] : (source.parts ?? [source.table]).map((table) => sourceFile(sources.root, table)),
    ),
    groups: { column: null, groups: [], assigned: {} },
    target: null,
    problems: inRoot(sources, [...sources.problems, ...problems, ...identifyingNames(found.subjects)]),
  };
}

function sourceFile(root: string, table: ReadTable): SourceFile {
  return { path: slashes(relative(root, table.path)), bytes: table.bytes, sha256: table.sha256 };
}

/** Problems name tables by their file name; the study names them from its root. */
function inRoot({ root, main, more }: Sources, problems: readonly Problem[]): Problem[] {
  const paths = new Map(
    [main, ...more].flatMap((source) =>
      source === null ? [] : [[source.table.file, slashes(relative(root, source.table.path))] as const],
    ),
  );
  return problems.map((problem) => ({
    ...problem,
    file: problem.file === null ? null : (paths.get(problem.file) ?? problem.file),
  }));
}

/** Divided by the column that looks like the group, where one does. */
function labelled(study: Study): Study {
  const column = study.columns.find(({ meaning }) => meaning === 'group');
  if (column === undefined) return withLabellingProblems(study);
  const values = study.subjects
    .filter(({ excluded }) => excluded === null)
    .map(({ values: cells }) => cells[column.name] ?? null);
  const classes = new Set(values.filter((value) => value !== null).map((value) => String(value).toLowerCase())).size;
  if (classes < 2 || classes > mostClasses) return withLabellingProblems(study);
  return applyEdit(study, { kind: 'label-by-column', labelling: 'groups', column: column.name });
}
