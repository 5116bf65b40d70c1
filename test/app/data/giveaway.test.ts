import { describe, expect, it } from 'vitest';
import { aucOf, idsTellClass, tellingAbsence, tellingAucOf } from '#app/data/giveaway.ts';
import { SeededRandom } from '#app/run/random.ts';
import { inWriting } from '#app/text/sentence.ts';

const classes = (count: number) => Array.from({ length: count }, (_, i) => (i % 2 ? 'patient' : 'control'));

describe('the area under the ROC curve of one column', () => {
  it('is that of the rank sum, with ties counted half and missing values left out', () => {
    // By hand: of 21 pairs, patients are above controls 7 + 6 + 6 times and level once.
    const cells = [1, 2, 3, 2, 4, 5, 6, 7, 8, 9, null];
    const names = cells.map((_, row) => (row < 3 || row === 10 ? 'control' : 'patient'));
    expect(aucOf(cells, names)).toBeCloseTo(19.5 / 21, 12);
    expect(
      aucOf(
        cells.map((cell) => (cell === null ? null : -cell)),
        names,
      ),
    ).toBeCloseTo(19.5 / 21, 12);
  });

  it('is that of the class that stands out most, and unknown with few subjects', () => {
    const names = Array.from({ length: 30 }, (_, i) => ['a', 'b', 'c'][i % 3] ?? '');
    const cells = names.map((name, i) => (name === 'c' ? 100 : (i * 7) % 13));
    expect(aucOf(cells, names)).toBe(1);
    expect(aucOf(cells.slice(0, 9), names.slice(0, 9))).toBeNull();
  });

  it('gives a class away only near 1, also among many subjects, whatever their order', () => {
    const random = new SeededRandom(4);
    const names = classes(4000);
    const noise = names.map(() => random.next());
    const leak = names.map((name, row) =>
      row % 500 === 0 ? 0.5 : name === 'patient' ? 1 + random.next() : random.next(),
    );
    const shifted = names.map((name) => random.next() + (name === 'patient' ? 0.4 : 0));
    expect(tellingAucOf((row) => noise[row] ?? null, names)).toBeNull();
    expect(tellingAucOf((row) => shifted[row] ?? null, names)).toBeNull();
    expect(tellingAucOf((row) => leak[row] ?? null, names)).toBeGreaterThan(0.99);
  });

  it('is also that of where values are missing', () => {
    const names = classes(40);
    expect(tellingAbsence((row) => (names[row] === 'patient' ? row : null), names)).toBe(1);
    expect(tellingAbsence((row) => (row % 3 === 0 ? null : row), names)).toBeNull();
    expect(tellingAbsence((row) => row, names)).toBeNull();
  });
});

describe('ids', () => {
  const ids = (of: (i: number) => string, count = 40) => Array.from({ length: count }, (_, i) => of(i));
  it.each<[string, (i: number) => string, string | null]>([
    ['letters for each class', (i) => `sub-${i % 2 ? 'PX' : 'HC'}${100 + i}`, 'sub-HC… is control, sub-PX… is patient'],
    [
      'ranges of numbers',
      (i) => `sub-${(i % 2 ? 50000 : 10000) + i * 13}`,
      '10000 to 10494 is control, 50013 to 50507 is patient',
    ],
    ['numbers in the order of the table', (i) => `sub-${1000 + i}`, null],
    ['a site in front of each', (i) => `${i % 4 < 2 ? 'NYU' : 'Pitt'}_${100 + ((i * 17) % 40)}`, null],
    ['names without a rule', (i) => `${String.fromCharCode(97 + (i % 26))}${(i * 7919) % 101}x`, null],
  ])('tell the class: %s', (_, of, expected) => {
    expect(idsTellClass(ids(of), classes(40))?.map(inWriting).join(', ') ?? null).toBe(expected);
  });

  it('of a few subjects tell nothing', () => {
    expect(
      idsTellClass(
        ids((i) => (i % 2 ? `a${i}` : `b${i}`), 8),
        classes(8),
      ),
    ).toBeNull();
  });
});
