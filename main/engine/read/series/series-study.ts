/** What a study of series or matrices is made of: with a table or alone, a file for each subject or one file of all. */
import { matchLimit, noChoices } from '#app/data/import-choices.ts';
import type { Study, Subject } from '#app/study/study.ts';
import type { Call } from '../../serve/handlers.ts';
import { assignScans } from '../assign-scans.ts';
import type { ImportRequest } from '../import.ts';
import type { Sources } from '../import-sources.ts';
import type { Cohort } from '../cohort.ts';
import { joinedCohort } from '../gather.ts';
import { subjectsOfScans } from '../scans-alone.ts';
import { importFileOfAll, importSeries } from './import-series.ts';

/** @throws SpectroscopeError (kind 'input': no file can be read, a damaged table; 'setting': no such column; 'cancelled') */
export async function importSeriesStudy(
  sources: Sources,
  request: ImportRequest,
  call: Pick<Call, 'signal' | 'progress'>,
): Promise<Pick<Study, 'kind' | 'series' | 'columns' | 'subjects' | 'problems'>> {
  const { root } = sources;
  const files = sources.scans ?? [];
  const how = request.series ?? null;
  const table = tableOf(sources, request);
  const [only] = files;
  if (files.length === 1 && only !== undefined) {
    const all = await importFileOfAll(root, only, table === null ? null : subjectsOf(table), how);
    if (all !== null) {
      const { kind, layout, subjects, problems } = all;
      return {
        kind,
        series: layout,
        columns: table?.columns ?? [idColumn],
        subjects,
        problems: [...(table?.problems ?? []), ...problems],
      };
    }
  }
  const { cohort, assigned } =
    table === null ? alone(files) : { cohort: table, assigned: await assignedTo(table, files, sources, request) };
  const subjects = subjectsOf(cohort);
  const entries = subjects.flatMap((subject, row) => {
    const file = assigned[row] ?? null;
    return file === null || subject.excluded !== null ? [] : [{ subject, file }];
  });
  const { kind, layout, problems } = await importSeries(root, entries, how, call);
  return { kind, series: layout, columns: cohort.columns, subjects, problems: [...cohort.problems, ...problems] };
}

const idColumn: Study['columns'][number] = {
  name: 'subject',
  type: 'text',
  role: 'id',
  meaning: null,
  levels: {},
  description: '',
};

function tableOf(sources: Sources, { idColumn: id, fileColumn, choices = noChoices }: ImportRequest): Cohort | null {
  return joinedCohort(sources, { idColumn: id, fileColumn, choices });
}

export function alone(files: readonly string[]): { cohort: Cohort; assigned: readonly string[] } {
  const { cohort, files: assigned } = subjectsOfScans(files);
  return { cohort, assigned };
}

/** @returns the path of each subject's file, relative to the root; who has none is excluded */
export async function assignedTo(
  cohort: Cohort,
  files: readonly string[],
  { root, main }: Sources,
  { fileColumn, choices = noChoices }: ImportRequest,
): Promise<(string | null)[]> {
  const table = main?.table.path ?? root;
  return await assignScans(cohort, {
    root,
    table,
    scans: files,
    fileColumnIsSure: fileColumn !== null,
    byNumber: matchLimit(choices, 'scans') === 'number',
  });
}

function subjectsOf({ rows }: Cohort): Subject[] {
  return rows.map(({ id, values, excluded }) => ({ id, scan: null, values, excluded }));
}
