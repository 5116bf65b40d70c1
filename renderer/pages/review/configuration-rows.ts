/** A run configuration in words: name and value, in the order in which a person sets them. */
import { augmentWords } from '#app/preparation/describe.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { t } from '#app/text/text.ts';
import { formatNumber, formatCount } from '../../charts/format.ts';
import { quantityWords } from '../../charts/words.ts';

const optimizers: Readonly<Record<RunConfiguration['optimizer'], string>> = {
  adam: t('Adam'),
  adamw: t('AdamW'),
  sgd: t('gradient descent'),
  momentum: t('gradient descent with momentum'),
};

const classWeightWords: Readonly<Record<RunConfiguration['classWeights'], string>> = {
  none: t('none'),
  balanced: t('balanced'),
};

const cropWords: Readonly<Record<RunConfiguration['preparation']['crop'], string>> = {
  'non-zero': t('non-zero'),
  brain: t('brain'),
  none: t('none'),
};

/** A whole network as text: its layers are listed beside the charts. */
const topologySetting = 'topology';

function settingText(value: number | boolean | string | readonly number[]): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? t('yes') : t('no');
  return typeof value === 'number' ? formatNumber(value) : value.join(', ');
}

export function configurationRows(configuration: RunConfiguration): [name: string, value: string][] {
  const { model, capture, preparation, earlyStopping } = configuration;
  const what = {
    quantities: capture.quantities.map((each) => quantityWords[each]).join(', '),
    layers: capture.layers?.join(', ') ?? t('all layers'),
    n: capture.every,
  };
  const captured =
    capture.every === 1
      ? t('{quantities} of {layers}, every step', what)
      : t('{quantities} of {layers}, every {n} steps', what);
  return [
    [t('Model'), model.name],
    ...Object.entries(model.settings).flatMap(([name, value]): [string, string][] =>
      name === topologySetting ? [] : [[name, settingText(value)]],
    ),
    [t('Epochs'), formatCount(configuration.epochs)],
    [t('Batch'), formatCount(configuration.batchSize)],
    [t('Learning rate'), formatNumber(configuration.learningRate)],
    [t('Optimiser'), optimizers[configuration.optimizer]],
    [t('Weight decay'), formatNumber(configuration.weightDecay)],
    [t('Class weights'), classWeightWords[configuration.classWeights]],
    [t('Seed'), String(configuration.seed)],
    [t('Folds'), configuration.folds === 1 ? t('one split, a fifth held out') : String(configuration.folds)],
    [
      t('Early stopping'),
      earlyStopping === null ? t('never') : t('after {n} epochs without improvement', { n: earlyStopping.patience }),
    ],
    [t('Standardised'), preparation.standardise ? t('yes, fitted on the training part') : t('no')],
    [
      t('Spacing'),
      preparation.targetSpacingMm === null ? t('as it is') : t('{value} mm', { value: preparation.targetSpacingMm }),
    ],
    ...preparationRows(preparation),
    [t('Captured'), capture.every === 0 ? t('nothing') : captured],
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
    [t('Missing values'), impute === 'median' ? t('median of the training part') : null],
    [t('Missing marked'), indicators ? t('a column beside each feature') : null],
    [
      t('Least variance'),
      minimumVariance === null ? null : t('above {value}', { value: formatNumber(minimumVariance) }),
    ],
    [t('Harmonised'), harmonise === null ? null : t('by {site}', { site: harmonise.site })],
    [t('Taken out'), covariates.length === 0 ? null : covariates.join(', ')],
    [t('Smoothed'), smoothMm === null ? null : t('{value} mm', { value: smoothMm })],
    [t('Mask'), mask],
    [t('Crop'), crop === 'non-zero' ? null : cropWords[crop]],
    [t('Intensities'), intensity === 'none' ? null : intensity],
    [t('Changed when shown'), augment === null ? null : augmentWords(augment)],
    [t('Scans'), storage === 'disk' ? t('streamed from disk, {precision}', { precision }) : null],
  ];
  return rows.flatMap(([name, value]): [string, string][] => (value === null ? [] : [[name, value]]));
}
