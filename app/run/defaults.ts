/** What a run is given when a person changes nothing. */
import { studySpacing } from '#app/data/spacing.ts';
import type { Study } from '#app/study/study.ts';
import { quantities, type RunConfiguration } from './configuration.ts';

/** @param model name in the catalogue */
export function defaultConfiguration(study: Pick<Study, 'kind' | 'subjects'>, model: string): RunConfiguration {
  const isTable = study.kind === 'table';
  return {
    model: { name: model, settings: {} },
    epochs: isTable ? 40 : 30,
    batchSize: isTable ? 32 : 16,
    learningRate: 1e-3,
    optimizer: 'adam',
    weightDecay: 1e-2,
    classWeights: 'balanced',
    seed: 1,
    folds: 5,
    earlyStopping: null,
    preparation: { standardise: true, targetSpacingMm: studySpacing(study) },
    capture: { layers: null, quantities: [...quantities], every: 1 },
    device: 'auto',
  };
}
