import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { noChoices, type ImportChoices } from '#app/data/import-choices.ts';
import { subjectFlow } from '#app/study/flow.ts';
import { membersOf } from '#app/study/membership.ts';
import type { Study } from '#app/study/study.ts';
import { importStudy } from '../../../main/engine/read/import.ts';
import { smallScan } from './write-nifti.ts';
import { excluded, importPaths, importTree, makeTree, quietCall, said } from './tree.ts';

const choose = (choices: Partial<ImportChoices>): ImportChoices => ({ ...noChoices, ...choices });
const fixtures = join(import.meta.dirname, '../../fixtures/tables');

function groups(study: Study): Record<string, number> {
  const members = membersOf(study, study.groups);
  return Object.fromEntries(
    study.groups.groups.map(({ name }) => [name, members.filter((member) => member === name).length]),
  );
}
function roles(study: Study): Record<string, string> {
  return Object.fromEntries(
    study.columns.map(({ name, role, meaning }) => [name, meaning === null ? role : `${role} ${meaning}`]),
  );
}
function scans(study: Study): Record<string, string | null> {
  return Object.fromEntries(study.subjects.map(({ id, scan }) => [id, scan?.path ?? null]));
}
const table = (rows: number, line: (i: number) => string, header: string) =>
  `${header}\n${Array.from({ length: rows }, (_, i) => line(i)).join('\n')}\n`;

describe('import of a table', () => {
  it('recognises what the columns are for, and never takes an id for a feature', async () => {
    const root = makeTree({
      'cohort.csv': table(
        12,
        (i) =>
          `${i},sub-${100 + i},${100 + i},${i % 2},${20 + i},${i % 3 ? 'F' : 'M'},site ${i % 2},${(i * 7) % 5}.5,5`,
        'row,SubjID,Number,Dx,Age,Sex,Site,thickness,constant',
      ),
    });
    const study = await importPaths([join(root, 'cohort.csv')]);
    expect(roles(study)).toEqual({
      row: 'ignored',
      SubjID: 'id',
      Number: 'ignored',
      Dx: 'covariate group',
      Age: 'covariate age',
      Sex: 'covariate sex',
      Site: 'covariate site',
      thickness: 'feature',
      constant: 'ignored',
    });
    expect(study.kind).toBe('table');
    expect(groups(study)).toEqual({ '0': 6, '1': 6 });
    expect(study.tables).toEqual([
      expect.objectContaining({ path: 'cohort.csv', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown }),
    ]);
    expect(study.root).toBe(root);
  });

  it('excludes repeated ids, rows without id and shifted rows, each with file, line and column', async () => {
    const root = makeTree({ 't.csv': 'id,group,x\na,1,0.5\nb,2,0.25\na,1,0.75\n,2,1\nc,1,1,5\nd,2,\n' });
    const study = await importPaths([join(root, 't.csv')]);
    expect(excluded(study)).toEqual({
      'a (line 4)':
        "t.csv, line 4, column 'id': the id 'a' is in line 2 already. Keep one row a subject, or import all rows of each person.",
      'line 5': "t.csv, line 5, column 'id': there is no id. Give the subject one.",
      c: 't.csv, line 6: 4 fields where the header names 3, the surplus from column 4 on. Put text that holds the delimiter in quotes.',
    });
    expect(study.subjects).toHaveLength(6);
    expect(subjectFlow(study).analysed.map(({ id }) => id)).toEqual(['a', 'b', 'd']);
  });

  it('names the subjects by the first column where it has no name, as R writes the names of rows', async () => {
    const root = makeTree({ 't.csv': table(12, (i) => `${61617 + i * i},${i}.5,${i % 3}.25`, '"",x,y') });
    const study = await importPaths([join(root, 't.csv')]);
    expect(study.subjects.slice(0, 3).map(({ id }) => id)).toEqual(['61617', '61618', '61621']);
    expect(study.problems).toEqual([]);
  });

  it('excludes shifted rows also where no column names the subjects', async () => {
    const root = makeTree({ 't.csv': 'x,y\n1.5,2.5\n2.5,3,5\n1.25,4.5\n' });
    expect(excluded(await importPaths([join(root, 't.csv')]))).toEqual({
      'line 3':
        't.csv, line 3: 3 fields where the header names 2, the surplus from column 3 on. Put text that holds the delimiter in quotes.',
    });
  });

  it('takes one kind of the files that each folder has, calls the subjects by the folder that tells them apart, and says so', async () => {
    const files = ['p01', 'p02', 'p03', 'p04'].flatMap((id, at) => [
      [`all/${id}/day1/flair.nii`, smallScan(at)] as const,
      [`all/${id}/day1/T1.nii`, smallScan(10 + at)] as const,
    ]);
    const study = await importTree(Object.fromEntries(files));
    expect(scans(study)).toEqual(
      Object.fromEntries(['p01', 'p02', 'p03', 'p04'].map((id) => [id, `all/${id}/day1/T1.nii`])),
    );
    const named = await importTree({ ...Object.fromEntries(files), 't.csv': 'id,dx\np01,a\np02,b\np03,a\np04,b\n' });
    expect(scans(named)).toEqual(scans(study));
    expect(said(study)).toContainEqual(
      expect.stringMatching(/same names \(T1\.nii, flair\.nii\)\. Those called T1\.nii are used/),
    );
  });

  it('warns of a feature that gives the group away', async () => {
    const root = makeTree({
      't.csv': table(
        20,
        (i) => `s${i},${i % 2 ? 'case' : 'control'},${(i % 2) * 10 + i / 10},${(i * 13) % 7}.5`,
        'id,group,leak,x',
      ),
    });
    const study = await importPaths([join(root, 't.csv')]);
    expect(study.problems).toEqual([
      expect.objectContaining({ code: 'feature-tells-class', severity: 'warning', field: 'leak' }),
    ]);
  });

  it('warns of numbers that stand for missing', async () => {
    const root = makeTree({ 't.csv': 'id,x,delta,mass\na,-999,-1,70\nb,2,-9,71\nc,3,5,9999\nd,4,2,72\ne,5,1,80\n' });
    expect(said(await importPaths([join(root, 't.csv')]))).toEqual([
      "Column 'x' holds -999 for a, far from its other values: often a code for missing. If it is one, count it as missing: by the button in the list of problems, or with --missing at import.",
      "Column 'mass' holds 9999 for c, far from its other values: often a code for missing. If it is one, count it as missing: by the button in the list of problems, or with --missing at import.",
    ]);
  });

  it('empties the cells that hold a number which stands for missing, and says no more of it', async () => {
    const root = makeTree({ 't.csv': 'id,x,sex\na,-999,1\nb,2,-999\nc,3,2\nd,4,2\n-999,5,1\n' });
    const study = await importPaths([join(root, 't.csv')], { choices: choose({ missing: [-999] }) });
    expect(study.subjects.map(({ id, values }) => [id, values['x'], values['sex']])).toEqual([
      ['a', null, 1],
      ['b', 2, null],
      ['c', 3, 2],
      ['d', 4, 2],
      ['-999', 5, 1],
    ]);
    expect(study.problems.map(({ code }) => code)).not.toContain('number-codes-missing');
  });

  it.each(['Proband-Nr.', 'Patienten-ID', 'VP-Nummer', 'Pat.-Nr.', 'Sujet'])(
    'names the subjects by a column called %s, also where one is there twice',
    async (name) => {
      const rows = table(12, (i) => `${i % 2 ? 'ja' : 'nein'},P${String(i + 1).padStart(2, '0')},${(i * 7) % 5}.5`, '');
      const root = makeTree({ 't.csv': `Raucher,${name},x${rows}ja,P03,9.5\n` });
      const study = await importPaths([join(root, 't.csv')]);
      expect(study.subjects.slice(0, 3).map(({ id }) => id)).toEqual(['P01', 'P02', 'P03']);
      expect(Object.keys(excluded(study))).toEqual(['P03 (line 14)']);
    },
  );

  it('names the subjects by codes in the first column, whatever it is called, and tells which are there twice', async () => {
    const root = makeTree({ 't.csv': `${table(20, (i) => `PX${i + 1},${i}.5`, 'Wer,x')}PX4,9.5\n` });
    expect(excluded(await importPaths([join(root, 't.csv')]))).toEqual({
      'PX4 (line 22)':
        "t.csv, line 22, column 'Wer': the id 'PX4' is in line 5 already. Keep one row a subject, or import all rows of each person.",
    });
  });

  it('leaves out the totals that a spreadsheet ends with', async () => {
    const rows = table(12, (i) => `P${i + 1},${i}.5`, 'id,x');
    const root = makeTree({ 't.csv': `${rows}Mittelwert,5.5\nSD:,2.1\nMin,0.5\n` });
    const study = await importPaths([join(root, 't.csv')]);
    expect(Object.keys(excluded(study))).toEqual(['Mittelwert (line 14)', 'SD: (line 15)', 'Min (line 16)']);
    expect(excluded(study)['Mittelwert (line 14)']).toContain('no subject but a row of totals');
    const named = makeTree({ 't.csv': 'id,x\nAnna,1.5\nTom,2.5\nMax,3.5\n' });
    expect(excluded(await importPaths([join(named, 't.csv')]))).toEqual({});
  });

  it('knows age, site and group with units, and in German, French and Spanish', async () => {
    const line = (i: number) => `P${i + 1},${20 + i * 1.5},${'AB'[i % 2] ?? ''},${'XY'[i % 2] ?? ''}`;
    for (const header of [
      'id,Alter (Jahre),Zentrum,Diagnose',
      'id,âge,centre,Diagnostic',
      'id,Edad [años],Centro,Grupo',
    ]) {
      const root = makeTree({ 't.csv': table(10, line, header) });
      expect((await importPaths([join(root, 't.csv')])).columns.map(({ meaning }) => meaning)).toEqual([
        null,
        'age',
        'site',
        'group',
      ]);
    }
  });

  it('refuses an id column that is not there, and names those that are', async () => {
    const root = makeTree({ 't.csv': 'code,x\na,1\nb,2\n' });
    await expect(importPaths([join(root, 't.csv')], { idColumn: 'subject' })).rejects.toMatchObject({
      kind: 'setting',
      message: "t.csv has no column 'subject' for the ids. Columns are: code, x.",
    });
    const study = await importPaths([join(root, 't.csv')], { idColumn: 'code' });
    expect(study.subjects.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('joins the tables of ENIGMA by subject, and the copy of a column is not doubled', async () => {
    const study = await importPaths([join(fixtures, 'enigma')]);
    expect(study.subjects).toHaveLength(20);
    expect(groups(study)).toEqual({ '0': 10, '1': 10 });
    expect(study.columns.filter(({ name }) => /ICV/.test(name)).map(({ name }) => name)).toEqual(['ICV']);
    expect(study.columns.filter(({ role }) => role === 'feature')).toHaveLength(156);
    expect(study.subjects[0]).toMatchObject({ id: 'sub-PX003', values: { Age: 54, LLatVent: 11340.8, AO: 17 } });
    expect(study.subjects.find(({ id }) => id === 'sub-HC002')?.values['AO']).toBeNull();
    expect(said(study)).toEqual([
      expect.stringMatching(/^Empty cells in 2 of \d+ columns, 20 of \d+ in all: AO \(10\), DURILL \(10\)/) as unknown,
      expect.stringMatching(/^The ids tell the class \(sub-PX… is 1, sub-HC… is 0\)/) as unknown,
    ]);
  });
});

describe('import of a BIDS tree', () => {
  it('without images joins the phenotype tables of UCLA CNP to the participants', async () => {
    const study = await importPaths([join(fixtures, 'ucla-cnp')]);
    expect(study.kind).toBe('table');
    expect(study.name).toBe('UCLA Consortium for Neuropsychiatric Phenomics LA5c Study');
    expect(study.attribution).toContain('CC0');
    expect(study.subjects).toHaveLength(272);
    expect(groups(study)).toEqual({ CONTROL: 130, SCHZ: 50, BIPOLAR: 49, ADHD: 43 });
    expect(roles(study)).toMatchObject({
      participant_id: 'id',
      diagnosis: 'covariate group',
      age: 'covariate age',
      gender: 'covariate sex',
      ScannerSerialNumber: 'covariate site',
      'cvlt.cvlt_totcor': 'feature',
      'language.bilingual': 'covariate',
    });
    const column = study.columns.find(({ name }) => name === 'taskswitch.ts_interference');
    expect(column?.description).toMatch(/^Interference/);
    expect(study.subjects[0]).toMatchObject({
      id: 'sub-10159',
      values: { bht: null, age: 30, 'cvlt.cvlt_totcor': 67, 'taskswitch.ts_interference': 28.5 },
    });
  });

  it('uses the names of levels from the sidecar', async () => {
    const study = await importTree({
      'dataset_description.json': '{"Name": "Small", "License": "CC0"}',
      'participants.tsv': table(6, (i) => `sub-0${i}\t${i % 2}\t${i}.5`, 'participant_id\tdiagnosis\tx'),
      'participants.json':
        '{"diagnosis": {"Description": "By interview", "Levels": {"0": "control", "1": {"Description": "patient"}}}}',
    });
    expect(groups(study)).toEqual({ control: 3, patient: 3 });
  });

  it('prefers the T1-weighted scan, and says which scans it leaves out and who has none', async () => {
    const study = await importTree({
      'participants.tsv': 'participant_id\tgroup\nsub-01\ta\nsub-02\tb\nsub-03\ta\n',
      'sub-01/anat/sub-01_T1w.nii.gz': smallScan(1, 4, { gzip: true }),
      'sub-01/anat/sub-01_T2w.nii.gz': smallScan(2, 4, { gzip: true }),
      'sub-01/func/sub-01_task-rest_bold.nii.gz': smallScan(3),
      'sub-02/ses-1/anat/sub-02_ses-1_T1w.nii': smallScan(4),
      'sub-09/anat/sub-09_T1w.nii': smallScan(5),
      'derivatives/x/sub-03/anat/sub-03_T1w.nii': smallScan(6),
    });
    expect(study.kind).toBe('volumes');
    expect(scans(study)).toMatchObject({
      'sub-01': 'sub-01/anat/sub-01_T1w.nii.gz',
      'sub-02': 'sub-02/ses-1/anat/sub-02_ses-1_T1w.nii',
      'sub-03': null,
    });
    expect(excluded(study)).toEqual({
      'sub-03': 'sub-03: no file has this id in its path. Correct the id or name the file in a column of the table.',
      'sub-09':
        'sub-09/anat/sub-09_T1w.nii: no row of the table belongs to this file. Add a row for it, or correct the id.',
    });
    expect(said(study)).toContain(
      'sub-01/anat/sub-01_T2w.nii.gz: another file of sub-01 is used; this one is left out.',
    );
    expect(study.subjects[0]?.scan).toMatchObject({
      shape: [4, 4, 4],
      spacingMm: [2, 2, 2],
      orientation: 'RAS',
      dataType: 'float32',
    });
  });

  it('reads on when a sidecar is damaged', async () => {
    const study = await importTree({
      'participants.tsv': 'participant_id\tx\na\t1\nb\t2.5\n',
      'participants.json': '{"x": ',
    });
    expect(study.subjects).toHaveLength(2);
    expect(said(study)[0]).toMatch(/^participants.json: the file is not valid JSON/);
  });
});

describe('import of a folder of scans', () => {
  const files = {
    'img/sub-001.nii': smallScan(1),
    'img/sub-002.nii.gz': smallScan(2, 4, { gzip: true }),
    'img/sub-010.nii': smallScan(3),
  };

  it.each([
    ['the same ids', 'sub-001', 'sub-002', 'sub-010'],
    ['without sub-', '001', '002', '010'],
    ['other capitals', 'SUB_001', 'Sub_002', 'SUB_010'],
    ['other leading zeros', '1', '2', '10'],
  ])('matches by id: %s', async (_, ...ids) => {
    const study = await importTree({
      ...files,
      'list.csv': `id,group\n${ids.map((id, i) => `${id},${i % 2}`).join('\n')}\n`,
    });
    expect(Object.values(scans(study))).toEqual(['img/sub-001.nii', 'img/sub-002.nii.gz', 'img/sub-010.nii']);
    expect(excluded(study)).toEqual({});
  });

  it.each([
    ['paths', ['img/sub-001.nii', './img/sub-002.nii.gz', 'img\\sub-010.nii']],
    ['names', ['sub-001.nii', 'sub-002.nii.gz', 'sub-010.nii']],
    ['names without ending', ['sub-001', 'sub-002', 'sub-010']],
  ])('matches by a column of file %s', async (_, names) => {
    const study = await importTree({
      ...files,
      'list.csv': `id,file,group\n${names.map((name, i) => `p${i},${name},${i % 2}`).join('\n')}\n`,
    });
    expect(scans(study)).toEqual({ p0: 'img/sub-001.nii', p1: 'img/sub-002.nii.gz', p2: 'img/sub-010.nii' });
  });

  it('does not guess: two scans of one subject, and two subjects of one scan', async () => {
    const study = await importTree({
      'a_1_x.nii': smallScan(1),
      'a_1_y.nii': smallScan(2),
      'b.nii': smallScan(3),
      'c.nii': smallScan(4),
      'list.csv': 'id,group\na_1,1\nB,2\nsub-b,1\nc,2\n',
    });
    expect(excluded(study)['a_1']).toBe(
      'a_1: not one file but several fit, or one fits several subjects: a_1_x.nii, a_1_y.nii. Name the file in a column of the table.',
    );
    expect(excluded(study)['sub-b']).toMatch(/several subjects: b.nii/);
    expect(scans(study)['c']).toBe('c.nii');
  });

  it('names broken scans, missing files and scans without a row, and the study stays usable', async () => {
    const whole = smallScan(2, 8);
    const study = await importTree({
      'good.nii': smallScan(1),
      'good2.nii': smallScan(7),
      'short.nii': whole.subarray(0, 400),
      'text.nii': 'this is no scan',
      'empty.nii': '',
      'damaged.nii.gz': (() => {
        const file = Buffer.from(smallScan(3, 8, { gzip: true }));
        file.fill(0, file.length - 12, file.length - 4);
        return file;
      })(),
      'stranger.nii': smallScan(9),
      'list.csv':
        'id,file,group\na,good.nii,1\nb,good2.nii,2\nc,short.nii,1\nd,text.nii,2\ne,empty.nii,1\nf,damaged.nii.gz,2\ng,gone.nii,1\nh,,2\ni,good.nii,1\n',
    });
    const reasons = excluded(study);
    expect(Object.keys(reasons)).toEqual(['c', 'd', 'e', 'f', 'g', 'h', 'i', 'stranger']);
    expect(reasons['c']).toMatch(/^short.nii: the file ends after \d+ % of its data/);
    expect(reasons['d']).toMatch(/^text.nii: is too short for a NIfTI scan/);
    expect(reasons['e']).toMatch(/^empty.nii: the file is empty/);
    expect(reasons['f']).toMatch(/^damaged.nii.gz: /);
    expect(reasons['g']).toMatch(/^g: there is no file 'gone.nii' in /);
    expect(reasons['h']).toBe('h: the table names no file. Fill in the file name.');
    expect(reasons['i']).toBe("i: the file 'good.nii' is that of a already. Correct the table.");
    for (const id of Object.keys(reasons)) expect(study.problems.map(({ subject }) => subject)).toContain(id);
    expect(subjectFlow(study).analysed.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('warns of scans with the same content and of a grid that differs', async () => {
    const study = await importTree({
      'a.nii': smallScan(1),
      'b.nii': smallScan(1),
      'c.nii': smallScan(2, 6),
      'list.csv': 'id,group\na,1\nb,2\nc,1\n',
    });
    expect(said(study)).toEqual([
      'The scans of a, b have the same content. Exclude the copies, or a subject is in training and validation at once.',
      'The scan of c has 6 x 6 x 6 voxels of 2 x 2 x 2 mm, most have 4 x 4 x 4 voxels of 2 x 2 x 2 mm. Check that they are of the same kind.',
    ]);
  });

  it('needs no table: folders make the groups', async () => {
    const study = await importTree({
      'patients/p1.nii': smallScan(1),
      'patients/p2.nii': smallScan(2),
      'controls/c1.nii': smallScan(3),
    });
    expect(groups(study)).toEqual({ controls: 1, patients: 2 });
    expect(study.subjects.map(({ id }) => id)).toEqual(['c1', 'p1', 'p2']);
  });

  it('needs no table in a BIDS tree: a subject is a folder, with its T1-weighted scan', async () => {
    const study = await importTree({
      'sub-1/anat/sub-1_FLAIR.nii': smallScan(1),
      'sub-1/anat/sub-1_T1w.nii': smallScan(2),
      'sub-2/anat/sub-2_T1w.nii': smallScan(3),
    });
    expect(scans(study)).toEqual({ 'sub-1': 'sub-1/anat/sub-1_T1w.nii', 'sub-2': 'sub-2/anat/sub-2_T1w.nii' });
    expect(said(study)).toContain('sub-1/anat/sub-1_FLAIR.nii: another file of sub-1 is used; this one is left out.');
    expect(study.groups.groups).toEqual([]);
  });

  it('is not misled by a column that is called like a file', async () => {
    const study = await importTree({ ...files, 'list.csv': 'id,scan,group\n001,yes,1\n002,no,2\n010,yes,1\n' });
    expect(Object.values(scans(study))).toEqual(['img/sub-001.nii', 'img/sub-002.nii.gz', 'img/sub-010.nii']);
    expect(roles(study)['scan']).toBe('ignored');
  });

  it('follows links to folders, and not round for ever', async () => {
    const root = makeTree({ 'list.csv': 'id,group\n001,1\n002,2\n010,1\n' });
    symlinkSync(join(makeTree(files), 'img'), join(root, 'linked'));
    symlinkSync(root, join(root, 'loop'));
    expect(Object.values(scans(await importPaths([root])))).toEqual([
      'linked/sub-001.nii',
      'linked/sub-002.nii.gz',
      'linked/sub-010.nii',
    ]);
  });

  it('takes single scans with a table, and a table that lies elsewhere', async () => {
    const root = makeTree(files);
    const elsewhere = makeTree({ 'list.csv': 'id,group\n001,1\n002,2\n010,1\n' });
    const study = await importPaths([join(root, 'img')], { table: join(elsewhere, 'list.csv') });
    expect(Object.values(scans(study))).toEqual(['sub-001.nii', 'sub-002.nii.gz', 'sub-010.nii']);
    const chosen = await importPaths([
      join(root, 'img/sub-001.nii'),
      join(root, 'img/sub-010.nii'),
      join(elsewhere, 'list.csv'),
    ]);
    expect(excluded(chosen)).toEqual({ '002': expect.stringContaining('no file has this id') as unknown });
  });

  it('can be cancelled, and tells how far it is', async () => {
    const root = makeTree({ ...files, 'list.csv': 'id,group\n001,1\n002,2\n010,1\n' });
    const controller = new AbortController();
    const seen: number[] = [];
    const call = {
      signal: controller.signal,
      progress: (_title: string, done: number) => {
        seen.push(done);
        if (done === 1) controller.abort();
      },
    };
    const request = { paths: [root], table: null, idColumn: null, fileColumn: null };
    controller.abort();
    await expect(importStudy(request, call)).rejects.toMatchObject({ kind: 'cancelled' });
    const progress: [number, number | null][] = [];
    await importStudy(request, {
      ...quietCall(),
      progress: (_title: string, done: number, total: number | null) => progress.push([done, total]),
    });
    expect(progress.at(-1)).toEqual([3, 3]);
  });
});

describe('an import of nothing', () => {
  it.each([
    ['an empty folder', {}, /there is no scan \(NIfTI, MGH, DICOM\) and no table/],
    ['a folder of other files', { 'notes.docx': 'x' }, /there is no scan \(NIfTI, MGH, DICOM\) and no table/],
  ])('says so: %s', async (_, files, message) => {
    await expect(importTree(files)).rejects.toThrow(message);
  });

  it('says what a file is not', async () => {
    const root = makeTree({ 'x.docx': 'x' });
    await expect(importPaths([join(root, 'x.docx')])).rejects.toThrow(
      'x.docx: neither a table (.csv, .tsv, .txt, .xlsx) nor a scan',
    );
    await expect(importPaths([join(root, 'gone')])).rejects.toThrow('gone: there is no such file or folder');
  });
});
