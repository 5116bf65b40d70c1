import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { participantsOf } from '#app/data/participants.ts';
import { noChoices, type ImportChoices } from '#app/data/import-choices.ts';
import { stratifiedFolds } from '#app/study/split.ts';
import type { Study } from '#app/study/study.ts';
import { proposeImport } from '../../../main/engine/read/propose.ts';
import { excluded, importPaths, makeTree, quietCall, said } from './tree.ts';
import { smallScan } from './write-nifti.ts';

const choose = (choices: Partial<ImportChoices>): ImportChoices => ({ ...noChoices, ...choices });
const scans = (study: Study) => Object.fromEntries(study.subjects.map(({ id, scan }) => [id, scan?.path ?? null]));
const valuesOf = (study: Study, id: string) => study.subjects.find((subject) => subject.id === id)?.values;

/** Four people, two sessions of which the fourth has one, a second run, a derivative, and what is known of them. */
function longitudinal(): string {
  const files: Record<string, string | Uint8Array> = {
    'dataset_description.json': '{"Name": "Visits", "License": "CC0"}',
    'participants.tsv': 'participant_id\tdiagnosis\tage\nsub-01\t0\t30\nsub-02\t1\t40\nsub-03\t0\t50\nsub-04\t1\tn/a\n',
    'participants.json': '{"diagnosis": {"Levels": {"0": "control", "1": "patient"}}}',
    'phenotype/memory.tsv':
      'participant_id\tsession_id\trecall\nsub-01\tses-1\t7\nsub-01\tses-2\t9\nsub-02\tses-1\t5\nsub-02\tses-2\t6\nsub-03\tses-1\t8\n',
  };
  let seed = 1;
  for (const subject of ['01', '02', '03', '04']) {
    for (const session of subject === '04' ? ['1'] : ['1', '2']) {
      const name = `sub-${subject}_ses-${session}`;
      const folder = `sub-${subject}/ses-${session}/anat`;
      files[`${folder}/${name}_T1w.nii`] = smallScan(seed++);
      files[`derivatives/fmriprep/${folder}/${name}_space-MNI152_desc-preproc_T1w.nii`] = smallScan(seed++);
      files[`derivatives/fmriprep/${folder}/${name}_desc-preproc_T1w.nii`] = smallScan(seed++);
    }
    files[`sub-${subject}/sub-${subject}_sessions.tsv`] =
      `session_id\tmood\nses-1\t${Number(subject)}\nses-2\t${Number(subject) + 10}\n`;
  }
  files['sub-02/ses-2/anat/sub-02_ses-2_FLAIR.nii'] = smallScan(seed);
  return makeTree(files);
}

describe('a BIDS tree with sessions', () => {
  const root = longitudinal();

  it('gives each subject its first scan, with what is known of that session', async () => {
    const study = await importPaths([root]);
    expect(scans(study)).toEqual({
      'sub-01': 'sub-01/ses-1/anat/sub-01_ses-1_T1w.nii',
      'sub-02': 'sub-02/ses-1/anat/sub-02_ses-1_T1w.nii',
      'sub-03': 'sub-03/ses-1/anat/sub-03_ses-1_T1w.nii',
      'sub-04': 'sub-04/ses-1/anat/sub-04_ses-1_T1w.nii',
    });
    expect(study.groups.groups.map(({ name }) => name)).toEqual(['control', 'patient']);
    expect(valuesOf(study, 'sub-02')).toMatchObject({ age: 40, 'memory.recall': 5, 'sessions.mood': 2 });
    expect(study.columns.some(({ meaning }) => meaning === 'person')).toBe(false);
    expect(study.tables.map(({ path }) => path)).toContain('sub-03/sub-03_sessions.tsv');
  });

  it('keeps all scans as rows of their people, each with what is known of its session', async () => {
    const study = await importPaths([root], { choices: choose({ rows: 'all' }) });
    expect(Object.keys(scans(study))).toEqual([
      'sub-01_ses-1',
      'sub-01_ses-2',
      'sub-02_ses-1',
      'sub-02_ses-2',
      'sub-03_ses-1',
      'sub-03_ses-2',
      'sub-04_ses-1',
    ]);
    expect(valuesOf(study, 'sub-02_ses-2')).toMatchObject({
      participant_id: 'sub-02_ses-2',
      person: 'sub-02',
      session: '2',
      age: 40,
      'memory.recall': 6,
      'sessions.mood': 12,
    });
    expect(valuesOf(study, 'sub-03_ses-2')).toMatchObject({ 'memory.recall': null, 'sessions.mood': 13 });
    expect(said(study)).toContain(
      '3 people have several rows (sub-01_ses-1, sub-01_ses-2). They stay together: no fold trains on one and validates another.',
    );
    const { labels } = participantsOf(study);
    for (const { training, validation } of stratifiedFolds(labels, 2, 1)) {
      const trained = new Set(training.map((row) => labels[row]?.person));
      expect(validation.filter((row) => trained.has(labels[row]?.person))).toEqual([]);
    }
  });

  it('takes the session, the suffix or the derivative that was chosen, and says who has none', async () => {
    const second = await importPaths([root], {
      choices: choose({ scans: { derivative: null, suffix: null, entities: { ses: '2' } } }),
    });
    expect(scans(second)['sub-01']).toBe('sub-01/ses-2/anat/sub-01_ses-2_T1w.nii');
    expect(excluded(second)).toEqual({
      'sub-04':
        'sub-04: there is no T1w file as it was chosen (but T1w). Choose others at import, or leave the subject out.',
    });
    const derived = await importPaths([root], {
      choices: choose({ scans: { derivative: 'fmriprep', suffix: null, entities: {} } }),
    });
    expect(scans(derived)['sub-02']).toBe(
      'derivatives/fmriprep/sub-02/ses-1/anat/sub-02_ses-1_space-MNI152_desc-preproc_T1w.nii',
    );
    const flair = await importPaths([root], {
      choices: choose({ scans: { derivative: null, suffix: 'FLAIR', entities: {} } }),
    });
    expect(Object.values(scans(flair)).filter((scan) => scan !== null)).toEqual([
      'sub-02/ses-2/anat/sub-02_ses-2_FLAIR.nii',
    ]);
    await expect(
      importPaths([root], { choices: choose({ scans: { derivative: 'xcpd', suffix: null, entities: {} } }) }),
    ).rejects.toMatchObject({
      kind: 'setting',
      message: expect.stringContaining("has no derivatives 'xcpd'. There are: fmriprep.") as unknown,
    });
  });

  it('joins what is known of the session that was chosen, not of the first', async () => {
    const study = await importPaths([root], {
      choices: choose({ scans: { derivative: null, suffix: null, entities: { ses: '2' } } }),
    });
    expect(valuesOf(study, 'sub-02')).toMatchObject({ age: 40, 'memory.recall': 6, 'sessions.mood': 12 });
    expect(valuesOf(study, 'sub-03')).toMatchObject({ 'memory.recall': null, 'sessions.mood': 13 });
    expect(said(study).join(' ')).not.toContain('a second time');
  });

  it('says where a table is of visits that no scan is of, and uses it only of who was asked once', async () => {
    const other = makeTree({
      'participants.tsv': 'participant_id\tgroup\nsub-01\ta\nsub-02\tb\n',
      'sub-01/ses-1/anat/sub-01_ses-1_T1w.nii': smallScan(1),
      'sub-02/ses-1/anat/sub-02_ses-1_T1w.nii': smallScan(2),
      'phenotype/memory.tsv':
        'participant_id\tsession_id\trecall\nsub-01\tses-9\t7\nsub-02\tses-8\t5\nsub-02\tses-9\t6\n',
    });
    const study = await importPaths([other]);
    expect(valuesOf(study, 'sub-01')).toMatchObject({ 'memory.recall': 7 });
    expect(valuesOf(study, 'sub-02')).toMatchObject({ 'memory.recall': null });
    expect(study.problems.find(({ code }) => code === 'visits-differ')?.message).toContain(
      'its visits (ses-9, ses-8) are not those of the scans (ses-1)',
    );
  });

  it('is proposed: what there is to choose, and how many subjects have each', async () => {
    const proposal = await proposeImport({ paths: [root], table: null, idColumn: null, fileColumn: null }, quietCall());
    expect(proposal).toMatchObject({
      kind: 'volumes',
      rows: 4,
      scans: { found: 8, used: 4, notDownloaded: 0 },
      several: { people: 3, rows: 'one' },
      bids: { derivatives: ['fmriprep'], derivative: null },
    });
    expect(proposal.bids?.facets).toEqual([
      {
        entity: 'suffix',
        chosen: 'T1w',
        values: [
          { value: 'T1w', subjects: 4, files: 7 },
          { value: 'FLAIR', subjects: 1, files: 1 },
        ],
      },
      {
        entity: 'ses',
        chosen: null,
        values: [
          { value: '1', subjects: 4, files: 4 },
          { value: '2', subjects: 3, files: 3 },
        ],
      },
    ]);
    expect(proposal.confirm).toContain('3 people have several rows or scans, of which one is used.');
  });
});

describe('tables of events of several sessions and runs', () => {
  const events = (first: number) =>
    `onset\tduration\tresponse_time\n${[0, 1, 2, 3].map((at) => `${at * 2}\t1\t${first + at * at}`).join('\n')}\n`;
  const root = makeTree({
    'participants.tsv': 'participant_id\tgroup\nsub-01\ta\nsub-02\tb\nsub-03\tb\n',
    'phenotype/mood.tsv': 'participant_id\tsession_id\tmood\nsub-01\tses-1\t3\nsub-01\tses-2\t4\nsub-02\tses-1\t5\n',
    ...Object.fromEntries(
      [
        '01_ses-1_task-go',
        '01_ses-2_task-go',
        '02_ses-1_task-go_run-1',
        '02_ses-1_task-go_run-2',
        '03_ses-1_task-go',
      ].map((name, at) => [`sub-${name.slice(0, 2)}/${name.slice(3, 8)}/func/sub-${name}_events.tsv`, events(at + 1)]),
    ),
  });
  const series = { files: '*_events.tsv', orientation: null, kind: null };
  const filesOf = (study: Study) => study.subjects.map(({ series: own }) => own?.path.split('/').at(-1));

  it('give each subject the first of its sessions and runs, with what is known of that session', async () => {
    const study = await importPaths([root], { series });
    expect(filesOf(study)).toEqual([
      'sub-01_ses-1_task-go_events.tsv',
      'sub-02_ses-1_task-go_run-1_events.tsv',
      'sub-03_ses-1_task-go_events.tsv',
    ]);
    expect(valuesOf(study, 'sub-01')).toMatchObject({ group: 'a', 'mood.mood': 3 });
  });

  it('give the session that was chosen, or every one as a row of the same person', async () => {
    const chosen = choose({ scans: { derivative: null, suffix: null, entities: { ses: '2' } } });
    const second = await importPaths([root], { series, choices: chosen });
    expect(Object.keys(excluded(second))).toEqual(['sub-02', 'sub-03']);
    expect(valuesOf(second, 'sub-01')).toMatchObject({ 'mood.mood': 4 });
    const all = await importPaths([root], { series, choices: choose({ rows: 'all' }) });
    expect(all.subjects).toHaveLength(5);
    expect(excluded(all)).toEqual({});
    const people = all.subjects.map(({ values }) => values['person']);
    expect(people).toEqual(['sub-01', 'sub-01', 'sub-02', 'sub-02', 'sub-03']);
    const proposal = await proposeImport(
      { paths: [root], table: null, idColumn: null, fileColumn: null, series },
      quietCall(),
    );
    expect(proposal.bids?.facets.map(({ entity }) => entity)).toEqual(['suffix', 'ses', 'run']);
  });
});

describe('a scan whose content git-annex did not fetch', () => {
  it('is named as not downloaded, in the proposal and in the study', async () => {
    const root = makeTree({
      'participants.tsv': 'participant_id\tgroup\nsub-01\ta\nsub-02\tb\nsub-03\tb\n',
      'sub-01/anat/sub-01_T1w.nii': smallScan(1),
      // An unlocked file: git keeps the pointer in its place.
      'sub-03/anat/sub-03_T1w.nii': '/annex/objects/MD5E-s352--0123456789abcdef.nii\n',
    });
    const link = join(root, 'sub-02/anat/sub-02_T1w.nii');
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync('../../.git/annex/objects/Xx/Yy/MD5E-s1--0/MD5E-s1--0.nii', link);
    const proposal = await proposeImport({ paths: [root], table: null, idColumn: null, fileColumn: null }, quietCall());
    expect(proposal.scans).toMatchObject({ used: 3, notDownloaded: 2 });
    expect(proposal.confirm.join(' ')).toContain('2 scans are not downloaded (git-annex)');
    const study = await importPaths([root]);
    expect(Object.keys(excluded(study))).toEqual(['sub-02', 'sub-03']);
    expect(excluded(study)['sub-03']).toContain('is a pointer left by git-annex or Git LFS');
  });
});
