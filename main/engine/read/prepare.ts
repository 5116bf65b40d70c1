/** What a network is fed, for every subject that takes part. Nothing is fitted here: that belongs to the training part. */
import { covariatesOf } from '#app/data/covariates.ts';
import { featureTable, predictedColumn } from '#app/data/feature-table.ts';
import { participantsOf } from '#app/data/participants.ts';
import { byRows, previewPreparation, repeated } from '#app/data/preview.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import type { Study } from '#app/study/study.ts';
import type { Call } from '../serve/handlers.ts';
import { requireFittable } from '../train/fold-source.ts';
import type { PreparedData } from '../train/types.ts';
import { prepareVolumes } from './prepare-volumes.ts';
import { prepareSeries } from './series/prepare-series.ts';

export interface Preparation extends PreparedData {
  /** What a person should know: columns left out, scans interpolated, series cropped. */
  warnings: readonly string[];
}

/**
 * @param open the study and the absolute folder that its paths start from
 * @param cache absolute folder for prepared scans (made if absent); null: nothing is kept
 * @throws SpectroscopeError: kind 'setting' (too few classes, no features, spacing), 'input' (a scan is damaged or
 * gone), 'cancelled'
 */
export async function prepareData(
  open: { study: Study; root: string },
  configuration: RunConfiguration,
  cache: string | null,
  call: Pick<Call, 'signal' | 'progress'>,
): Promise<Preparation> {
  const { study, root } = open;
  const { preparation } = configuration;
  const participants = participantsOf(study, configuration.task);
  const common = {
    subjects: participants.labels,
    groups: participants.groups,
    classes: participants.classes,
    targetIsGroups: participants.targetIsGroups,
    covariates: covariatesOf(study, participants.subjects, preparation),
  };
  if (study.kind === 'table') {
    const predicted = predictedColumn(configuration);
    const table = featureTable(study, participants.subjects, predicted, preparation.indicators);
    return { ...common, ...table, kind: 'table', inputShape: [table.features.length] };
  }
  if (study.kind !== 'volumes') {
    const { rows, ...prepared } = await prepareSeries(study, participants.subjects, root, configuration, cache, call);
    return {
      ...common,
      subjects: participants.labels.flatMap((label, i) => repeated(label, rows[i] ?? 0)),
      covariates: byRows(common.covariates, rows),
      ...prepared,
    };
  }
  // Refuses impossible settings before a scan is opened.
  previewPreparation(study, configuration);
  const { shape, ...prepared } = await prepareVolumes(participants.subjects, root, preparation, cache, call);
  if (prepared.stored !== undefined) requireFittable(prepared.stored, preparation, common.covariates);
  return { ...common, ...prepared, kind: 'volumes', inputShape: [...shape, 1], features: [] };
}
