/** Everything that is decided before the first step: model, folds, capture plan, session header. */
import type { ModelDescription } from '#app/model/description.ts';
import { modelForStudy } from '#app/model/input.ts';
import { foldWarnings, requireAugmentable, requirePlaceForIndicators } from '#app/preparation/check.ts';
import { modelTask } from '#app/run/model-task.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { replayCadence } from '#app/run/replay-checkpoints.ts';
import { parameterCount } from '#app/model/memory.ts';
import { requireGramBudget } from '#app/spectra/kept-grams.ts';
import { planCapture, sessionLayer, type LayerPlan } from '#app/spectra/plan.ts';
import { sessionSize, type SessionSize } from '#app/spectra/session-size.ts';
import { stratifiedFolds, type Fold } from '#app/study/split.ts';
import type { Study } from '#app/study/study.ts';
import type { Words } from '#app/text/sentence.ts';
import type { Kernels } from '../model/kernels/kernels.ts';
import type { SessionHeader } from '../session/types.ts';
import { batchSizes } from './batches.ts';
import { dataSha256 } from './data-hash.ts';
import type { FoldSetup } from './fold-trainer.ts';
import { scalarNames, streamedScalar } from './step-scalars.ts';
import type { PreparedData } from './types.ts';

export interface RunPlan {
  model: ModelDescription;
  folds: FoldSetup[];
  /** Samples of the largest batch. */
  batch: number;
  header: SessionHeader;
}

/** @throws SpectroscopeError (setting) when the configuration cannot work on these data */
export function planRun(
  study: Study,
  prepared: PreparedData,
  configuration: RunConfiguration,
  title: string,
  provenance: Readonly<Record<string, Words>>,
  kernels: Kernels,
): RunPlan {
  const task = modelTask(configuration.task, prepared.classes.length);
  const { input, model } = modelForStudy(configuration.model, prepared, task);
  const data = { ...prepared, inputShape: input.inputShape, values: input.arrange(prepared.values) };
  requireAugmentable(configuration.preparation, input.kind);
  requirePlaceForIndicators(data.indicators ?? 0, input.kind);
  const folds = repeatedFolds(data, configuration);
  // Refuses what could not be fitted before a session is begun; what it warns of was told by the check.
  foldWarnings(
    configuration.preparation,
    data.covariates ?? [],
    folds.map(({ fold }) => fold),
  );
  const { batch, plan } = planSteps(
    model,
    folds.map(({ fold }) => fold),
    data.groups.length,
    configuration,
  );
  const replayEvery = replayCadence(configuration, parameterCount(model), folds.length);
  const setups = folds.map(({ fold }, i) => ({
    data,
    model,
    fold,
    configuration,
    plan,
    kernels,
    // Each run starts from weights and an order of its own.
    seed: (configuration.seed + i) % 2 ** 32,
    replayEvery,
  }));
  const header: SessionHeader = {
    title,
    study: withConfounds(study, data, configuration),
    classes: data.classes,
    targetIsGroups: data.targetIsGroups,
    subjects: data.subjects,
    configuration,
    provenance,
    inputShape: data.inputShape,
    features: data.features,
    dataSha256: dataSha256(data),
    layers: plan.map((layer, i) => ({ view: sessionLayer(layer, i), layout: layer.layout })),
    scalars: data.stored === undefined ? scalarNames : [...scalarNames, streamedScalar],
    runs: setups.map(({ fold, seed }, i) => ({
      fold: (i % configuration.folds) + 1,
      repeat: folds[i]?.repeat ?? 1,
      seed,
      stepsPerEpoch: batchSizes(fold.training.length, configuration.batchSize).length,
      trainingSubjects: fold.training.length,
      validationSubjects: fold.validation.length,
      trainingGroups: data.groups.map(
        (_, group) => fold.training.filter((row) => data.subjects[row]?.group === group).length,
      ),
    })),
  };
  return { model, folds: setups, batch, header };
}

/** The study with the tables of confounds that were used, also where the design alone names them: a session knows each by its content. */
function withConfounds(study: Study, { confounds }: PreparedData, { preparation }: RunConfiguration): Study {
  const asked = preparation.series?.confounds ?? null;
  if (confounds === undefined || asked === null || study.series === undefined) return study;
  const { files, columns } = asked;
  return {
    ...study,
    series: { ...study.series, confounds: { files, columns } },
    subjects: study.subjects.map((subject) => {
      const used = confounds.get(subject.id);
      return used === undefined ? subject : { ...subject, confounds: used };
    }),
  };
}

export interface StepsPlan {
  /** Samples of the largest batch. */
  batch: number;
  /** What is captured of a step. */
  plan: LayerPlan[];
  /** Of each run. */
  steps: number[];
  size: SessionSize;
}

/**
 * What the steps of all folds are, before data are read.
 *
 * @throws SpectroscopeError (setting) 'unknown-layer', 'grams-too-large'
 */
export function planSteps(
  model: ModelDescription,
  folds: readonly Fold[],
  groups: number,
  configuration: RunConfiguration,
): StepsPlan {
  const { batchSize, capture, epochs } = configuration;
  const batches = folds.map(({ training }) => batchSizes(training.length, batchSize));
  const batch = Math.max(...batches.flat());
  const steps = batches.map((each) => each.length * epochs);
  const plan = planCapture(model, batch, groups, capture);
  requireGramBudget(plan, batch, capture, steps);
  const size = sessionSize({ plan, batch, steps, weights: parameterCount(model), configuration });
  return { batch, plan, steps, size };
}

/** Repeat by repeat, each with a split of its own; the first is that of a run without repeats. */
export function repeatedFolds(
  data: Pick<PreparedData, 'subjects'>,
  { folds, repeats, seed, task }: RunConfiguration,
): { repeat: number; fold: Fold }[] {
  return Array.from({ length: repeats }, (_, repeat) =>
    stratifiedFolds(data.subjects, folds, (seed + repeat * folds) % 2 ** 32, task.kind).map((fold) => ({
      repeat: repeat + 1,
      fold,
    })),
  ).flat();
}
