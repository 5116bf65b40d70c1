/** How one subject's id is written in different files, and when two spellings are taken for the same subject. */
import { subjectName } from './freesurfer.ts';
import { idKey, numberIn } from './matching.ts';

/**
 * From the strictest to the loosest; each also accepts what those before it accept.
 *
 * - `as-written`: the same text
 * - `label`: 'sub-014', 'SUB_014', '014' and '/data/sub-014/'
 * - `visit`: also 'sub-014_ses-1' and '014_run-2', which say of which visit a row is
 * - `zeros`: also 'sub-0040013' and '40013'
 * - `number`: the number alone, as 'Caltech_0051456' and '51456'; two sites may have given one number to two people
 */
export const idForms = ['as-written', 'label', 'visit', 'zeros', 'number'] as const;
export type IdForm = (typeof idForms)[number];

/** As far as ids are taken for the same without asking. */
export const surestForm: IdForm = 'zeros';

const visit =
  /(?:[-_. ](?:ses|sess|session|visit|wave|timepoint|run|rec|acq|echo)[-_ ]?[a-z0-9]+|[_. ](?:v|t|tp)\d{1,2}|_(?:T1w|T2w|bold|FLAIR|dwi)|\.long\..+)$/i;

/** What comes after the subject's label: 'ses-1' of 'sub-01_ses-1'; '' where nothing does. */
export function visitOf(id: string): string {
  return subjectName(id)
    .slice(withoutVisit(id).length)
    .replace(/^[-_. ]+/, '');
}

function withoutVisit(id: string): string {
  let text = subjectName(id);
  for (let match = visit.exec(text); match !== null && match.index > 0; match = visit.exec(text)) {
    text = text.slice(0, match.index);
  }
  return text;
}

/** Ids with the same key are the same subject by this form; '' where the form does not apply to the id. */
export function keyOfId(form: IdForm, id: string): string {
  switch (form) {
    case 'as-written':
      return id.trim();
    case 'label':
      return idKey(subjectName(id));
    case 'visit':
      return idKey(withoutVisit(id));
    case 'zeros': {
      const match = /^(\p{L}*)0*(\d+)$/u.exec(idKey(withoutVisit(id)));
      return match === null ? '' : `${match[1] ?? ''}#${match[2] ?? ''}`;
    }
    case 'number':
      return numberIn(withoutVisit(id));
  }
}

export interface IdMatch {
  /** Index of the subject. */
  subject: number;
  /** The strictest form by which the two agree. */
  form: IdForm;
}

export interface IdMatching {
  /** Of each row, its subject, or why it has none. */
  rows: (IdMatch | 'unknown' | 'ambiguous' | 'repeated')[];
}

/**
 * Each row goes to the one subject with which it agrees in the strictest form. What fits several subjects, or several rows
 * that fit one subject by their numbers, is not guessed. Of several rows that name a subject as it is called, the first
 * is taken.
 * @param ids of the rows of a table, '' where there is none
 * @param subjects ids of the subjects, each another
 */
export function matchIds(
  ids: readonly string[],
  subjects: readonly string[],
  loosest: IdForm = surestForm,
): IdMatching {
  const rows = ids.map((): IdMatching['rows'][number] => 'unknown');
  const taken = new Set<number>();
  for (const form of idForms.slice(0, idForms.indexOf(loosest) + 1)) {
    const subjectsOf = indexOf(form, subjects);
    const rowsOf = indexOf(form, ids);
    const found: [number, number][] = [];
    ids.forEach((id, row) => {
      const key = keyOfId(form, id);
      const candidates = key === '' || rows[row] !== 'unknown' ? [] : (subjectsOf.get(key) ?? []);
      const [subject] = candidates;
      if (subject === undefined) return;
      const byNumber = form === 'zeros' || form === 'number';
      if (candidates.length > 1) rows[row] = 'ambiguous';
      else if (taken.has(subject)) rows[row] = 'repeated';
      else if (byNumber && rivals(rowsOf.get(key) ?? [], rows, ids) > 1) found.push([row, -1]);
      else if (found.some(([, other]) => other === subject)) rows[row] = 'repeated';
      else found.push([row, subject]);
    });
    for (const [row, subject] of found) {
      rows[row] = subject === -1 ? 'ambiguous' : { subject, form };
      if (subject !== -1) taken.add(subject);
    }
  }
  return { rows };
}

/** Rows with the same number that are written in different ways, and so may be different people. */
function rivals(same: readonly number[], rows: IdMatching['rows'], ids: readonly string[]): number {
  return new Set(same.filter((row) => rows[row] === 'unknown').map((row) => keyOfId('visit', ids[row] ?? ''))).size;
}

function indexOf(form: IdForm, ids: readonly string[]): Map<string, number[]> {
  const index = new Map<string, number[]>();
  ids.forEach((id, at) => {
    const key = keyOfId(form, id);
    if (key === '') return;
    const known = index.get(key);
    if (known === undefined) index.set(key, [at]);
    else known.push(at);
  });
  return index;
}
