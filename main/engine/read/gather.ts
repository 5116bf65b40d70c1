/** Puts the subjects of a study together from what was found: tables joined, scans given to their subjects. */
import { basename } from 'node:path';
import type { ChosenBids } from '#app/data/bids.ts';
import { matchLimit, type ImportChoices } from '#app/data/import-choices.ts';
import type { Study } from '#app/study/study.ts';
import { assignBids, bidsScans } from './bids-scans.ts';
import { assignScans } from './assign-scans.ts';
import { noteValues } from './cohort-notes.ts';
import type { Cohort } from './cohort.ts';
import { emptyCodes } from './empty-codes.ts';
import type { Sources } from './import-sources.ts';
import { byExamination } from './dicom/examinations.ts';
import { areVisits, assignVisits } from './dicom/visits.ts';
import { joinTable } from './join-tables.ts';
import { mainCohort } from './main-table.ts';
import { subjectsOfScans } from './scans-alone.ts';
import { withhold } from './withhold.ts';

export interface Gathered {
  cohort: Cohort;
  /** Path of each row's scan, relative to the root; empty where there are none. */
  files: (string | null)[];
  kind: Study['kind'];
  /** What the names of a BIDS tree offer; null: it is none. */
  bids: ChosenBids | null;
}

export interface GatherRequest {
  idColumn: string | null;
  fileColumn: string | null;
  choices: ImportChoices;
}

/**
 * The subjects of a table with the columns of the others, for one file that holds the series of all.
 * @returns null where no table names the subjects
 * @throws SpectroscopeError (kind 'setting') as `gather`
 */
export function joinedCohort(sources: Sources, request: GatherRequest): Cohort | null {
  const { main } = sources;
  if (main === null) return null;
  const { idColumn, fileColumn, choices } = request;
  const cohort = mainCohort({ main, idColumn, fileColumn, rows: choices.rows, numbersAreFeatures: false });
  addTables(cohort, sources, choices, true);
  return cohort;
}

/** @throws SpectroscopeError (kind 'input' or 'setting') when the main table has no ids or lacks a named column */
export async function gather(sources: Sources, request: GatherRequest): Promise<Gathered> {
  const found = await withScans(sources, request);
  const gathered = request.choices.rows === 'all' ? byExamination(found, sources.examinations) : found;
  addTables(gathered.cohort, sources, request.choices, sources.scans !== null || gathered.kind === 'volumes');
  return gathered;
}

function addTables(cohort: Cohort, { main, more, prefix }: Sources, choices: ImportChoices, scans: boolean): void {
  if (main === null) return;
  for (const source of more) {
    joinTable(cohort, source, { prefix, scans, limit: matchLimit(choices, source.table.file) });
  }
  // What is withheld is not looked at either: nothing that is said of a study may repeat it.
  withhold(cohort, choices);
  emptyCodes(cohort, choices.missing);
  noteValues(cohort, main.table.file);
}

async function withScans(sources: Sources, { idColumn, fileColumn, choices }: GatherRequest): Promise<Gathered> {
  const { main, more, root, scans } = sources;
  const bids = scans === null ? null : bidsScans(scans, choices);
  if (main === null) return scansAlone(scans ?? [], bids, choices);
  const cohortWith = (hasScans: boolean) =>
    mainCohort({
      main,
      idColumn,
      fileColumn,
      rows: choices.rows,
      // What FreeSurfer measured is learned from, whichever of its tables leads.
      numbersAreFeatures: !hasScans && (more.length === 0 || main.table.freeSurfer !== null),
    });
  let cohort = cohortWith(scans !== null);
  const names = new Set((scans ?? []).map((path) => basename(path).toLowerCase()));
  const namesFiles =
    cohort.fileColumn !== null &&
    cohort.rows.some(
      ({ file }) =>
        /\.((nii|img|hdr|mgh)(\.gz)?|mgz)$/i.test(file) ||
        names.has(basename(file.replaceAll('\\', '/')).toLowerCase()),
    );
  if (scans === null && !namesFiles && fileColumn === null) {
    cohort.columns = cohort.columns.map((column) =>
      column.role === 'file' ? { ...column, role: 'ignored' as const } : column,
    );
    return { cohort, files: [], kind: 'table', bids: null };
  }
  if (scans === null) cohort = cohortWith(true);
  if (bids !== null && !namesFiles && fileColumn === null) {
    cohort.columns = cohort.columns.map((column) =>
      column.role === 'file' ? { ...column, role: 'ignored' as const } : column,
    );
    return { cohort, files: assignBids(cohort, bids, choices), kind: 'volumes', bids };
  }
  const place = {
    root,
    table: main.table.path,
    scans,
    fileColumnIsSure: fileColumn !== null || scans === null,
    byNumber: matchLimit(choices, 'scans') === 'number',
  };
  const visits = { ...place, examinations: sources.examinations, rows: choices.rows };
  const files =
    !namesFiles && areVisits(cohort, visits) ? await assignVisits(cohort, visits) : await assignScans(cohort, place);
  return { cohort, files, kind: 'volumes', bids };
}

function scansAlone(scans: readonly string[], bids: ChosenBids | null, choices: ImportChoices): Gathered {
  if (bids === null) return { ...subjectsOfScans(scans), kind: 'volumes', bids };
  const first = new Map(bids.scans.toReversed().map(({ subject, path }) => [subject, path]));
  const { cohort } = subjectsOfScans([...first.values()].toReversed());
  return { cohort, files: assignBids(cohort, bids, choices), kind: 'volumes', bids };
}
