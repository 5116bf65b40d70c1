/** A run configuration in words: name and value, in the order in which a person sets them. */
import { augmentWords } from '#app/preparation/describe.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { formatNumber, formatCount } from '../../charts/format.ts';

const optimizers: Readonly<Record<RunConfiguration['optimizer'], string>> = {
  adam: 'Adam',
  adamw: 'AdamW',
  sgd: 'gradient descent',
  momentum: 'gradient descent with momentum',
};

/** A whole network as text: its layers are listed beside the charts. */
const topologySetting = 'topology';

function settingText(value: number | boolean | string | readonly number[]): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'number' ? formatNumber(value) : value.join(', ');
}

export function configurationRows(configuration: RunConfiguration): [name: string, value: string][] {
  const { model, capture, preparation, earlyStopping } = configuration;
  const every = capture.every === 1 ? 'every step' : `every ${capture.every} steps`;
  const captured = `${capture.quantities.join(', ')} of ${capture.layers?.join(', ') ?? 'all layers'}, ${every}`;
  return [
    ['Model', model.name],
    ...Object.entries(model.settings).flatMap(([name, value]): [string, string][] =>
      name === topologySetting ? [] : [[name, settingText(value)]],
    ),
    ['Epochs', formatCount(configuration.epochs)],
    ['Batch', formatCount(configuration.batchSize)],
    ['Learning rate', formatNumber(configuration.learningRate)],
    ['Optimiser', optimizers[configuration.optimizer]],
    ['Weight decay', formatNumber(configuration.weightDecay)],
    ['Class weights', configuration.classWeights],
    ['Seed', String(configuration.seed)],
    ['Folds', configuration.folds === 1 ? 'one split, a fifth held out' : String(configuration.folds)],
    ['Early stopping', earlyStopping === null ? 'never' : `after ${earlyStopping.patience} epochs without improvement`],
    ['Standardised', preparation.standardise ? 'yes, fitted on the training part' : 'no'],
    ['Spacing', preparation.targetSpacingMm === null ? 'as it is' : `${preparation.targetSpacingMm} mm`],
    ...preparationRows(preparation),
    ['Captured', capture.every === 0 ? 'nothing' : captured],
  ];
}

/** Steps that a run was given beside z-scores and the spacing. */
function preparationRows({
  impute,
  indicators,
  minimumVariance,
  harmonise,
  covariates,
  smoothMm,
  mask,
  crop,
  intensity,
  augment,
  storage,
  precision,
}: RunConfiguration['preparation']): [name: string, value: string][] {
  const rows: [name: string, value: string | null][] = [
    ['Missing values', impute === 'median' ? 'median of the training part' : null],
    ['Missing marked', indicators ? 'a column beside each feature' : null],
    ['Least variance', minimumVariance === null ? null : `above ${formatNumber(minimumVariance)}`],
    ['Harmonised', harmonise === null ? null : `by ${harmonise.site}`],
    ['Taken out', covariates.length === 0 ? null : covariates.join(', ')],
    ['Smoothed', smoothMm === null ? null : `${smoothMm} mm`],
    ['Mask', mask],
    ['Crop', crop === 'non-zero' ? null : crop],
    ['Intensities', intensity === 'none' ? null : intensity],
    ['Changed when shown', augment === null ? null : augmentWords(augment)],
    ['Scans', storage === 'disk' ? `streamed from disk, ${precision}` : null],
  ];
  return rows.flatMap(([name, value]): [string, string][] => (value === null ? [] : [[name, value]]));
}
