import { describe, expect, it } from 'vitest';
import { findIdentifying, agesTooHigh } from '#app/data/identifying.ts';
import { sameRows } from '#app/data/same-subject.ts';
import { SeededRandom } from '#app/run/random.ts';
import { inWriting } from '#app/text/sentence.ts';

describe('rows of one subject under two ids', () => {
  const random = new SeededRandom(1);
  const measured = Array.from({ length: 4 }, () => Array.from({ length: 30 }, () => random.next()));
  const copied = measured.map((cells) => [...cells, cells[7] ?? null]);

  it('are found by their values', () => {
    expect(sameRows(measured)).toEqual([]);
    expect(sameRows(copied)).toEqual([[7, 30]]);
  });

  it('are not suspected where agreement is no surprise: sex and age in years', () => {
    const sex = Array.from({ length: 60 }, (_, i) => (i % 2 ? 'F' : 'M'));
    const age = Array.from({ length: 60 }, (_, i) => 20 + (i % 20));
    expect(sameRows([sex, age])).toEqual([]);
  });

  it('are not those with nothing in them', () => {
    expect(sameRows(measured.map((cells) => [...cells, null, null]))).toEqual([]);
  });
});

describe('columns that name a person', () => {
  it.each([
    ['Last Name', ['Smith'], 'names of people'],
    ['date_of_birth', ['1980-02-03'], 'dates of birth'],
    ['MRN', [123456], 'numbers of records'],
    ['mobile', ['0171 123'], 'telephone numbers'],
    ['Contact', ['a.b@example.org', 'c@example.org', null], 'e-mail addresses'],
    ['call', ['(555) 123-4567', '+49 30 1234567'], 'telephone numbers'],
    ['postcode', ['AB1 2CD'], 'addresses'],
    ['tax', ['123-45-6789'], 'numbers of records'],
  ])('are recognised: %s', (name, cells, what) => {
    const found = findIdentifying([{ name, cells }]);
    expect(found.map((each) => ({ ...each, what: inWriting(each.what) }))).toEqual([{ column: name, what }]);
  });

  it.each([
    ['birth_weight', [3200]],
    ['scan date', ['2019-03-04', '2019-03-05']],
    ['score', ['100-200', '12-13']],
    ['site_name', ['NYU', 'Pitt']],
    ['cells', [1, 2]],
  ])('are not mistaken: %s', (name, cells) => {
    expect(findIdentifying([{ name, cells }])).toEqual([]);
  });

  it('counts ages that say more than 90 or older', () => {
    expect(agesTooHigh([20, 89, 90, 91, 101, null, '95'])).toBe(2);
  });
});
