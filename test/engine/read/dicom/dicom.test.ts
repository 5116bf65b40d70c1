import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { applyAffine, invertAffine } from '#app/data/affine.ts';
import { noChoices, type ImportChoices } from '#app/data/import-choices.ts';
import type { Study } from '#app/study/study.ts';
import { importStudy } from '../../../../main/engine/read/import.ts';
import { proposeImport } from '../../../../main/engine/read/propose.ts';
import { readVolume } from '../../../../main/engine/read/nifti.ts';
import { excluded, importPaths, makeTree } from '../tree.ts';
import { dicomImage, dicomSeries } from './write-dicom.ts';

const fixtures = join(import.meta.dirname, '../../../fixtures/dicom');
const cache = mkdtempSync(join(tmpdir(), 'dicom-cache-'));
afterAll(() => rmSync(cache, { recursive: true, force: true }));

interface Reference {
  syntax: string;
  patient: string;
  rows: number;
  columns: number;
  samples: [[number, number, number], number][];
}
const references = JSON.parse(readFileSync(join(fixtures, 'reference.json'), 'utf8')) as Record<string, Reference>;
const sound = Object.entries(references).filter(([name]) => name !== 'MR_truncated.dcm');

function ofCode(study: Study, code: string) {
  return study.problems.filter((problem) => problem.code === code);
}
async function volumeOf(study: Study, row = 0) {
  return await readVolume(resolve(study.root, study.subjects[row]?.scan?.path ?? ''));
}
const values = (of: number) => (row: number, column: number) => of + 10 * row + column;

describe.each(sound)('%s', (name, { patient, rows, columns, samples }) => {
  it('becomes a scan with the pixels where pydicom and the standard place them', async () => {
    const root = makeTree({ [`images/${name}`]: readFileSync(join(fixtures, name)) });
    const study = await importPaths([root], { cache });
    expect(study.subjects).toMatchObject([{ id: patient, excluded: null }]);
    const { affine, shape, values: voxels } = await volumeOf(study);
    expect(shape).toEqual([columns, rows, 1]);
    const toVoxel = invertAffine(affine);
    for (const [place, value] of samples) {
      const [i, j, k] = applyAffine(toVoxel, place).map((at) => Math.round(at)) as [number, number, number];
      expect(voxels[i + shape[0] * (j + shape[1] * k)]).toBe(value);
    }
  });
});

describe('a folder of DICOM images', () => {
  const files = {
    ...dicomSeries('patients/s1/t1', 8, { patientId: 'A' }),
    ...dicomSeries('patients/s1/scout', 3, { patientId: 'A', seriesNumber: 1, description: 'localizer' }),
    ...dicomSeries('controls/s2/t1', 8, { patientId: 'B', value: values(500) }),
    ...dicomSeries('controls/s2/flair', 12, {
      patientId: 'B',
      seriesNumber: 5,
      description: 'T2 FLAIR',
      value: values(7),
    }),
  };

  it('gives each subject its anatomical series and lists the others with counts and reasons', async () => {
    const study = await importPaths([makeTree(files)], { cache });
    expect(study.subjects.map(({ id, values: { folder } }) => [id, folder])).toEqual([
      ['s2', 'controls'],
      ['s1', 'patients'],
    ]);
    expect(study.subjects.map(({ scan }) => [scan?.shape, scan?.spacingMm])).toEqual([
      [
        [10, 12, 8],
        [1.5, 1.5, 2],
      ],
      [
        [10, 12, 8],
        [1.5, 1.5, 2],
      ],
    ]);
    expect(ofCode(study, 'dicom-series-used')).toMatchObject([{ found: '8 images, 2 subjects' }]);
    expect(ofCode(study, 'dicom-series-set-aside').map(({ message }) => message)).toEqual([
      expect.stringMatching(/'T2 FLAIR': 12 images, in 1 subject; set aside: another series is used/) as string,
      expect.stringMatching(/'localizer': 3 images, in 1 subject; set aside: it is a localiser/) as string,
    ]);
    expect(study.problems.filter(({ code, severity }) => severity !== 'note' && !/^scan-/.test(code))).toEqual([]);
    const { values: voxels, affine } = await volumeOf(study, 1);
    // Slice 3, row 4, column 5 lies at x -7 + 7.5, y -9 + 6, z -10 + 6 mm: in RAS the first two change their sign.
    const [i, j, k] = applyAffine(invertAffine(affine), [-0.5, 3, -4]).map(Math.round) as [number, number, number];
    expect(voxels[i + 10 * (j + 12 * k)]).toBe(345);
  });

  it('takes the series that is asked for, and says which there are where a subject lacks it', async () => {
    const study = await importPaths([makeTree(files)], { cache, dicomSeries: 'flair' });
    expect(study.subjects.map(({ id, scan }) => [id, scan?.shape])).toEqual([
      ['s2', [10, 12, 12]],
      ['s1', undefined],
    ]);
    expect(excluded(study)).toEqual({
      s1: expect.stringContaining("Its series: 'localizer', 'T1 MPRAGE'.") as unknown,
    });
    expect(ofCode(study, 'dicom-no-series')).toMatchObject([
      { subject: 's1', severity: 'error', found: "'localizer', 'T1 MPRAGE'", expected: "'flair'" },
    ]);
    await expect(importPaths([makeTree(files)], { cache, dicomSeries: 'PD' })).rejects.toMatchObject({
      ...{ kind: 'input', code: 'dicom-no-series' },
      message: expect.stringContaining("'T2 FLAIR', 'T1 MPRAGE', 'localizer'") as string,
    });
  });

  it('is described by a table beside it', async () => {
    const table = 'subject,diagnosis\ns1,patient\ns2,control\n';
    const study = await importPaths([makeTree({ ...files, 'cohort.csv': table })], { cache });
    expect(study.subjects.map(({ id, scan }) => [id, scan !== null])).toEqual([
      ['s1', true],
      ['s2', true],
    ]);
    expect(study.groups.groups.map(({ name }) => name)).toEqual(['patient', 'control']);
  });

  it('is converted once: the second time the same files are there already', async () => {
    const own = mkdtempSync(join(cache, 'own-'));
    const root = makeTree(files);
    const first = await importPaths([root], { cache: own });
    const [place = ''] = readdirSync(join(own, 'dicom'));
    const about = join(own, 'dicom', place, 'about.json');
    const kept = JSON.parse(readFileSync(about, 'utf8')) as { warnings: string[] };
    writeFileSync(about, JSON.stringify({ ...kept, warnings: ['kept from before'] }));
    const second = await importPaths([root], { cache: own });
    expect(second.subjects).toEqual(first.subjects);
    expect(ofCode(second, 'dicom-converted-with-warnings')).toMatchObject([{ found: 'kept from before' }]);
    // Damaged: made again.
    writeFileSync(about, 'not json');
    expect((await importPaths([root], { cache: own })).subjects).toEqual(first.subjects);
    expect(readdirSync(join(own, 'dicom')).filter((name) => name.startsWith('part-'))).toEqual([]);
  });

  it('tells who was examined more than once, of which one scan is used', async () => {
    const later = dicomSeries('patients/s1/later', 6, { patientId: 'A', studyUid: '1.2.3.99' });
    const study = await importPaths([makeTree({ ...files, ...later })], { cache });
    expect(ofCode(study, 'dicom-examinations')).toMatchObject([{ subject: 's1', found: '2 examinations' }]);
    expect(study.subjects.map(({ id }) => id).sort()).toEqual(['s1', 's2']);
  });

  describe('of who was examined more than once', () => {
    const again = {
      ...files,
      ...dicomSeries('patients/s1/later', 6, {
        patientId: 'A',
        studyUid: '1.2.3.99',
        studyDate: '20210301',
        value: values(900),
      }),
      ...dicomSeries('patients/s1/earlier', 7, { patientId: 'A', studyUid: '1.2.3.98', studyDate: '20180301' }),
      // A scout alone is no examination to learn from.
      ...dicomSeries('controls/s2/scout', 3, { patientId: 'B', studyUid: '1.2.3.97', description: 'localizer' }),
    };
    const all = { ...noChoices, rows: 'all' as const };

    it('makes a row of each examination, by date, of the same person', async () => {
      const study = await importPaths([makeTree(again)], { cache, choices: all });
      const rows = study.subjects.map(({ id, values: { person, session, folder }, scan, excluded: why }) => ({
        ...{ id, person, session, folder, slices: scan?.shape[2] ?? null, why },
      }));
      expect(rows).toEqual([
        { id: 's2', person: 's2', session: null, folder: 'controls', slices: 8, why: null },
        { id: 's1_ses-1', person: 's1', session: '1', folder: 'patients', slices: 7, why: null },
        { id: 's1_ses-2', person: 's1', session: '2', folder: 'patients', slices: 8, why: null },
        { id: 's1_ses-3', person: 's1', session: '3', folder: 'patients', slices: 6, why: null },
      ]);
      expect(study.columns.find(({ name }) => name === 'person')?.meaning).toBe('person');
      expect(new Set(study.subjects.map(({ scan }) => scan?.sha256)).size).toBe(4);
      expect(ofCode(study, 'dicom-examinations')).toEqual([]);
      expect(ofCode(study, 'dicom-series-used')).toMatchObject([
        { message: expect.stringMatching(/scan of 2 subjects/) as string },
      ]);
      const { values: voxels } = await volumeOf(study, 3);
      expect(Math.min(...voxels)).toBe(900);
    });

    it('gives each row what a table says of its visit', async () => {
      const cohort = 'subject,diagnosis\ns1,patient\ns2,control\n';
      const visits = 'subject,session,score\ns1,1,10\ns1,2,20\ns1,3,30\ns2,1,40\n';
      const tree = makeTree({ ...again, 'cohort.csv': cohort, 'visits.csv': visits });
      const tables = ['cohort.csv', 'visits.csv'].map((name) => join(tree, name));
      const study = await importPaths([tree, ...tables], { cache, choices: all, table: tables[0] ?? null });
      expect(study.subjects.map(({ id, values: { diagnosis, score } }) => [id, diagnosis, score])).toEqual([
        ['s1_ses-1', 'patient', 10],
        ['s1_ses-2', 'patient', 20],
        ['s1_ses-3', 'patient', 30],
        ['s2', 'control', 40],
      ]);
    });

    describe('and a leading table with a row for each visit', () => {
      const leading = async (table: string, choices: ImportChoices = all) => {
        const tree = makeTree({ ...again, 'cohort.csv': table });
        const study = await importPaths([tree], { cache, choices, table: join(tree, 'cohort.csv') });
        const rows = study.subjects.map(({ id, values: { person, age }, scan, excluded: why }) => ({
          ...{ id, person, age, slices: scan?.shape[2] ?? null, why },
        }));
        return { study, rows };
      };
      const expected = [
        { id: 's1_ses-1', person: 's1', age: 60, slices: 7, why: null },
        { id: 's1_ses-2', person: 's1', age: 62, slices: 8, why: null },
        { id: 's1_ses-3', person: 's1', age: 63, slices: 6, why: null },
        { id: 's2', person: 's2', age: 50, slices: 8, why: null },
      ];

      it.each([
        ['a column of visits', 'subject,session,age\ns1,ses-1,60\ns1,ses-2,62\ns1,ses-3,63\ns2,ses-1,50\n'],
        [
          'a column of dates alone',
          'subject,scanned,age\ns1,2018-03-01,60\ns1,2020-01-01,62\ns1,2021-03-01,63\ns2,2020-01-01,50\n',
        ],
        ['ids that name the visit', 'subject,age\ns1_ses-1,60\ns1_ses-2,62\ns1_ses-3,63\ns2,50\n'],
      ])('gives each row the scan of its examination: %s', async (_, table) => {
        const { study, rows } = await leading(table);
        expect(rows).toEqual(expected);
        expect(study.columns.find(({ name }) => name === 'person')?.meaning).toBe('person');
        expect(study.problems.filter(({ code, severity }) => severity !== 'note' && !/^scan-/.test(code))).toEqual([]);
      });

      it('names the row that none belongs to, and the examination that no row is of', async () => {
        const table = 'subject,scanned,age\ns1,2018-03-01,60\ns1,2019-09-09,61\ns2,2020-01-01,50\n';
        const { study, rows } = await leading(table);
        expect(rows.map(({ slices }) => slices)).toEqual([7, null, 8]);
        expect(rows[1]?.why).toMatch(/nothing tells which of the 3 examinations of s1 is this row's/);
        expect(ofCode(study, 'no-file-for-subject')).toMatchObject([{ subject: rows[1]?.id }]);
        expect(ofCode(study, 'scan-not-used')).toHaveLength(2);
      });

      it('takes no scan of another visit than the row is of, where one is taken of each', async () => {
        const table = 'subject,scanned,age\ns1,2018-03-01,60\ns1,2020-01-01,62\ns2,2020-01-01,50\n';
        const { rows } = await leading(table, noChoices);
        expect(rows.map(({ age, slices }) => [age, slices])).toEqual([
          [60, 7],
          [62, null],
          [50, 8],
        ]);
        const later = await leading('subject,scanned,age\ns1,2021-03-01,63\ns2,2020-01-01,50\n', noChoices);
        expect(later.rows[0]).toMatchObject({ slices: null, why: expect.stringMatching(/--rows all/) as string });
      });

      it('of people that the images do not show says so of the first row', async () => {
        const { rows } = await leading('subject,session,age\ns1,1,60\ns1,2,62\ns1,3,63\nx9,1,40\nx9,2,41\ns2,1,50\n');
        expect(rows.filter(({ person }) => person === 'x9').map(({ why }) => why)).toEqual([
          expect.stringMatching(/x9: no file has this id/),
          expect.stringMatching(/x9: no file has this id/),
        ]);
      });
    });

    it('is offered before the import', async () => {
      const request = {
        paths: [makeTree(again)],
        table: null,
        idColumn: null,
        fileColumn: null,
        cache,
        choices: noChoices,
      };
      const call = { signal: new AbortController().signal, progress: () => undefined };
      expect((await proposeImport(request, call)).several).toEqual({ people: 1, rows: 'one' });
      const taken = await proposeImport({ ...request, choices: all }, call);
      expect(taken).toMatchObject({ rows: 4, people: 2, several: { people: 1, rows: 'all' } });
    });
  });

  it('can be cancelled while a series is converted', async () => {
    const controller = new AbortController();
    const call = {
      signal: controller.signal,
      progress: (title: string) => {
        if (title.startsWith('Converting')) setTimeout(() => controller.abort(), 20);
      },
    };
    const own = mkdtempSync(join(cache, 'own-'));
    const request = { paths: [makeTree(files)], table: null, idColumn: null, fileColumn: null, cache: own };
    await expect(importStudy(request, call)).rejects.toMatchObject({ kind: 'cancelled' });
    expect(readdirSync(join(own, 'dicom')).filter((name) => name.startsWith('part-'))).toEqual([]);
  });
});

describe('slices that lie unevenly', () => {
  it('become the scan that was put straight, and the warning is kept with it', async () => {
    const real = join(fixtures, 'patients', '98892001', 'CT5N');
    const names = readdirSync(real).filter((name) => name !== '2693');
    const series = Object.fromEntries(names.map((name) => [`s1/${name}`, readFileSync(join(real, name))]));
    const own = mkdtempSync(join(cache, 'uneven-'));
    for (const time of ['first', 'second']) {
      const study = await importPaths([makeTree(series)], { cache: own });
      expect([time, study.subjects[0]?.excluded]).toEqual([time, null]);
      expect(study.subjects[0]?.scan?.spacingMm[2]).toBeCloseTo(2.5, 4);
      expect(ofCode(study, 'dicom-converted-with-warnings')).toMatchObject([
        {
          found: expect.stringMatching(
            /Interslice distance varies.*the series became 2 scans, one was taken/,
          ) as string,
        },
      ]);
    }
  });
});

describe('the DICOM folder of pydicom, of CT, MR and radiographs of three people', () => {
  const folder = join(fixtures, 'patients');

  it('becomes the scans that it holds, with the reason for each person and series left out', async () => {
    const study = await importPaths([folder], { cache });
    expect(study.subjects.map(({ id, scan }) => [id, scan?.shape])).toEqual([
      ['77654033', undefined],
      ['98890234', [16, 16, 5]],
      ['12345678', undefined],
    ]);
    expect(excluded(study)).toEqual({
      '77654033': expect.stringMatching(
        /most slices of the DICOM series 'Routine Brain' seem to be missing: 4 are/,
      ) as unknown,
      '12345678': expect.stringMatching(/Its series: one without a description/) as unknown,
    });
    const setAside = ofCode(study, 'dicom-series-set-aside').map(({ message }) =>
      message.replace(/ To use another.*/, '').replace('DICOM series ', ''),
    );
    expect(setAside).toEqual([
      "'Cervical LAT': 1 image, in 1 subject; set aside: its images are radiographs (CR).",
      "'Cervical OBLI 1': 1 image, in 1 subject; set aside: its images are radiographs (CR).",
      "'Cervical OBLI 2': 1 image, in 1 subject; set aside: its images are radiographs (CR).",
      "'Routine Brain': 4 images, in 1 subject; set aside: it did not become a scan.",
      "'Scout': 2 images, in 1 subject; set aside: it is a localiser.",
      "'FAST LOCALIZER': 1 image, in 1 subject; set aside: it is a localiser.",
      "'T/S/C RF FAST PILOT': 3 images, in 1 subject; set aside: its images lie in several directions: it is a localiser.",
      "'ANGIO Projected from   C': 7 images, in 1 subject; set aside: its images lie in several directions: it is a localiser.",
      'without a description: 50 images, in 1 subject; set aside: it holds no images (CT).',
    ]);
    expect(ofCode(study, 'dicom-series-used')).toMatchObject([{ found: '5 images, 1 subject' }]);
    expect(ofCode(study, 'dicom-examinations')).toEqual([]);
    // 2.5 mm apart, as the positions of its images say.
    expect(study.subjects[1]?.scan?.spacingMm[2]).toBeCloseTo(2.5, 4);
  });
});

describe('DICOM images that cannot be used', () => {
  it('a truncated one keeps its series from becoming a scan with a hole', async () => {
    const series = dicomSeries('s1', 5, { patientId: 'A' });
    const root = makeTree({
      ...series,
      's1/IM0002': (series['s1/IM0002'] ?? Buffer.alloc(0)).subarray(0, -100),
      ...dicomSeries('s2', 5, { patientId: 'B', value: values(3) }),
    });
    const study = await importPaths([root], { cache });
    expect(excluded(study)['s1']).toMatch(
      /^s1: 1 of the 5 images of the DICOM series 'T1 MPRAGE' cannot be read. s1\/IM0002: the file ends after 58 % of its pixels/,
    );
    expect(ofCode(study, 'dicom-truncated')).toMatchObject([
      { subject: 's1', severity: 'error', found: '140 bytes', expected: '240 bytes', field: 'PixelData' },
    ]);
    expect(study.subjects.find(({ id }) => id === 's2')?.excluded).toBeNull();
  });

  it("pydicom's truncated image", async () => {
    const root = makeTree({ 'a/MR_truncated.dcm': readFileSync(join(fixtures, 'MR_truncated.dcm')) });
    const study = await importPaths([root], { cache });
    expect(Object.values(excluded(study))).toEqual([expect.stringContaining('of its pixels. Copy it again.')]);
  });

  it('a transfer syntax that is not read is named', async () => {
    const root = makeTree(dicomSeries('s1', 3, { transferSyntax: '1.2.840.10008.1.2.4.201' }));
    const study = await importPaths([root], { cache });
    expect(ofCode(study, 'dicom-transfer-syntax')).toMatchObject([
      {
        found: 'High-Throughput JPEG 2000 Lossless (1.2.840.10008.1.2.4.201)',
        message: expect.stringContaining(
          'written as High-Throughput JPEG 2000 Lossless, which is not read here',
        ) as string,
      },
    ]);
  });

  it('slices that are missing are counted', async () => {
    const { 's1/IM0003': _, ...series } = dicomSeries('s1', 8);
    const study = await importPaths([makeTree(series)], { cache });
    expect(ofCode(study, 'dicom-slices-missing')).toMatchObject([{ found: '7 images', expected: '8 images' }]);
  });

  it('of which most are missing make no scan: what is left would lie elsewhere than it seems to', async () => {
    const slices = Object.entries(dicomSeries('s1', 12)).filter((_, slice) => slice === 0 || slice > 8);
    const whole = dicomSeries('s2', 8, { patientId: 'B' });
    const study = await importPaths([makeTree({ ...Object.fromEntries(slices), ...whole })], { cache });
    expect(ofCode(study, 'dicom-slices-missing')).toMatchObject([
      { severity: 'error', subject: 's1', found: '4 slices', expected: '12 slices' },
    ]);
    expect(excluded(study)).toEqual({
      s1: expect.stringContaining('4 are there, up to 18 mm apart where others are 2 mm apart') as unknown,
    });
  });

  it('a single image asks for its folder', async () => {
    const root = makeTree({ 'a.dcm': dicomImage() });
    await expect(importPaths([join(root, 'a.dcm')])).rejects.toMatchObject({ code: 'dicom-needs-folder' });
  });
});
