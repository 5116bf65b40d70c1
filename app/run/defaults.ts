/** What a run is given when a person changes nothing. */
import { studySpacing } from '#app/data/spacing.ts';
import { modelNamed } from '#app/model/catalogue.ts';
import type { InputKind } from '#app/model/description.ts';
import { plainSeries } from '#app/series/plan-series.ts';
import type { Study } from '#app/study/study.ts';
import { quantities, type RunConfiguration, type RunTask } from './configuration.ts';
import { usualPreparation } from './preparation.ts';
import type { SeriesPreparation } from './series-preparation.ts';

/** The model that a study of this kind begins with. */
export const firstModels: Readonly<Record<InputKind, string>> = {
  table: 'mlp',
  series: 'lstm',
  matrix: 'connectome-cnn',
  volumes: 'cnn3d',
};

/**
 * @param model name in the catalogue
 * @throws SpectroscopeError (setting) when there is no such model
 */
export function defaultConfiguration(
  study: Pick<Study, 'kind' | 'subjects' | 'series'>,
  model: string,
): RunConfiguration {
  const isTable = study.kind === 'table';
  const isSeries = study.kind === 'series';
  return {
    model: { name: model, settings: isSeries ? seriesSettings(model) : {} },
    task: taskFor(model),
    epochs: isTable ? 40 : isSeries ? 20 : 30,
    batchSize: isTable ? 32 : 16,
    learningRate: 1e-3,
    // Of few subjects with long series, networks soon learn each by heart: few epochs, the last of them with small steps.
    schedule: isSeries ? { kind: 'cosine', final: 0, warmupEpochs: 2 } : { kind: 'constant' },
    optimizer: 'adam',
    weightDecay: 1e-2,
    gradientClipping: null,
    classWeights: 'balanced',
    seed: 1,
    folds: 5,
    repeats: 1,
    earlyStopping: null,
    checkpointMinutes: 5,
    preparation: {
      ...usualPreparation,
      targetSpacingMm: studySpacing(study),
      ...(isSeries ? { series: firstSeries(study) } : {}),
    },
    capture: {
      layers: null,
      quantities: [...quantities],
      every: 1,
      activationView: 'channel',
      grams: null,
      replay: { checkpoints: 20, megabytes: 50 },
    },
    device: 'auto',
  };
}

/** What the files say of themselves: how far apart their times are, and what is to be regressed out of them. */
function firstSeries({ series }: Pick<Study, 'series'>): SeriesPreparation {
  const { repetitionTimeS = null, confounds = null } = series ?? {};
  return {
    ...plainSeries,
    repetitionTimeS,
    confounds: confounds === null ? null : { ...confounds, scrub: null },
  };
}

/** All times of a series count alike, rather than its end most. */
function seriesSettings(model: string): Record<string, string> {
  return modelNamed(model).settings.some(({ name }) => name === 'pool') ? { pool: 'average' } : {};
}

/** Classes where the model can learn them, otherwise its own input. */
function taskFor(model: string): RunTask {
  if (modelNamed(model).tasks.includes('classification')) return { kind: 'classification' };
  return { kind: 'reconstruction', loss: 'mse' };
}
