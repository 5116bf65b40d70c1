/** Reference values of SciPy 1.17.1. */
import { describe, expect, it } from 'vitest';
import {
  chiSquaredUpper,
  fisherUpper,
  logGamma,
  normalTwoSided,
  studentTwoSided,
} from '#app/statistics/distributions.ts';

/** Agreement to ten digits, however small the value. */
function expectClose(value: number, reference: number): void {
  expect(Math.abs(value - reference)).toBeLessThanOrEqual(1e-10 * Math.abs(reference));
}

describe('upper tails agree with scipy.stats', () => {
  it.each([
    [0.5, 3, 0.651447964848151],
    [-2.1, 17.3, 0.050688223022867525],
    [12, 40, 7.82417130425598e-15],
    [1e-3, 5, 0.9992407867721976],
  ])('Student t = %f, %f degrees of freedom', (t, freedom, p) => expectClose(studentTwoSided(t, freedom), p));

  it.each([
    [0.7, 2, 30, 0.5045150193942447],
    [4.2, 3, 57, 0.009389398944806419],
    [80, 2, 200, 2.969952405592842e-26],
    [1.5, 1, 9999, 0.22070021396514958],
  ])('F = %f, %i and %i degrees of freedom', (f, a, b, p) => expectClose(fisherUpper(f, a, b), p));

  it.each([
    [0.3, 1, 0.583882420770365],
    [11.2, 4, 0.024405900528787352],
    [250, 9, 9.976151469298895e-49],
    [90, 99, 0.729834410284651],
  ])('chi-squared = %f, %i degrees of freedom', (x, freedom, p) => expectClose(chiSquaredUpper(x, freedom), p));

  it.each([
    [0.1, 0.920344325445942],
    [-1.96, 0.04999579029644087],
    [8, 1.244192114854348e-15],
  ])('normal z = %f', (z, p) => expectClose(normalTwoSided(z), p));

  it('and the logarithm of the gamma function', () => {
    expectClose(logGamma(0.1), 2.252712651734206);
    expectClose(logGamma(3.7), 1.428072326665388);
    expectClose(logGamma(5000.5), 37586.88488728106);
  });
});
