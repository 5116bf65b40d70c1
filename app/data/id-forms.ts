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

/** 'ses-01', 'Session 1' and '1' are the same visit; '' where none is named. */
export function visitKey(text: string): string {
  return idKey(text.replace(/^(ses|sess|session|visit|wave|timepoint|tp|v|t)[-_ ]?(?=\d)/i, '')).replace(
    /^0+(?=\d)/,
    '',
  );
}

/** 'sub-01' of 'sub-01_ses-2_run-1'. */
export function withoutVisit(id: string): string {
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
  /** Whether a row before it is the subject's already. */
  repeated: boolean;
}

export interface IdMatching {
  /** Of each row, its subject, or why it has none. */
  rows: (IdMatch | 'unknown' | 'ambiguous')[];
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
    const byNumber = form === 'zeros' || form === 'number';
    const found = ids.flatMap((id, row): [number, IdMatching['rows'][number]][] => {
      const key = keyOfId(form, id);
      const candidates = key === '' || rows[row] !== 'unknown' ? [] : (subjectsOf.get(key) ?? []);
      const [subject] = candidates;
      if (subject === undefined) return [];
      const guessed = candidates.length > 1 || (byNumber && spellings(rowsOf.get(key) ?? [], rows, ids) > 1);
      return [[row, guessed ? 'ambiguous' : { subject, form, repeated: false }]];
    });
    for (const [row, match] of found) {
      rows[row] =
        match === 'ambiguous' || match === 'unknown' ? match : { ...match, repeated: taken.has(match.subject) };
      if (typeof match === 'object') taken.add(match.subject);
    }
  }
  return { rows };
}

/** In how many ways the rows with one number are written: they may be different people. */
function spellings(same: readonly number[], rows: IdMatching['rows'], ids: readonly string[]): number {
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
