/** The command line proposes an import, and takes what is chosen of it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { smallScan } from '../engine/read/write-nifti.ts';
import { documentOf, errorOf, folderOf, spectroscope } from './command.ts';

const people = [13, 14, 15, 16];
const folder = folderOf({
  'cohort.csv': `participant_id,group,age,surname\n${people.map((id, i) => `sub-00400${id},${i % 2 ? 'case' : 'control'},${i === 0 ? 93 : 40},Name${id}`).join('\n')}\n`,
  'sites.csv': `id,score\n${people.map((id, i) => `Caltech_00400${id},${(i * 7) % 5}.5`).join('\n')}\n`,
  'bids/participants.tsv': 'participant_id\tgroup\nsub-01\ta\nsub-02\tb\n',
  ...Object.fromEntries(
    ['01', '02'].flatMap((id) =>
      ['1', '2'].map((ses) => [
        `bids/sub-${id}/ses-${ses}/anat/sub-${id}_ses-${ses}_T1w.nii`,
        smallScan(Number(id) * 10 + Number(ses)),
      ]),
    ),
  ),
});
const run = async (...words: string[]) => await spectroscope(folder, words);

describe('import --propose', () => {
  it('prints what would be done and what could be chosen, and writes nothing', async () => {
    const outcome = await run('import', '--propose', 'cohort.csv', 'sites.csv', '--json');
    expect(outcome.code).toBe(0);
    const document = documentOf(outcome);
    expect(document).toMatchObject({
      kind: 'table',
      rows: 4,
      identifying: [{ column: 'surname', what: 'names of people', canDrop: true }],
      agesOver89: 1,
      tables: [
        { file: 'cohort.csv', use: 'subjects' },
        { file: 'sites.csv', use: 'joined', match: { forms: [{ form: 'number', ids: 4, applied: false }] } },
      ],
    });
    const words = await run('import', '--propose', 'cohort.csv', 'sites.csv');
    expect(words.stdout).toContain('number: 4 of 4 (not matched unless chosen), as Caltech_0040013 for sub-0040013');
    expect(existsSync(join(folder, 'study.json'))).toBe(false);
  });
});

describe('import', () => {
  it('matches by number, drops columns and caps ages as it is told', async () => {
    const outcome = await run(
      'import',
      'cohort.csv',
      'sites.csv',
      '--match',
      'sites.csv=number',
      '--drop',
      'surname',
      '--cap-ages',
      '--json',
      '--out',
      'study.json',
    );
    expect(outcome.code).toBe(0);
    const text = readFileSync(join(folder, 'study.json'), 'utf8');
    expect(text).not.toMatch(/Name13|surname/);
    const { subjects } = JSON.parse(text) as { subjects: { values: Record<string, unknown> }[] };
    expect(subjects.map(({ values }) => [values['age'], values['score']])).toEqual([
      [90, 0.5],
      [40, 2.5],
      [40, 4.5],
      [40, 1.5],
    ]);
  });

  it('keeps all sessions of a BIDS tree as rows of their people, or takes one', async () => {
    const all = await run('import', 'bids', '--rows', 'all', '--json', '--out', 'all.json');
    expect(documentOf(all)).toMatchObject({ subjects: 4 });
    const second = await run('import', 'bids', '--session', '2', '--out', 'second.json');
    expect(second.code).toBe(0);
    expect(readFileSync(join(folder, 'second.json'), 'utf8')).toContain('sub-01/ses-2/anat/sub-01_ses-2_T1w.nii');
  });

  it.each([
    [
      'a form that is none',
      ['import', 'cohort.csv', '--match', 'close', '--out', 'x.json'],
      2,
      /'close' is no form of ids. Forms are: as-written/,
    ],
    ['a study without a name', ['import', 'cohort.csv'], 2, /Name the study file to write/],
    ['an entity without a value', ['import', 'bids', '--entity', 'desc', '--out', 'x.json'], 2, /expected name=value/],
    [
      'derivatives that are not there',
      ['import', 'bids', '--derivatives', 'fmriprep', '--out', 'x.json'],
      1,
      /no derivatives 'fmriprep'/,
    ],
    [
      'a column to drop that is not there',
      ['import', 'cohort.csv', '--drop', 'dob', '--out', 'x.json'],
      1,
      /no column 'dob' to drop/,
    ],
  ])('refuses %s', async (_, words, code, message) => {
    const outcome = await run(...words, '--json');
    expect(outcome.code).toBe(code);
    expect(errorOf(outcome).message).toMatch(message);
  });
});
