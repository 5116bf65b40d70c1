/** Problems are kept in English with the sentences they were made of, and said in the language of whoever reads them. */
import { afterEach, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { inputError, reviveError, serialiseError, type SerialisedError } from '#app/contract/errors.ts';
import { reasonText } from '#app/study/exclusion.ts';
import { spokenProblem, told, toldOf } from '#app/study/problem-words.ts';
import { matchingProblems, plainProblems, problemsText } from '#app/study/problem-table.ts';
import { problemSchema, type Problem } from '#app/study/study.ts';
import { messagesOf } from '#app/text/messages/messages-of.ts';
import { sentence, type Sentence } from '#app/text/sentence.ts';
import { speak } from '#app/text/text.ts';

const place = { code: 'any', severity: 'error' as const, file: 'a.nii', subject: 'sub-1', field: null };
const truncated = sentence('{file}: {what}.', {
  file: 'a.nii',
  what: sentence('is a DICOM file. Import the folder of its series, without this ending'),
});
const problem = (message: Sentence): Problem => ({
  ...place,
  ...told({ message, found: sentence('a DICOM file'), expected: 'NIfTI' }),
});
async function inGerman(): Promise<void> {
  speak('de', await messagesOf('de'));
}

describe('a problem', () => {
  afterEach(() => speak('en', {}));

  it('that is made while German is spoken is English in the study, its table and its JSON', async () => {
    await inGerman();
    const made = problem(truncated);
    expect(made).toMatchObject({
      message: 'a.nii: is a DICOM file. Import the folder of its series, without this ending.',
      found: 'a DICOM file',
      expected: 'NIfTI',
    });
    expect(problemsText([made], 'tsv')).toContain('\ta DICOM file\tNIfTI\ta.nii: is a DICOM file.');
    expect(plainProblems([made])).toEqual([{ ...made, said: undefined }]);
  });

  it('that was made in English and saved is said in German, with the sentences within', async () => {
    const saved = v.parse(problemSchema, JSON.parse(JSON.stringify(problem(truncated))));
    await inGerman();
    expect(spokenProblem(saved)).toMatchObject({
      message: expect.stringContaining('ist eine DICOM-Datei') as string,
      found: 'eine DICOM-Datei',
      expected: 'NIfTI',
    });
  });

  it('is found by the words in which it is shown, and by the English ones', async () => {
    await inGerman();
    const problems = [problem(truncated)];
    for (const text of ['dicom-datei', 'dicom file'])
      expect(matchingProblems(problems, { severity: null, code: null, text })).toEqual(problems);
  });

  it('of an older study is shown as it was kept', async () => {
    await inGerman();
    const old: Problem = { ...place, message: 'Alt und deutsch' };
    expect(spokenProblem(old)).toBe(old);
  });

  it('whose sentence no version knows any more is shown in English', async () => {
    await inGerman();
    expect(spokenProblem(problem(sentence('{n} of an older time', { n: 3 }))).message).toBe('3 of an older time');
  });

  it('of an error keeps the sentences of the error across processes', async () => {
    await inGerman();
    const error = inputError('any', truncated, { found: sentence('a DICOM file') });
    expect(error.message).toContain('ist eine DICOM-Datei');
    const crossed = reviveError(JSON.parse(JSON.stringify(serialiseError(error))) as SerialisedError);
    expect(toldOf(crossed)).toEqual(toldOf(error));
    expect(toldOf(crossed)).toMatchObject({ found: 'a DICOM file', said: { message: truncated } });
  });

  it('lends its words to the reason why its subject is left out', async () => {
    const problems = [problem(truncated)];
    await inGerman();
    expect(reasonText(problems[0]!.message, problems)).toContain('ist eine DICOM-Datei');
  });
});
