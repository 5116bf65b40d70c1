/** What the train command's options say of the preparation of the data. */
import { resolve } from 'node:path';
import * as v from 'valibot';
import { SpectroscopeError } from '#app/contract/errors.ts';
import { augmentSchema, type PreparationSettings } from '#app/run/preparation.ts';

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
  augment?: string[];
  storage?: PreparationSettings['storage'];
  precision?: PreparationSettings['precision'];
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
    augment: options.augment === undefined ? defaults.augment : augmentOf(options.augment),
    storage: options.storage ?? defaults.storage,
    precision: options.precision ?? defaults.precision,
  };
}

/** What each change is given where its size is not named. */
const usualSizes = { shift: 2, window: 0.8, scale: 0.1, noise: 0.05 } as const;

/** @param words 'flip', 'shift', 'shift:3', 'window:0.8', 'scale:0.1', 'noise:0.05' */
function augmentOf(words: readonly string[]): PreparationSettings['augment'] {
  const sizes = { shift: 0, window: 1, scale: 0, noise: 0 };
  let flip = false;
  for (const word of words) {
    const [name = '', text] = word.split(':');
    if (name === 'flip' && text === undefined) flip = true;
    else if (name === 'shift' || name === 'window' || name === 'scale' || name === 'noise') {
      sizes[name] = text === undefined ? usualSizes[name] : Number(text);
    } else throw badAugment(word);
  }
  const { shift: shiftVoxels, ...others } = sizes;
  const parsed = v.safeParse(augmentSchema, { flip, shiftVoxels, ...others });
  if (!parsed.success) throw badAugment(words.join(','));
  return parsed.output;
}

function badAugment(word: string): SpectroscopeError {
  return new SpectroscopeError(
    'usage',
    'bad-augment',
    `--augment ${word}: expected flip, shift:VOXELS, window:PART, scale:PART or noise:DEVIATION, with commas, as in flip,shift:2,scale:0.1.`,
    { field: '--augment' },
  );
}

/** 0: none. */
function orNone(value: number): number | null {
  return value === 0 ? null : value;
}
