/** What a study of series or matrices is made of: with a table or alone, a file for each subject or one file of all. */
import { noChoices } from '#app/data/import-choices.ts';
import type { Study, Subject } from '#app/study/study.ts';
import type { Call } from '../../serve/handlers.ts';
import type { ImportRequest } from '../import.ts';
import type { Sources } from '../import-sources.ts';
import type { Cohort } from '../cohort.ts';
import { gather, joinedCohort } from '../gather.ts';
import { importFileOfAll, importSeries } from './import-series.ts';
import { nothingRead } from './series-problems.ts';

/** @throws SpectroscopeError (kind 'input': no file can be read, a damaged table; 'setting': no such column; 'cancelled') */
export async function importSeriesStudy(
  sources: Sources,
  request: ImportRequest,
  call: Pick<Call, 'signal' | 'progress'>,
): Promise<Pick<Study, 'kind' | 'series' | 'columns' | 'subjects' | 'problems'>> {
  const { root } = sources;
  const files = sources.scans ?? [];
  const how = request.series ?? null;
  const which = { idColumn: request.idColumn, fileColumn: request.fileColumn, choices: request.choices ?? noChoices };
  const [only] = files;
  if (files.length === 1 && only !== undefined) {
    const table = joinedCohort(sources, which);
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
  // A file for each subject is given to it as a scan is, in a BIDS tree by session and run too.
  const { cohort, files: assigned } = await gather(sources, which);
  const subjects = subjectsOf(cohort);
  const entries = subjects.flatMap((subject, row) => {
    const file = assigned[row] ?? null;
    return file === null || subject.excluded !== null ? [] : [{ subject, file }];
  });
  if (entries.length === 0) throw nothingRead(cohort.problems.find(({ severity }) => severity === 'error')?.message);
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

function subjectsOf({ rows }: Cohort): Subject[] {
  return rows.map(({ id, values, excluded }) => ({ id, scan: null, values, excluded }));
}
