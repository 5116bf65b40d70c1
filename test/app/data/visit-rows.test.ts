import { describe, expect, it } from 'vitest';
import { matchVisits, type ExaminationFacts, type VisitRow } from '#app/data/dicom/visit-rows.ts';

const examinations: ExaminationFacts[] = ['20180301', '20200101', '20210301'].map((day, at) => ({
  time: `${day}101010`,
  folders: ['s1', ['baseline', 'month 6', 'month12'][at] ?? '', 't1'],
}));
const undated = examinations.map(({ folders }) => ({ time: '', folders }));
const row = (visit: string, values: VisitRow['values'] = {}): VisitRow => ({ visit, values });
const matched = (rows: readonly VisitRow[], of: readonly ExaminationFacts[] = examinations) =>
  matchVisits(rows, of).map((match) => (match === null ? null : `${match.examination} by ${match.how}`));

describe('rows of the visits of one person', () => {
  it.each([
    ['2021-03-01', '2018-03-01'],
    ['01.03.2021', '1.3.2018'],
    ['3/1/2021', '03/01/2018'],
    ['20210301', '20180301'],
    ['2021-03-01T10:00:00', '2018-03-01 09:12'],
  ])('go to the examinations of their day: %s, %s', (late, early) => {
    const rows = [row('x', { scanned: late, born: '1970-01-01' }), row('y', { scanned: early, born: '1970-01-01' })];
    expect(matched(rows)).toEqual(['2 by date', '0 by date']);
  });

  it('go to those in a folder that is called as the visit', () => {
    expect(matched([row('Month12'), row('baseline'), row('month 24')])).toEqual(['2 by folder', '0 by folder', null]);
    expect(matched([row('baseline')], undated)).toEqual(['0 by folder']);
    const counted = ['ses-01', '2', 'T3'].map((name) => ({ time: '', folders: ['s1', name] }));
    expect(matched([row('visit-2'), row('1'), row('t3')], counted)).toEqual([
      '1 by folder',
      '0 by folder',
      '2 by folder',
    ]);
  });

  it('are not told by a folder of a weighting', () => {
    const [first, second] = [
      { time: '', folders: ['s1', 't1'] },
      { time: '', folders: ['s1', 'later'] },
    ];
    expect(matched([row('1'), row('2')], [second, first])).toEqual([null, null]);
  });

  it('are taken in order where there are as many, by their numbers or as the table has them', () => {
    expect(matched([row('v3'), row('v1'), row('v2')])).toEqual(['2 by order', '0 by order', '1 by order']);
    expect(matched([row(''), row(''), row('')])).toEqual(['0 by order', '1 by order', '2 by order']);
    expect(matched([row('1'), row('4')], examinations.slice(0, 2))).toEqual(['0 by order', '1 by order']);
    expect(matched([row('')], undated.slice(0, 1))).toEqual(['0 by order']);
  });

  it('are taken by their number where no examination can be lacking', () => {
    expect(matched([row('ses-02')])).toEqual(['1 by order']);
    expect(matched([row('ses-3'), row('ses-1')])).toEqual(['2 by order', '0 by order']);
  });

  it.each([
    ['one of three visits may not have been scanned', ['1', '2', '3'], examinations.slice(0, 2)],
    ['visits without numbers, and more examinations', ['', ''], examinations],
    ['examinations without dates', ['1', '2', '3'], undated],
    ['a visit beyond the last examination', ['4'], examinations],
  ])('are not guessed: %s', (_, visits, of) => {
    expect(
      matched(
        visits.map((visit) => row(visit)),
        of,
      ).every((match) => match === null),
    ).toBe(true);
  });

  it('of two on one day none is taken', () => {
    const twice = [examinations[0], { ...examinations[0], folders: [] }] as ExaminationFacts[];
    expect(matched([row('', { day: '2018-03-01' }), row('', { day: '2019-01-01' }), row('')], twice)).toEqual([
      null,
      null,
      null,
    ]);
  });
});
