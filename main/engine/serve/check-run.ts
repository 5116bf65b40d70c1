/** What a run would be given and would take, before its data are read: the check of a design, and a step tried out. */
import { settingError } from '#app/contract/errors.ts';
import type { Answer } from '#app/contract/operations.ts';
import { formatBytes } from '#app/data/bytes.ts';
import { previewPreparation } from '#app/data/preview.ts';
import type { ModelDescription } from '#app/model/description.ts';
import { modelForStudy } from '#app/model/input.ts';
import { parameterCount, trainingBytes } from '#app/model/memory.ts';
import { foldWarnings, requireAugmentable, requirePlaceForIndicators } from '#app/preparation/check.ts';
import { describePreparation } from '#app/preparation/describe.ts';
import { twinWarnings } from '#app/preparation/twins.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { modelTask } from '#app/run/model-task.ts';
import type { LayerPlan } from '#app/spectra/plan.ts';
import type { SessionSize } from '#app/spectra/session-size.ts';
import { t } from '#app/text/text.ts';
import { describeDevice } from '../device/device.ts';
import { kernelsOn } from '../device/kernels-on.ts';
import { memoryWarning } from '../device/memory.ts';
import { batchSizes } from '../train/batches.ts';
import { dryRun } from '../train/dry-run.ts';
import { planSteps, repeatedFolds } from '../train/plan-run.ts';
import { planMemory } from './plan-memory.ts';
import type { OpenStudy } from './study.ts';

/** What a run is given, as far as it is known before its data are read. */
function planned({ study }: OpenStudy, configuration: RunConfiguration) {
  const preview = previewPreparation(study, configuration);
  const { labels, groups, classes } = preview.participants;
  const task = modelTask(configuration.task, classes.length);
  const { input, model, notes } = modelForStudy(configuration.model, preview, task);
  requireAugmentable(configuration.preparation, input.kind);
  requirePlaceForIndicators(preview.indicators, input.kind);
  const folds = repeatedFolds({ subjects: labels }, configuration).map(({ fold }) => fold);
  notes.push(...foldWarnings(configuration.preparation, preview.covariates, folds));
  notes.push(
    ...twinWarnings(
      preview.contents,
      labels.map(({ id }) => id),
      folds,
    ),
  );
  const steps = planSteps(model, folds, groups.length, configuration);
  notes.push(...replayNotes(configuration, model, folds.length, steps.size));
  const stepsPerEpoch = batchSizes(folds[0]?.training.length ?? 0, configuration.batchSize).length;
  return { preview, input, model, notes, stepsPerEpoch, ...steps };
}

/** @throws SpectroscopeError (setting) 'out-of-memory' when a step would need more than is free: it is not tried */
export async function tryStep(open: OpenStudy, configuration: RunConfiguration): Promise<Answer<'run.dry-run'>> {
  const device = describeDevice(configuration.device);
  const { preview, model, steps, batch, plan } = planned(open, configuration);
  const needed = trainingBytes(model, batch);
  if (needed > device.freeBytes) {
    throw settingError('out-of-memory', memoryWarning(needed, device.freeBytes, 'memory') ?? '', {
      field: 'batchSize',
    });
  }
  const kernels = await kernelsOn(device.kind);
  const { groups } = preview.participants;
  const tried = await dryRun({ model, plan, kernels, configuration, samples: batch, groups: groups.length });
  const { every } = configuration.capture;
  const captured = tried.capturedMs === null ? 0 : (tried.capturedMs - tried.plainMs) / Math.max(1, every);
  const allSteps = steps.reduce((sum, each) => sum + each, 0);
  return {
    ...tried,
    device: device.name,
    freeBytes: device.freeBytes,
    storedBytes: plan.reduce((sum, { bytes }) => sum + bytes, 0),
    secondsInAll: (allSteps * (tried.plainMs + Math.max(0, captured))) / 1000,
  };
}

export function checkRun(open: OpenStudy, configuration: RunConfiguration) {
  const device = describeDevice(configuration.device);
  const { preview, input, model, notes, stepsPerEpoch, batch, plan, size } = planned(open, configuration);
  const { labels, groups, classes } = preview.participants;
  const { warnings, ...memory } = planMemory(open, { ...configuration, batchSize: batch }, { preview, model }, device);
  return {
    ...memory,
    inputShape: [...input.inputShape],
    classes: [...classes],
    subjects: groups.map(({ name }, group) => ({
      group: name,
      // A subject has a row for each of its windows.
      subjects: new Set(labels.flatMap((label) => (label.group === group ? [label.id] : []))).size,
    })),
    stepsPerEpoch,
    session: size,
    warnings: [...preview.warnings, ...notes, ...warnings],
    preparation: describePreparation(configuration.preparation, preview),
    plan: planCost(model, plan, batch),
  };
}

function planCost(model: ModelDescription, plan: readonly LayerPlan[], batch: number) {
  const total = (of: (layer: LayerPlan) => number): number => plan.reduce((sum, layer) => sum + of(layer), 0);
  const forward = model.layers.reduce((sum, layer) => sum + layer.multiplyAccumulates, 0);
  return {
    layers: plan.map(({ weight, quantities, operations, bytes }) => ({
      name: weight.name,
      quantities: quantities.map(({ quantity, side, view, values }) => ({ quantity, side, view, values })),
      operations,
      bytes,
    })),
    operations: total(({ operations }) => operations),
    bytes: total(({ bytes }) => bytes),
    stepOperations: 2 * 3 * forward * batch,
  };
}

/** Weights that are too large to be kept are not dropped in silence. */
function replayNotes(
  { capture: { replay } }: RunConfiguration,
  model: ModelDescription,
  runs: number,
  { replaySteps }: SessionSize,
): string[] {
  if (replay === null || replaySteps > 0) return [];
  const needed = formatBytes(parameterCount(model) * Float32Array.BYTES_PER_ELEMENT * runs);
  const allowed = formatBytes(replay.megabytes * 1e6);
  return [
    t(
      'No weights are kept for replay: those of one step of each run take {needed}, more than the {allowed} allowed. Under other groups, all layers can then be looked at by replaying the whole training alone.',
      { needed, allowed },
    ),
  ];
}
