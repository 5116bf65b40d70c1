/** What an edit leaves as it was is not sent again: of ten thousand subjects with hundreds of values, next to nothing. */
import * as v from 'valibot';
import { studySchema, subjectSchema, type Study } from './study.ts';

export const studyChangeSchema = v.object({
  /** Everything but the subjects, as it is now. */
  rest: v.omit(studySchema, ['subjects']),
  /** The subjects where their ids, scans or values changed; null: as they were. */
  subjects: v.nullable(v.array(subjectSchema)),
  /** Of each subject, why it takes no part: the one thing of a subject that most edits can change. */
  excluded: v.array(v.nullable(v.string())),
});
export type StudyChange = v.InferOutput<typeof studyChangeSchema>;

/** States of a study share what an edit did not touch: that is how the change is found, without comparing values. */
export function changeBetween(before: Study, after: Study): StudyChange {
  const { subjects, ...rest } = after;
  const same =
    subjects.length === before.subjects.length &&
    subjects.every((subject, row) => {
      const old = before.subjects[row];
      if (old === undefined || subject.id !== old.id) return false;
      return subject.scan === old.scan && subject.series === old.series && subject.values === old.values;
    });
  return { rest, subjects: same ? null : subjects, excluded: subjects.map(({ excluded }) => excluded) };
}

/** @returns the study after the change, or null when the change was made of another study */
export function withChange(before: Study, { rest, subjects, excluded }: StudyChange): Study | null {
  const known = subjects ?? before.subjects;
  if (rest.id !== before.id || known.length !== excluded.length) return null;
  return {
    ...rest,
    subjects: known.map((subject, row) => {
      const reason = excluded[row] ?? null;
      return subject.excluded === reason ? subject : { ...subject, excluded: reason };
    }),
  };
}
