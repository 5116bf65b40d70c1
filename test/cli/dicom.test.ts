/** A folder of DICOM images from the command line to a study file. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Study } from '#app/study/study.ts';
import { dicomSeries } from '../engine/read/dicom/write-dicom.ts';
import { documentOf, folderOf, spectroscope } from './command.ts';

const subject = (id: string, offset: number) => ({
  ...dicomSeries(`images/${id}/t1`, 6, { patientId: id, value: (row, column) => offset + 10 * row + column }),
  ...dicomSeries(`images/${id}/loc`, 3, { patientId: id, seriesNumber: 1, description: 'localizer' }),
});

describe('DICOM images', () => {
  const folder = folderOf({ ...subject('s1', 100), ...subject('s2', 300) });

  it('are imported: a series of each subject becomes its scan, the others are listed', async () => {
    const outcome = await spectroscope(folder, ['import', 'images', '--out', 'study.json', '--json']);
    expect(outcome.code).toBe(0);
    const document = documentOf(outcome) as { subjects: number; problems: { code: string; found: string }[] };
    expect(document.subjects).toBe(2);
    expect(
      document.problems.map(({ code, found }) => [code, found]).filter(([code]) => code?.startsWith('dicom')),
    ).toEqual([
      ['dicom-series-set-aside', '3 images, 2 subjects'],
      ['dicom-series-used', '6 images, 2 subjects'],
    ]);
    const study = JSON.parse(readFileSync(join(folder, 'study.json'), 'utf8')) as Study;
    expect(study.subjects.map(({ scan }) => scan?.shape)).toEqual([
      [10, 12, 6],
      [10, 12, 6],
    ]);
    // The converted scans outlast the command.
    for (const { scan } of study.subjects) {
      expect(existsSync(resolve(folder, study.root, scan?.path ?? 'none'))).toBe(true);
    }
  });

  it('are chosen by the description of the series', async () => {
    const words = ['import', 'images', '--dicom-series', 'local*', '--out', 'scouts.json', '--json'];
    const outcome = await spectroscope(folder, words);
    expect(documentOf(outcome)).toMatchObject({ subjects: 2 });
    const study = JSON.parse(readFileSync(join(folder, 'scouts.json'), 'utf8')) as Study;
    expect(study.subjects[0]?.scan?.shape).toEqual([10, 12, 3]);
  });

  it('of several examinations go to the rows of a leading table, one row for each visit', async () => {
    const later = { patientId: 's1', studyUid: '1.2.3.99', studyDate: '20210301' };
    const visits = folderOf({
      ...subject('s1', 100),
      ...dicomSeries('images/s1/later', 7, { ...later, value: (row, column) => 500 + 10 * row + column }),
      ...subject('s2', 300),
      'visits.csv':
        'subject,scanned,age,group\ns1,2020-01-01,60,patient\ns1,2021-03-01,61,patient\ns2,2020-01-01,50,control\n',
    });
    const words = ['import', 'images', 'visits.csv', '--rows', 'all', '--out', 'study.json', '--json'];
    const outcome = await spectroscope(visits, words);
    expect(outcome.code, outcome.stderr).toBe(0);
    const study = JSON.parse(readFileSync(join(visits, 'study.json'), 'utf8')) as Study;
    expect(
      study.subjects.map(({ values: { person, age }, scan, excluded }) => [person, age, scan?.shape[2], excluded]),
    ).toEqual([
      ['s1', 60, 6, null],
      ['s1', 61, 7, null],
      ['s2', 50, 6, null],
    ]);
    expect(study.columns.find(({ name }) => name === 'person')?.meaning).toBe('person');
  });
});
