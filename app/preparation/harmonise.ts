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
import { LeastSquares, StreamedLeastSquares } from '#app/statistics/least-squares.ts';
import { addScaled, floatsOf, numbersSchema } from './numbers.ts';
import { covariateNamed, measured, type Covariate, type RowPasses } from './rows.ts';
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
  features: numbersSchema,
  /** Of each of them: its mean over all sites, and the deviation within sites. */
  mean: numbersSchema,
  deviation: numbersSchema,
  terms: v.array(termSchema),
  levels: v.record(v.string(), v.array(v.string())),
  /** Effects of the covariates that stay, [terms x features]. */
  effects: v.array(numbersSchema),
  /** Of each site: shift and variance of each feature, in units of the deviation. */
  sites: v.record(v.string(), v.object({ shift: numbersSchema, variance: numbersSchema })),
});
type Harmonisation = v.InferOutput<typeof schema>;

export const harmonise: StepParts<Harmonisation> = {
  name: 'harmonise',
  schema,
  fit: (rows, training, { harmonise: asked }) => (asked === null ? null : fitSites(rows, training, asked)),
  change: (fitted, { covariates }) => {
    const features = Int32Array.from(fitted.features);
    const [mean, deviation] = [floatsOf(fitted.mean), floatsOf(fitted.deviation)];
    const effects = fitted.effects.map(floatsOf);
    const sites = new Map(
      Object.entries(fitted.sites).map(([name, { shift, variance }]) => [
        name,
        { shift: floatsOf(shift), variance: floatsOf(variance) },
      ]),
    );
    const design = new Design(fitted.terms, covariates, fitted.levels);
    const siteOf = covariateNamed(covariates, fitted.site).values;
    const expected = new Float64Array(features.length);
    return (values, row) => {
      const site = sites.get(String(siteOf[row] ?? null));
      if (site === undefined) return;
      const { shift, variance } = site;
      expect(expected, mean, effects, design.of(row));
      for (let f = 0; f < features.length; f++) {
        const at = features[f] as number;
        const centre = expected[f] as number;
        const own = (values[at] as number) - centre - (shift[f] as number) * (deviation[f] as number);
        values[at] = own / Math.sqrt(variance[f] as number) + centre;
      }
    };
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
  rows: RowPasses,
  training: readonly number[],
  { site, keep }: { site: string; keep: readonly string[] },
): Harmonisation {
  const { covariates } = rows;
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

  const sizes = [...bySite.values()].map((members) => members.length);
  const siteOf = sizes.flatMap((size, s) => new Array<number>(size).fill(s));
  const sums = new StreamedLeastSquares(solver, measured(rows));
  rows.each(fitted, (values, _, sample) => sums.add(sample, values));
  const solution = sums.solve();
  const means = solution.slice(0, sizes.length);
  const effects = solution.slice(sizes.length);

  // Of each site and feature: squares of what site and covariates leave.
  const squares = sizes.map(() => new Float64Array(measured(rows)));
  const expected = new Float64Array(measured(rows));
  rows.each(fitted, (values, _, sample) => {
    const s = siteOf[sample] as number;
    const own = squares[s] as Float64Array;
    expect(expected, means[s] as Float64Array, effects, lines[sample] as number[]);
    for (let i = 0; i < own.length; i++) {
      own[i] = (own[i] as number) + ((values[i] as number) - (expected[i] as number)) ** 2;
    }
  });
  const overSites = (of: readonly Float64Array[], weight: readonly number[], i: number): number =>
    of.reduce((sum, each, s) => sum + (each[i] as number) * (weight[s] as number), 0) / fitted.length;
  const ones = sizes.map(() => 1);

  const features: number[] = [];
  const mean: number[] = [];
  const deviation: number[] = [];
  for (let column = 0; column < measured(rows); column++) {
    const centre = overSites(means, sizes, column);
    const variance = overSites(squares, ones, column);
    if (!(variance > smallestVariance * (1 + centre ** 2))) continue;
    features.push(column);
    mean.push(centre);
    deviation.push(Math.sqrt(variance));
  }
  const sites = Object.fromEntries(
    [...bySite.keys()].map((name, s) => {
      const [centres, left] = [means[s] as Float64Array, squares[s] as Float64Array];
      const rowsOfSite = sizes[s] as number;
      const shift = new Float64Array(features.length);
      const variance = new Float64Array(features.length);
      for (let f = 0; f < features.length; f++) {
        const column = features[f] as number;
        const scale = deviation[f] as number;
        shift[f] = ((centres[column] as number) - (mean[f] as number)) / scale;
        variance[f] = (left[column] as number) / scale ** 2 / (rowsOfSite - 1);
      }
      return [name, siteEffects(rowsOfSite, shift, variance)];
    }),
  );
  const chosen = effects.map((each) => features.map((column) => each[column] as number));
  return { step: 'harmonise', site, features, mean, deviation, terms, levels, effects: chosen, sites };
}

/** What mean and covariates say of each feature. */
function expect(
  expected: Float64Array,
  mean: Float32Array | Float64Array,
  effects: readonly (Float32Array | Float64Array)[],
  line: readonly number[],
): void {
  expected.set(mean);
  effects.forEach((effect, term) => addScaled(expected, effect, line[term] as number));
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
