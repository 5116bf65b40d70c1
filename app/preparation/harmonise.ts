/**
 * ComBat: takes each site's shift and scale out of every feature, drawn towards those of its other features by empirical
 * Bayes (Johnson, Li and Rabinovic, 'Adjusting batch effects in microarray expression data using empirical Bayes methods',
 * Biostatistics 2007; the same steps as neuroCombat of Fortin et al. 2018). What covariates explain stays in the data.
 *
 * A site with fewer than two training rows is left as it is.
 */
import * as v from 'valibot';
import { settingError } from '#app/contract/errors.ts';
import { Design, designTerms, seenLevels, termSchema } from './design.ts';
import { LeastSquares } from '#app/statistics/least-squares.ts';
import { covariateNamed, measured, type Covariate, type Rows } from './rows.ts';
import { siteEffects } from './site-effects.ts';
import type { StepParts } from './step.ts';

/** Rows that a site's variance is estimated from, at least. */
export const fewestOfSite = 2;
/** A feature whose residual variance is below this part of its mean's square is rounding, not measurement. */
const smallestVariance = 1e-12;

const schema = v.object({
  step: v.literal('harmonise'),
  site: v.string(),
  /** Indices of the features that are harmonised: those that vary within sites. */
  features: v.array(v.number()),
  /** Of each of them: its mean over all sites, and the deviation within sites. */
  mean: v.array(v.number()),
  deviation: v.array(v.number()),
  terms: v.array(termSchema),
  levels: v.record(v.string(), v.array(v.string())),
  /** Effects of the covariates that stay, [features x terms]. */
  coefficients: v.array(v.array(v.number())),
  /** Of each site: shift and variance of each feature, in units of the deviation. */
  sites: v.record(v.string(), v.object({ shift: v.array(v.number()), variance: v.array(v.number()) })),
});
type Harmonisation = v.InferOutput<typeof schema>;

export const harmonise: StepParts<Harmonisation> = {
  name: 'harmonise',
  schema,
  fit: (rows, training, { harmonise: asked }) => (asked === null ? null : fitSites(rows, training, asked)),
  apply: (fitted, rows) => {
    const { values, width, covariates } = rows;
    const { features, mean, deviation, coefficients, sites } = fitted;
    const design = new Design(fitted.terms, covariates, fitted.levels);
    const siteOf = covariateNamed(covariates, fitted.site).values;
    for (let row = 0; row * width < values.length; row++) {
      const site = sites[String(siteOf[row] ?? null)];
      if (site === undefined) continue;
      const line = design.of(row);
      features.forEach((column, f) => {
        const at = row * width + column;
        const scale = deviation[f] as number;
        const expected = explained(mean[f] as number, coefficients[f] as number[], line);
        const z = ((values[at] as number) - expected) / scale;
        const own = (z - (site.shift[f] as number)) / Math.sqrt(site.variance[f] as number);
        values[at] = own * scale + expected;
      });
    }
  },
};

/** Sites with training rows enough, and those rows. */
export function rowsOfSites(
  covariates: readonly Covariate[],
  site: string,
  training: readonly number[],
): Map<string, number[]> {
  const { values } = covariateNamed(covariates, site);
  const found = new Map<string, number[]>();
  for (const row of training) {
    const cell = values[row] ?? null;
    if (cell === null) continue;
    const known = found.get(String(cell));
    if (known === undefined) found.set(String(cell), [row]);
    else known.push(row);
  }
  return new Map([...found].filter(([, rows]) => rows.length >= fewestOfSite).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function fitSites(
  rows: Rows,
  training: readonly number[],
  { site, keep }: { site: string; keep: readonly string[] },
): Harmonisation {
  const { values, width, covariates } = rows;
  const bySite = rowsOfSites(covariates, site, training);
  if (bySite.size < 2) throw tooFewSites(site);
  const fitted = [...bySite.values()].flat();
  const kept = keep.filter((name) => name !== site);
  const terms = designTerms(covariates, kept, fitted);
  const levels = seenLevels(terms, covariates, fitted);
  const design = new Design(terms, covariates, levels);
  const lines = fitted.map((row) => design.of(row));
  const solver = new LeastSquares([
    ...[...bySite.values()].map((members) => {
      const own = new Set(members);
      return Float64Array.from(fitted, (row) => Number(own.has(row)));
    }),
    ...terms.map((_, term) => Float64Array.from(lines, (line) => line[term] as number)),
  ]);
  if (solver.collinear.length > 0) throw confounded(site, kept);

  const result: Harmonisation = {
    step: 'harmonise',
    site,
    features: [],
    mean: [],
    deviation: [],
    terms,
    levels,
    coefficients: [],
    sites: {},
  };
  const standardised: Float64Array[] = [];
  const sizes = [...bySite.values()].map((members) => members.length);
  for (let column = 0; column < measured(rows); column++) {
    const outcome = Float64Array.from(fitted, (row) => values[row * width + column] as number);
    const solution = solver.solve(outcome);
    const means = solution.slice(0, sizes.length);
    const coefficients = solution.slice(sizes.length);
    const mean = means.reduce((sum, each, s) => sum + (each * (sizes[s] as number)) / fitted.length, 0);
    const siteOf = sizes.flatMap((size, s) => new Array<number>(size).fill(s));
    const variance =
      outcome.reduce((sum, value, i) => {
        const expected = explained(means[siteOf[i] as number] as number, coefficients, lines[i] as number[]);
        return sum + (value - expected) ** 2;
      }, 0) / fitted.length;
    if (!(variance > smallestVariance * (1 + mean ** 2))) continue;
    const deviation = Math.sqrt(variance);
    result.features.push(column);
    result.mean.push(mean);
    result.deviation.push(deviation);
    result.coefficients.push(coefficients);
    standardised.push(
      outcome.map((value, i) => (value - explained(mean, coefficients, lines[i] as number[])) / deviation),
    );
  }
  let first = 0;
  for (const [name, members] of bySite) {
    const from = first;
    first += members.length;
    result.sites[name] = siteEffects(standardised.map((each) => each.subarray(from, from + members.length)));
  }
  return result;
}

function explained(mean: number, coefficients: readonly number[], line: readonly number[]): number {
  return coefficients.reduce((sum, coefficient, term) => sum + coefficient * (line[term] as number), mean);
}

export function tooFewSites(site: string) {
  return settingError(
    'too-few-sites',
    `${site}: harmonisation compares sites, and the training part of a fold has fewer than two with ${fewestOfSite} subjects or more. Harmonise by another column or not at all.`,
    { field: 'preparation.harmonise', expected: `at least 2 sites of ${fewestOfSite} subjects in each training part` },
  );
}

function confounded(site: string, kept: readonly string[]) {
  return settingError(
    'site-confounded',
    `${site}: its sites cannot be told apart from ${kept.join(', ')} in the training part of a fold. Keep fewer columns in harmonisation.`,
    { field: 'preparation.harmonise' },
  );
}
