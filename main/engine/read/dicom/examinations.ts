/** Who was examined more than once gets a row for each examination, as a BIDS tree's sessions do. */
import type { Cohort, CohortRow } from '../cohort.ts';
import type { Gathered } from '../gather.ts';
import { addPersonColumns, addTextColumn } from '../main-table.ts';
import type { Sources } from '../import-sources.ts';
import type { DicomScans, Examination } from './dicom-scans.ts';

/** @returns what stands for the subjects' scans while both are matched */
export function addDicom(sources: Sources, found: DicomScans | null): string[] {
  if (found === null) return [];
  sources.converted = new Map([...found.scans, ...found.visits]);
  sources.examinations = found.examinations;
  sources.problems.push(...found.problems);
  return [...found.scans.keys()];
}

/** @param examinations of a subject, by the scan that stands for it */
export function byExamination(gathered: Gathered, examinations: ReadonlyMap<string, readonly Examination[]>): Gathered {
  const { cohort } = gathered;
  const ownOf = (file: string | null) => {
    const own = file === null ? undefined : examinations.get(file);
    return own !== undefined && own.length > 1 ? own : undefined;
  };
  if (!gathered.files.some((file) => ownOf(file) !== undefined)) return gathered;
  const files: (string | null)[] = [];
  const rows: CohortRow[] = [];
  cohort.rows.forEach((row, at) => {
    const file = gathered.files[at] ?? null;
    const own = ownOf(file);
    for (const { visit, name } of own ?? [{ visit: row.visit, name: file }]) {
      rows.push(own === undefined ? row : { ...row, id: `${row.id}_${visit}`, visit, values: { ...row.values } });
      files.push(name);
    }
  });
  cohort.rows = rows;
  addSession(cohort);
  return { ...gathered, files };
}

/** Of who was examined once nothing is said of the session: it may be any. */
function addSession(cohort: Cohort): void {
  addTextColumn(cohort, 'session', null, ({ visit }) => (visit === '' ? null : visit.replace(/^ses-/, '')));
  if (!cohort.columns.some(({ meaning }) => meaning === 'person')) addPersonColumns(cohort, null);
}
