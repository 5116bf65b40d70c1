/** What the folds mean for the steps of a preparation, before anything is fitted. */
import { settingError } from '#app/contract/errors.ts';
import type { InputKind } from '#app/model/description.ts';
import type { PreparationSettings } from '#app/run/preparation.ts';
import type { Fold } from '#app/study/split.ts';
import { t } from '#app/text/text.ts';
import { rowsOfSites, tooFewSites } from './harmonise.ts';
import { covariateNamed, type Covariate } from './rows.ts';

/**
 * @returns what a person should know: sites that are left as they are, levels that no training row has
 * @throws SpectroscopeError (kind 'setting') when a fold's training part has too few sites
 */
export function foldWarnings(
  settings: PreparationSettings,
  covariates: readonly Covariate[],
  folds: readonly Fold[],
): string[] {
  const { harmonise } = settings;
  return [
    ...(harmonise === null ? [] : siteWarnings(harmonise.site, covariates, folds)),
    ...settings.covariates
      .map((name) => covariateNamed(covariates, name))
      .filter(({ kind }) => kind === 'category')
      .flatMap((covariate) => levelWarnings(covariate, folds)),
  ];
}

/**
 * @param input what the model reads
 * @throws SpectroscopeError (kind 'setting') for a change that such samples cannot be given
 */
export function requireAugmentable({ augment }: PreparationSettings, input: InputKind): void {
  if (augment === null) return;
  const wrong = [
    ...(input !== 'volumes' && augment.flip ? [t('flip')] : []),
    ...(input !== 'volumes' && augment.shiftVoxels > 0 ? [t('shift')] : []),
    ...(input !== 'series' && augment.window < 1 ? [t('window')] : []),
  ];
  if (wrong.length === 0) return;
  throw settingError(
    'augment-kind',
    t(
      'Training samples cannot be changed by {changes}: scans can be flipped and shifted, series can be cut to a window, all can be scaled and have noise.',
      { changes: wrong.reduce((before, after) => t('{before} and {after}', { before, after })) },
    ),
    { field: 'preparation.augment' },
  );
}

/** Indicators of missing values have no place in a series or a matrix. */
export function requirePlaceForIndicators(indicators: number, input: InputKind): void {
  if (indicators === 0 || input === 'table') return;
  throw settingError(
    'no-place-for-indicators',
    t(
      'Indicators of missing values have no place in what this model reads: leave them out, or choose a model for tables.',
    ),
    { field: 'preparation.indicators' },
  );
}

function siteWarnings(site: string, covariates: readonly Covariate[], folds: readonly Fold[]): string[] {
  const { values } = covariateNamed(covariates, site);
  const left = new Set<string>();
  for (const { training, validation } of folds) {
    const fitted = rowsOfSites(covariates, site, training);
    if (fitted.size < 2) throw tooFewSites(site);
    for (const row of [...training, ...validation]) {
      const cell = values[row] ?? null;
      if (cell !== null && !fitted.has(String(cell))) left.add(String(cell));
    }
  }
  if (left.size === 0) return [];
  const words = { site, sites: [...left].sort().join(', ') };
  return [
    left.size === 1
      ? t(
          '{site}: {sites} has fewer than two subjects in the training part of some fold: not harmonised there, left as it is.',
          words,
        )
      : t(
          '{site}: {sites} have fewer than two subjects in the training part of some fold: not harmonised there, left as they are.',
          words,
        ),
  ];
}

function levelWarnings({ name, values }: Covariate, folds: readonly Fold[]): string[] {
  const unseen = new Set<string>();
  for (const { training, validation } of folds) {
    const seen = new Set(training.map((row) => String(values[row] ?? null)));
    for (const row of validation) {
      const cell = values[row] ?? null;
      if (cell !== null && !seen.has(String(cell))) unseen.add(String(cell));
    }
  }
  if (unseen.size === 0) return [];
  return [
    t('{column}: no training subject of some fold has {levels}; the training mean is taken.', {
      column: name,
      levels: [...unseen].sort().join(', '),
    }),
  ];
}
