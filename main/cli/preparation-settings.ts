/** What the train command's options say of the preparation of the data. */
import { resolve } from 'node:path';
import { SpectroscopeError } from '#app/contract/errors.ts';
import type { PreparationSettings } from '#app/run/preparation.ts';

export interface PreparationOptions {
  standardise?: boolean;
  spacing?: number;
  impute?: PreparationSettings['impute'];
  indicators?: boolean;
  minimumVariance?: number;
  harmonise?: string;
  harmoniseKeep?: string[];
  covariates?: string[];
  interpolation?: PreparationSettings['interpolation'];
  smoothMm?: number;
  mask?: string;
  crop?: PreparationSettings['crop'];
  intensity?: PreparationSettings['intensity'];
}

/** @throws SpectroscopeError (kind 'usage') for an option that says nothing without another */
export function preparationOf(options: PreparationOptions, defaults: PreparationSettings): PreparationSettings {
  const { harmonise, harmoniseKeep } = options;
  if (harmoniseKeep !== undefined && harmonise === undefined) {
    throw new SpectroscopeError(
      'usage',
      'no-site',
      '--harmonise-keep says what --harmonise SITE keeps: name the site.',
      {
        field: '--harmonise',
      },
    );
  }
  return {
    ...defaults,
    standardise: options.standardise ?? defaults.standardise,
    targetSpacingMm: options.spacing === undefined ? defaults.targetSpacingMm : orNone(options.spacing),
    impute: options.impute ?? defaults.impute,
    indicators: options.indicators ?? defaults.indicators,
    minimumVariance: options.minimumVariance ?? defaults.minimumVariance,
    harmonise: harmonise === undefined ? defaults.harmonise : { site: harmonise, keep: harmoniseKeep ?? [] },
    covariates: options.covariates ?? defaults.covariates,
    interpolation: options.interpolation ?? defaults.interpolation,
    smoothMm: options.smoothMm === undefined ? defaults.smoothMm : orNone(options.smoothMm),
    mask: options.mask === undefined ? defaults.mask : resolve(options.mask),
    crop: options.crop ?? defaults.crop,
    intensity: options.intensity ?? defaults.intensity,
  };
}

/** 0: none. */
function orNone(value: number): number | null {
  return value === 0 ? null : value;
}
