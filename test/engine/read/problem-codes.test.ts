/** Codes that an import tells a person, each made to happen; every-code.test.ts sees that none is without a case. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { SpectroscopeError } from '#app/contract/errors.ts';
import { noChoices } from '#app/data/import-choices.ts';
import { defaultConfiguration } from '#app/run/defaults.ts';
import { targetOf } from '../../../main/engine/read/common-grid.ts';
import type { ImportRequest } from '../../../main/engine/read/import.ts';
import { prepareVolumes } from '../../../main/engine/read/prepare-volumes.ts';
import { writeAtlas, writeBoldTree } from './fmri/bold-tree.ts';
import { importPaths, makeTree } from './tree.ts';
import { smallScan } from './write-nifti.ts';
import { zipOf } from './write-zip.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

const work = mkdtempSync(join(tmpdir(), 'problem-codes-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Codes of all problems of an import, or of the error that it ended with. */
async function codesOf(paths: string[], request: Partial<ImportRequest> = {}): Promise<string[]> {
  try {
    return (await importPaths(paths, request)).problems.map(({ code }) => code);
  } catch (error) {
    if (error instanceof SpectroscopeError) return [error.code];
    throw error;
  }
}

const table = (rows: string): Files => ({ 'subjects.csv': rows });
const plain = 'subject,group,x\ns1,a,1.5\ns2,b,2.5\ns3,a,3.5\ns4,b,4\n';
const scans = (...names: string[]): Files => Object.fromEntries(names.map((name, at) => [name, smallScan(at + 1)]));
const wave = (from: number, header = 'A,B,C', times = 12): string =>
  [header, ...Array.from({ length: times }, (_, at) => [1, 2, 3].map((k) => Math.sin(at * k + from)).join(','))].join(
    '\n',
  );
const series = (own: Files): Files => ({
  'subjects.csv': plain,
  's1_ts.csv': wave(1),
  's2_ts.csv': wave(2),
  's3_ts.csv': wave(3),
  ...own,
});
const npy = (header: string, bytes: number): Buffer => {
  const text = `${header.padEnd(117)}\n`;
  return Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
    Buffer.from([118, 0]),
    Buffer.from(text),
    Buffer.alloc(bytes),
  ]);
};
const matrix = (size: number): string =>
  Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_c, j) => (i === j ? 1 : 0.5)).join(',')).join(
    '\n',
  );
const event = (at: number): string => `onset\tduration\ttrial_type\trt\n${at}\t1\tgo\t0.4\n${at + 3}\t1\tstop\t0.6\n`;
const bids = (own: Files): Files => ({
  'dataset_description.json': '{"Name": "x", "BIDSVersion": "1.8.0"}',
  'participants.tsv': 'participant_id\tgroup\nsub-01\ta\nsub-02\tb\n',
  'sub-01/anat/sub-01_T1w.nii': smallScan(1),
  'sub-02/anat/sub-02_T1w.nii': smallScan(2),
  ...own,
});
const derivative = (name: string): Partial<ImportRequest> => ({
  choices: { ...noChoices, scans: { ...noChoices.scans, derivative: name } },
});
const everyRow: Partial<ImportRequest> = { choices: { ...noChoices, rows: 'all' } };
const seriesFiles = (files: string): Partial<ImportRequest> => ({ series: { files, orientation: null, kind: null } });
/** NIfTI with a quaternion of no numbers, and no sform. */
const badQform = (): Buffer => {
  const bytes = smallScan();
  bytes.writeInt16LE(1, 252);
  bytes.writeInt16LE(0, 254);
  [NaN, NaN, NaN].forEach((part, at) => bytes.writeFloatLE(part, 256 + 4 * at));
  return bytes;
};
const workbooks = join(import.meta.dirname, '../../fixtures/tables/workbook');
const fixture = (name: string): Buffer => readFileSync(join(workbooks, name));
const hugeWorkbook = (): Buffer => {
  const bytes = Buffer.from(fixture('phenotypes.xlsx'));
  bytes.writeUInt32LE(0xfffffff0, bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 24);
  return bytes;
};
const emptyWorkbook = zipOf({
  'xl/workbook.xml':
    '<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>',
  'xl/_rels/workbook.xml.rels':
    '<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
  'xl/worksheets/sheet1.xml': '<worksheet><sheetData></sheetData></worksheet>',
});
const many = Array.from(
  { length: 30 },
  (_, i) => `s${i},${'ab'[i % 2] ?? ''},${(i * 37) % 101}.${i},${(i * 53) % 97}.5`,
);

describe('tables', () => {
  it.each<[string, string]>([
    ['column-constant', 'subject,group,x,flat\ns1,a,1.5,7\ns2,b,2.5,7\ns3,a,3,7\n'],
    ['column-name-twice', 'subject,x,x\ns1,1,2\ns2,3,4\n'],
    ['feature-mostly-missing', 'subject,group,x,y\ns1,a,1,\ns2,b,2,\ns3,a,3,\ns4,b,4,2\ns5,a,9,5\ns6,b,8,\n'],
    ['header-of-numbers', 'subject,6,148\ns1,1,2\ns2,3,4\n'],
    ['header-too-short', 'subject,x\ns1,1,2\ns2,3,4\n'],
    ['id-missing', 'subject,x\ns1,1\n,2\ns3,3\n'],
    ['id-twice', 'subject,x\ns1,1\ns1,2\ns3,3\n'],
    ['no-id-column', 'x,y\n1.5,2\n1.5,3\n2.5,3\n'],
    ['not-a-number', `subject,x\n${[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `s${n},${n}.5`).join('\n')}\ns10,high\n`],
    ['row-too-long', 'subject,x\ns1,1\ns2,2,3\ns3,4\n'],
    ['row-too-short', 'subject,x,y\ns1,1,2\ns2,2\ns3,4,5\n'],
    ['subject-under-two-ids', `subject,group,x,y\n${[...many, (many[3] ?? '').replace('s3', 's99')].join('\n')}\n`],
    ['summary-row', 'subject,x\ns1,1\ns2,3\nMean,2\n'],
    ['table-damaged', 'subject,x\ns1,"1\ns2,2\n'],
    ['table-no-rows', 'subject,x\n'],
  ])('%s', async (code, rows) => {
    expect(await codesOf([join(makeTree(table(rows)), 'subjects.csv')])).toContain(code);
  });

  it.each<[string, string]>([
    ['rows-disagree', 'subject,visit,group,x\ns1,1,a,1\ns1,2,b,2\ns2,1,a,3\ns3,1,b,4\n'],
    ['several-rows-of-a-person', 'subject,visit,group,x\ns1,1,a,1\ns1,2,a,2\ns2,1,a,3\ns3,1,b,4\n'],
  ])('%s', async (code, rows) => {
    expect(await codesOf([join(makeTree(table(rows)), 'subjects.csv')], everyRow)).toContain(code);
  });

  it.each<[string, string, string]>([
    ['id-ambiguous', 'subject,group,x\nA-1,a,1\nA1,b,2\nB2,a,3\n', 'id,iq\na1,100\nb2,101\n'],
    ['ids-matched-by-number', 'subject,group,x\nsub-0007,a,1\nsub-0008,b,2\n', 'id,iq\n7,100\n8,101\n'],
    ['row-without-subject', plain, 'id,iq\ns1,100\nq9,101\n'],
    ['table-not-joined', plain, 'id,iq\nq8,100\nq9,101\n'],
  ])('%s', async (code, first, second) => {
    const root = makeTree({ 'subjects.csv': first, 'iq.csv': second });
    const paths = ['subjects.csv', 'iq.csv'].map((name) => join(root, name));
    expect(await codesOf(paths, { table: paths[0] ?? null })).toContain(code);
  });

  it.each<[string, string, string | Uint8Array, Partial<ImportRequest>?]>([
    ['json-damaged', 'subjects.json', '{"group": '],
    ['rows-above-header', 'a.xlsx', fixture('phenotypes.xlsx')],
    [
      'sheet-unknown',
      'a.xlsx',
      fixture('phenotypes.xlsx'),
      { choices: { ...noChoices, sheets: { 'a.xlsx': 'Nine' } } },
    ],
    ['table-empty', 'a.xlsx', emptyWorkbook],
    ['table-not-text', 'a.csv', Buffer.from([1, 0, 2, 0, 0, 0, 9, 9])],
    ['table-too-large', 'a.xlsx', hugeWorkbook()],
    ['workbook-binary', 'a.xlsx', zipOf({ 'xl/workbook.bin': 'x' })],
    ['workbook-encrypted', 'a.xlsx', fixture('encrypted.xlsx')],
    ['workbook-macros', 'a.xlsx', fixture('macros.xlsm')],
    ['workbook-old', 'a.xlsx', Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)])],
    ['file-unknown-kind', 'a.pdf', '%PDF-1.4'],
  ])('%s', async (code, name, content, request = {}) => {
    const root = makeTree({ 'subjects.csv': plain, [name]: content });
    const path = name.endsWith('.json') ? 'subjects.csv' : name;
    expect(await codesOf([join(root, path)], request)).toContain(code);
  });

  it('file-is-folder', async () => {
    const root = makeTree({ 'subjects.csv/notes.md': 'x', ...scans('s1.nii', 's2.nii') });
    expect(await codesOf([root], { table: join(root, 'subjects.csv') })).toContain('file-is-folder');
  });
});

describe('folders of scans', () => {
  it.each<[string, Files, Partial<ImportRequest>?]>([
    ['derivatives-unknown', bids({}), derivative('fmriprep')],
    [
      'derivatives-empty',
      bids({ 'derivatives/empty/dataset_description.json': '{}', 'derivatives/empty/sub-01/anat/a.json': '{}' }),
      derivative('empty'),
    ],
    ['file-matched-by-number', { 'subjects.csv': 'subject,group\np007,a\np008,b\n', ...scans('p7.nii', 'p8.nii') }],
    [
      'kinds-left-out',
      Object.fromEntries(
        ['a', 'b', 'c'].flatMap((id) => [`${id}/T1.nii`, `${id}/flair.nii`].map((name) => [name, smallScan()])),
      ),
    ],
    ['nifti-bad-qform', { 'subjects.csv': plain, 's1.nii': badQform(), 's2.nii': smallScan(2) }],
    ['no-row-for-file', { 'subjects.csv': plain, ...scans('s1.nii', 's2.nii', 's9.nii') }],
    ['no-table', scans('s1.nii', 's2.nii')],
    [
      'dicom-identifies',
      { 'a/MR_small.dcm': readFileSync(join(import.meta.dirname, '../../fixtures/dicom/MR_small.dcm')) },
      { cache: join(work, 'dicom') },
    ],
    ['nothing-to-import', { 'readme.md': '# nothing' }],
    ['table-not-used', { 'subjects.csv': plain, 'other.csv': 'site,n\nx,1\ny,2\n', ...scans('s1.nii', 's2.nii') }],
  ])('%s', async (code, files, request = {}) => {
    expect(await codesOf([makeTree(files)], request)).toContain(code);
  });
});

describe('series and matrices', () => {
  it.each<[string, Files, string]>([
    [
      'array-file-damaged',
      series({ 's4_ts.npy': npy("{'descr': '<f8', 'fortran_order': False, 'shape': (9, 3), }", 8) }),
      '*_ts.*',
    ],
    [
      'array-kind-unknown',
      series({ 's4_ts.npy': npy("{'descr': '<c16', 'fortran_order': False, 'shape': (2, 3), }", 96) }),
      '*_ts.*',
    ],
    [
      'array-file-empty',
      series({ 's4_ts.npy': npy("{'descr': '<f8', 'fortran_order': False, 'shape': (0, 3), }", 0) }),
      '*_ts.*',
    ],
    ['mat-version', series({ 's4_ts.mat': 'not of MATLAB at all'.repeat(20) }), '*_ts.*'],
    ['channel-names-differ', series({ 's4_ts.csv': wave(4, 'A,C,B') }), '*_ts.csv'],
    [
      'channels-differ',
      series({ 's4_ts.csv': 'A,B\n'.concat(Array.from({ length: 12 }, (_, i) => `${i},${i * i}`).join('\n')) }),
      '*_ts.csv',
    ],
    ['series-not-numbers', series({ 's4_ts.csv': wave(4).replace(/\n[^,]+,/, '\nnine,') }), '*_ts.csv'],
    ['series-values-missing', series({ 's4_ts.csv': wave(4).replace(/(\n.*\n.*),[^,\n]+\n/, '$1,n/a\n') }), '*_ts.csv'],
    ['series-not-found', series({}), '*_bold.csv'],
    [
      'no-series',
      { 'subjects.csv': plain, ...Object.fromEntries(['s1', 's2', 's3'].map((id) => [`${id}_ts.mat`, 'none'])) },
      '*_ts.mat',
    ],
    [
      'matrix-size-differs',
      {
        'subjects.csv': plain,
        ...{ 's1_m.csv': matrix(5), 's2_m.csv': matrix(5), 's3_m.csv': matrix(5), 's4_m.csv': matrix(4) },
      },
      '*_m.csv',
    ],
    [
      'event-columns-left-out',
      bids({
        'sub-01/func/sub-01_task-go_events.tsv': event(1),
        'sub-02/func/sub-02_task-go_events.tsv': event(2),
      }),
      '*_task-go_events.tsv',
    ],
  ])('%s', async (code, files, pattern) => {
    expect(await codesOf([makeTree(files)], seriesFiles(pattern))).toContain(code);
  });

  /** [subjects x 12 x 3]. */
  const ofAll = (subjects: number): Buffer => {
    const bytes = npy(`{'descr': '<f8', 'fortran_order': False, 'shape': (${subjects}, 12, 3), }`, 8 * 36 * subjects);
    for (let at = 128; at < bytes.length; at += 8) bytes.writeDoubleLE(Math.sin(at * at), at);
    return bytes;
  };

  it('subjects-not-counted', async () => {
    const root = makeTree({ 'subjects.csv': plain, 'all.npy': ofAll(3) });
    expect(await codesOf([root], seriesFiles('all.npy'))).toContain('subjects-not-counted');
  });

  it('no-series-for-subject', async () => {
    const ids = npy("{'descr': '<U2', 'fortran_order': False, 'shape': (4,), }", 32);
    ['s1', 's2', 's3', 's9'].forEach((id, row) =>
      Array.from(id).forEach((letter, place) => ids.writeUInt32LE(letter.charCodeAt(0), 128 + 8 * row + 4 * place)),
    );
    const root = makeTree({ 'subjects.csv': plain, 'all.npz': zipOf({ 'data.npy': ofAll(4), 'ids.npy': ids }) });
    expect(await codesOf([root], seriesFiles('all.npz'))).toContain('no-series-for-subject');
  });
});

describe('4-D scans with an atlas', () => {
  const atlasOf = (folder: string) => ({
    atlas: { labels: join(folder, 'atlas.nii'), names: null, mask: null, confounds: null },
  });
  const treeOf = (name: string): string => {
    const folder = join(work, name);
    writeBoldTree(join(folder, 'bids'), { subjects: 3, volumes: 20 });
    writeAtlas(folder);
    return folder;
  };
  const boldOf = (folder: string): string => join(folder, 'bids/sub-02/func/sub-02_task-rest_bold.nii.gz');

  it('confounds-missing, repetition-time-unknown', async () => {
    const folder = treeOf('lacking');
    rmSync(join(folder, 'bids/sub-02/func/sub-02_task-rest_desc-confounds_timeseries.tsv'));
    rmSync(join(folder, 'bids/task-rest_bold.json'));
    for (const id of ['sub-01', 'sub-02', 'sub-03']) {
      const path = join(folder, `bids/${id}/func/${id}_task-rest_bold.nii.gz`);
      const bytes = gunzipSync(readFileSync(path));
      bytes.writeFloatLE(0, 92);
      rmSync(path);
      writeFileSync(path.replace('.gz', ''), bytes);
    }
    const codes = await codesOf([join(folder, 'bids')], atlasOf(folder));
    expect(codes).toEqual(expect.arrayContaining(['confounds-missing', 'repetition-time-unknown']));
  });

  it('repetition-time-differs, scan-not-4d', async () => {
    const folder = treeOf('other');
    rmSync(join(folder, 'bids/task-rest_bold.json'));
    const bytes = gunzipSync(readFileSync(boldOf(folder)));
    bytes.writeFloatLE(3, 92);
    rmSync(boldOf(folder));
    writeFileSync(boldOf(folder).replace('.gz', ''), bytes);
    rmSync(boldOf(folder).replaceAll('sub-02', 'sub-03'));
    writeFileSync(boldOf(folder).replaceAll('sub-02', 'sub-03').replace('.gz', ''), smallScan());
    const codes = await codesOf([join(folder, 'bids')], atlasOf(folder));
    expect(codes).toEqual(expect.arrayContaining(['repetition-time-differs', 'scan-not-4d']));
  });
});

it('no-scan, no-scans', async () => {
  const study = await importPaths([makeTree({ 'subjects.csv': plain, ...scans('s1.nii', 's2.nii', 's3.nii') })]);
  const { preparation } = defaultConfiguration(study, 'cnn3d');
  const call = { signal: new AbortController().signal, progress: () => undefined };
  const prepared = prepareVolumes(study.subjects, study.root, preparation, null, call);
  await expect(prepared).rejects.toMatchObject({ code: 'no-scan' });
  await expect(targetOf(study.root, null, preparation)).rejects.toMatchObject({ code: 'no-scans' });
});
