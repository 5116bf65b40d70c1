import { resolve } from 'node:path';
import type { Metrics, SessionView } from '#app/contract/session.ts';
import { withEngine } from '../engine-run.ts';
import type { Terminal } from '../terminal.ts';

export async function inspectCommand(terminal: Terminal, file: string): Promise<number> {
  return await withEngine(terminal, async ({ engine }) => {
    const { session } = await engine.request('session.open-file', { file: { path: resolve(file) } });
    const view = await engine.request('session.view', { session });
    terminal.result({ file: resolve(file), ...runDocument(view) }, describeRun(view));
    return 0;
  });
}

/** A session as the command line tells it. */
export function runDocument(view: SessionView): object {
  return {
    title: view.title,
    created: view.created,
    status: view.status,
    study: {
      name: view.study,
      groups: view.studyGroups.map(({ name, subjects }) => ({ name, subjects })),
      target: view.target,
      classes: view.classes,
      targetIsGroups: view.targetIsGroups,
    },
    model: view.configuration.model.name,
    inputShape: view.inputShape,
    layers: view.layers.map(({ quantities, ...layer }) => ({
      name: layer.name,
      kind: layer.kind,
      inputShape: layer.inputShape,
      outputShape: layer.outputShape,
      parameters: layer.parameters,
      quantities: quantities.map(({ quantity }) => quantity),
      views: Object.fromEntries(
        quantities.map(({ quantity, view: rows, side, values }) => [quantity, { rows, side, values }]),
      ),
    })),
    runs: view.sessionRuns.map((run) => ({
      fold: run.fold,
      seed: run.seed,
      status: run.status,
      steps: run.steps,
      epochs: run.epochs,
      trainingSubjects: run.trainingSubjects,
      validationSubjects: run.validationSubjects,
      metrics: run.metrics,
    })),
    validation: view.validation,
    spectra: { captured: view.captured },
    configuration: view.configuration,
    provenance: view.provenance,
    bytes: view.bytes,
  };
}

export function describeRun(view: SessionView): string[] {
  const groups = view.studyGroups.map(({ name, subjects }) => `${name} (${subjects})`).join(', ');
  return [
    `${view.title}: ${view.status}, ${view.created}`,
    `Study: ${view.study}; groups: ${groups}; target: ${view.target}`,
    `Model: ${view.configuration.model.name}, input ${view.inputShape.join(' x ')}`,
    ...view.layers.map(
      ({ name, kind, inputShape, outputShape, quantities }) =>
        `  ${name} (${kind}, ${inputShape.join(' x ')} -> ${outputShape.join(' x ')}): ${quantities.map(({ quantity }) => quantity).join(', ')}`,
    ),
    ...view.sessionRuns.map(
      ({ fold, status, steps, metrics }) =>
        `Fold ${fold}: ${status}, ${steps} steps, validation ${metricsText(metrics.validation)}`,
    ),
    `Validation over folds: ${metricsText(view.validation)}`,
    `Spectra: ${view.captured} layer-steps`,
  ];
}

function metricsText({ loss, accuracy, auc }: Metrics): string {
  const number = (value: number | null): string => (value === null ? 'none' : value.toFixed(3));
  return `loss ${number(loss)}, accuracy ${number(accuracy)}, AUC ${number(auc)}`;
}
