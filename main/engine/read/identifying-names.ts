/** What headers and names of files say of people: the study keeps names of files, and files are handed on with their headers. */
import { identifyingText, type Identifying } from '#app/data/identifying.ts';
import { groupedBy } from '#app/data/grouped-by.ts';
import type { ScanProblem } from '#app/data/volume.ts';
import { someOf } from '#app/study/labelling.ts';
import { told } from '#app/study/problem-words.ts';
import type { Problem, Subject } from '#app/study/study.ts';
import { sentence, type Sentence } from '#app/text/sentence.ts';

function wordsOf(what: Identifying): Sentence {
  switch (what) {
    case 'name':
      return sentence('the name of a person');
    case 'date':
      return sentence('a date');
    case 'e-mail':
      return sentence('an e-mail address');
    case 'dicom':
      return sentence('a DICOM header, which names the patient');
  }
}

/**
 * @param name file name for messages
 * @param texts of the header, by field
 * @returns what was found, without repeating it
 */
export function identifyingHeader(
  name: string,
  texts: readonly { field: string; text: string }[],
  holdsDicom: boolean,
): ScanProblem[] {
  const found = texts.flatMap(({ field, text }) => {
    const what = identifyingText(text);
    return what === null ? [] : [{ field, what }];
  });
  if (holdsDicom) found.push({ field: 'extension', what: 'dicom' });
  return found.map(({ field, what }) => ({
    code: 'header-identifies',
    severity: 'warning',
    field,
    ...told({
      found: wordsOf(what),
      expected: sentence('nothing that tells who the subject is'),
      message: sentence(
        "{name}: the header's field '{field}' holds {what}, which may tell who the subject is. Nothing of it enters the study; clear it before the file is handed on.",
        { name, field, what: wordsOf(what) },
      ),
    }),
  }));
}

/** Ids and names of files that hold dates, names or addresses: the study keeps them. */
export function identifyingNames(subjects: readonly Subject[]): Problem[] {
  const found = subjects.flatMap(({ id, scan, series }) => {
    const path = scan?.path ?? series?.path ?? '';
    const what = identifyingText(id) ?? identifyingText(path);
    return what === null ? [] : [{ id, path, what }];
  });
  return [...groupedBy(found, ({ what }) => what)].map(([what, alike]) => ({
    code: 'name-identifies',
    severity: 'warning',
    file: alike[0]?.path ?? null,
    subject: alike[0]?.id ?? null,
    field: null,
    ...told({
      found: wordsOf(what),
      expected: sentence('names that tell nothing of people'),
      message: sentence(
        '{count} subjects have {what} in their ids or in the names of their files ({ids}). The study keeps these names: rename the files and import them again before it is handed on, or share a session without ids.',
        {
          count: alike.length,
          what: wordsOf(what),
          ids: someOf(
            alike.map(({ id }) => id),
            3,
          ),
        },
      ),
    }),
  }));
}
