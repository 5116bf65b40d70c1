/** What a run is given when a person changes nothing. */
import { studySpacing } from '#app/data/spacing.ts';
import type { Study } from '#app/study/study.ts';
import { quantities, type RunConfiguration } from './configuration.ts';

/** @param model name in the catalogue */
export function defaultConfiguration(study: Pick<Study, 'kind' | 'subjects'>, model: string): RunConfiguration {
  const isTable = study.kind === 'table';
  return {
    model: { name: model, settings: {} },
    task: { kind: 'classification' },
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
    preparation: { standardise: true, targetSpacingMm: studySpacing(study) },
    capture: { layers: null, quantities: [...quantities], every: 1, activationView: 'channel', grams: null },
    device: 'auto',
  };
}
