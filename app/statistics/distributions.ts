/** Upper tails of the distributions of test statistics, by the incomplete beta and gamma functions. */

const tiny = 1e-300;
const accuracy = 1e-15;
const mostTerms = 100_000;

/** Coefficients of Lanczos' approximation with g = 7 (Godfrey 2001): 15 digits for x > 0. */
const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** Logarithm of the gamma function of x > 0. */
export function logGamma(x: number): number {
  // Reflection: the approximation holds from 1/2 on.
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x - 1;
  const base = shifted + 7.5;
  const sum = lanczos.reduce(
    (total, coefficient, i) => total + (i === 0 ? coefficient : coefficient / (shifted + i)),
    0,
  );
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(sum);
}

/** Probability that |T| is at least |t|, T of Student's distribution with `freedom` degrees of freedom. */
export function studentTwoSided(t: number, freedom: number): number {
  return incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5);
}

/** Probability of at least f under Fisher's F distribution. */
export function fisherUpper(f: number, numerator: number, denominator: number): number {
  if (f <= 0) return 1;
  return incompleteBeta(denominator / (denominator + numerator * f), denominator / 2, numerator / 2);
}

/** Probability of at least x under the chi-squared distribution. */
export function chiSquaredUpper(x: number, freedom: number): number {
  return x <= 0 ? 1 : incompleteGammaUpper(freedom / 2, x / 2);
}

/** Probability that |Z| is at least |z|, Z standard normal. */
export function normalTwoSided(z: number): number {
  return z === 0 ? 1 : incompleteGammaUpper(0.5, (z * z) / 2);
}

/** Regularised incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  // The fraction converges quickly on this side of the mean only.
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

function betaFraction(x: number, a: number, b: number): number {
  return lentz((term) => {
    const m = Math.floor(term / 2);
    return term % 2 === 0
      ? [(m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)), 1]
      : [(-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)), 1];
  });
}

/** Regularised upper incomplete gamma function Q(a, x): by its series below the mean, else its continued fraction. */
function incompleteGammaUpper(a: number, x: number): number {
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < mostTerms && term > sum * accuracy; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return 1 - front * sum;
  }
  const first = x + 1 - a;
  return (front / first) * lentz((term) => [-term * (term - a), first + 2 * term], first);
}

/**
 * 1 / (1 + a_1 / (b_1 + a_2 / (b_2 + …))) for a first denominator of 1, by the method of Lentz as modified by Thompson
 * and Barnett; for another first denominator b_0, b_0 / (b_0 + a_1 / (b_1 + …)).
 */
function lentz(parts: (term: number) => readonly [number, number], first = 1): number {
  let [value, c, d] = [first, first, 0];
  for (let term = 1; term < mostTerms; term++) {
    const [a, b] = parts(term);
    d = b + a * d;
    c = b + a / c;
    if (Math.abs(d) < tiny) d = tiny;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    const step = c * d;
    value *= step;
    if (Math.abs(step - 1) < accuracy) break;
  }
  return first / value;
}
