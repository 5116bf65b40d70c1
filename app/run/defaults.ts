/** What a run is given when a person changes nothing. */
import { studySpacing } from '#app/data/spacing.ts';
import { modelNamed } from '#app/model/catalogue.ts';
import type { InputKind } from '#app/model/description.ts';
import type { Study } from '#app/study/study.ts';
import { quantities, type RunConfiguration, type RunTask } from './configuration.ts';
import { usualPreparation } from './preparation.ts';

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
export function defaultConfiguration(study: Pick<Study, 'kind' | 'subjects'>, model: string): RunConfiguration {
  const isTable = study.kind === 'table';
  return {
    model: { name: model, settings: {} },
    task: taskFor(model),
    epochs: isTable ? 40 : 30,
    batchSize: isTable ? 32 : 16,
    learningRate: 1e-3,
    schedule: { kind: 'constant' },
    optimizer: 'adam',
    weightDecay: 1e-2,
    gradientClipping: null,
    classWeights: 'balanced',
    seed: 1,
    folds: 5,
    repeats: 1,
    earlyStopping: null,
    checkpointMinutes: 5,
    preparation: { ...usualPreparation, targetSpacingMm: studySpacing(study) },
    capture: { layers: null, quantities: [...quantities], every: 1, activationView: 'channel', grams: null },
    device: 'auto',
  };
}

/** Classes where the model can learn them, otherwise its own input. */
function taskFor(model: string): RunTask {
  if (modelNamed(model).tasks.includes('classification')) return { kind: 'classification' };
  return { kind: 'reconstruction', loss: 'mse' };
}
