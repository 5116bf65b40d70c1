/**
 * Tables that FreeSurfer writes of a cohort: `asegstats2table` (volumes and intensities of subcortical structures) and
 * `aparcstats2table` (one measure of one hemisphere of a parcellation), one row a subject or, transposed, one column.
 */
import type { TextRow } from './table.ts';

/** What the header's first field says: `Measure:volume`, `lh.aparc.thickness`, `rh.aparc.a2009s.area`. */
export interface FreeSurferTable {
  program: 'asegstats2table' | 'aparcstats2table';
  hemisphere: 'lh' | 'rh' | null;
  /** 'aparc', 'aparc.a2009s', …; null of aseg, and where the table does not say. */
  parcellation: string | null;
  /** 'volume', 'thickness', 'area', 'meancurv', … */
  measure: string;
}

/** Measures of aparcstats2table, in its own words. */
const measures = 'area|volume|thickness|thicknessstd|thickness\\.T1|meancurv|gauscurv|foldind|curvind';
const aparc = new RegExp(`^(lh|rh)\\.(.+)\\.(${measures})$`);
const aseg = /^Measure:(\w+)$/;
/** Names of rows where the table is transposed: a structure or a region of a hemisphere. */
const regionName =
  /^(Left-|Right-|[lr]h_|[lr]h[A-Z]|CC_|WM-|wm-|ctx-|Brain-?Stem|BrainSegVol|eTIV|CSF$|EstimatedTotalIntraCranialVol|MaskVol|SubCortGray|TotalGray|SupraTentorial|CortexVol|3rd-|4th-|5th-)/;

/**
 * @param regions names that may tell the hemisphere where the field does not ('Measure:thickness')
 * @returns null where the first field of a header is of no such table
 */
export function freeSurferHeader(field: string, regions: readonly string[] = []): FreeSurferTable | null {
  const text = field.trim();
  const cortical = aparc.exec(text);
  if (cortical !== null) {
    const [, side, parcellation = '', measure = ''] = cortical;
    return { program: 'aparcstats2table', hemisphere: side === 'rh' ? 'rh' : 'lh', parcellation, measure };
  }
  const subcortical = aseg.exec(text);
  if (subcortical === null) return null;
  const measure = subcortical[1] ?? '';
  const side = regions.flatMap((name) => /^([lr]h)_/.exec(name.trim())?.[1] ?? [])[0];
  if (side === undefined) return { program: 'asegstats2table', hemisphere: null, parcellation: null, measure };
  return { program: 'aparcstats2table', hemisphere: side === 'rh' ? 'rh' : 'lh', parcellation: null, measure };
}

/** The delimiter of such a table, which may be spaces; null where the text is none. */
export function freeSurferDelimiter(text: string): string | null {
  const header = text.slice(0, text.search(/[\r\n]/));
  const match = /^\ufeff?"?(Measure:\w+|[lr]h\.[\w.]+)"?([\t,; ])/.exec(header);
  return match?.[1] === undefined || freeSurferHeader(match[1]) === null ? null : (match[2] ?? null);
}

/**
 * One row a subject, whatever way the table was written, with the subjects' names in place of their folders. Their column
 * is called 'subject', since what stands above it names the table.
 * @returns the rows unchanged where they are of no such table
 */
export function subjectsInRows(rows: readonly TextRow[]): readonly TextRow[] {
  const [header, ...body] = rows;
  if (header === undefined || freeSurferHeader(header.fields[0] ?? '') === null) return rows;
  const upright = isTransposed(body) ? transpose(rows) : rows;
  return upright.map((row, index) =>
    index === 0
      ? { ...row, fields: ['subject', ...row.fields.slice(1)] }
      : { ...row, fields: [subjectName(row.fields[0] ?? ''), ...row.fields.slice(1)] },
  );
}

function isTransposed(body: readonly TextRow[]): boolean {
  return (
    body.length > 1 && body.filter(({ fields }) => regionName.test(fields[0]?.trim() ?? '')).length > body.length / 2
  );
}

function transpose(rows: readonly TextRow[]): TextRow[] {
  const width = rows.reduce((most, { fields }) => Math.max(most, fields.length), 0);
  return Array.from({ length: width }, (_, column) => ({
    // A subject is a column then: that is the number that helps to find it.
    line: column + 1,
    fields: rows.map(({ fields }) => fields[column] ?? ''),
  }));
}

/** 'sub-01/', '/data/subjects/sub-01' and 'sub-01' name one subject. */
export function subjectName(text: string): string {
  const bare = text.trim().replace(/[/\\]+$/, '');
  return bare.slice(Math.max(bare.lastIndexOf('/'), bare.lastIndexOf('\\')) + 1);
}

/** Estimated total intracranial volume: the size of the head, a fact about the subject rather than what is learned from. */
export function isIntracranialVolume(column: string): boolean {
  return /^(eTIV|EstimatedTotalIntraCranialVol|IntraCranialVol|ICV|TIV)$/i.test(column);
}
