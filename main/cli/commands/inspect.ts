import { resolve } from 'node:path';
import { SpectroscopeError } from '#app/contract/errors.ts';
import type { Finding } from '#app/contract/findings.ts';
import type { Metrics, SessionMetrics, SessionView } from '#app/contract/session.ts';
import { withEngine, type EngineRun } from '../engine-run.ts';
import { signLines } from '../sign-lines.ts';
import type { Terminal } from '../terminal.ts';
import { inspectStudy, type InspectOptions } from './inspect-study.ts';
import type { Command } from 'commander';
import type { CommandLine } from '../command-line.ts';

export async function inspectCommand(terminal: Terminal, file: string, options: InspectOptions): Promise<number> {
  if (file.toLowerCase().endsWith('.json')) return await inspectStudy(terminal, file, options);
  if (options.problems !== undefined) {
    throw new SpectroscopeError('usage', 'not-a-study', '--problems goes with a study file (study.json).');
  }
  return await withEngine(terminal, async ({ engine }) => {
    const { session } = await engine.request('session.open-file', { file: { path: resolve(file) } });
    const view = await engine.request('session.view', { session });
    const metrics = await engine.request('session.metrics', { session });
    const findings = await engine.request('session.findings', { session });
    const earlySigns = await engine.request('session.early-signs', { session });
    const steps: Record<string, number>[] = [];
    for (const { index, steps: stored } of view.sessionRuns) {
      steps.push(stored === 0 ? {} : await scalarsOf(engine, { session, run: index, step: stored - 1 }));
    }
    const document = { file: resolve(file), ...runDocument(view, steps), metrics, findings, earlySigns };
    const found = [...describeFindings(findings), 'Early signs:', ...signLines(earlySigns).map(indented)];
    terminal.result(document, [...describeRun(view), ...describeMetrics(metrics), ...found]);
    return 0;
  });
}

function describeFindings(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return ['Nothing stands out.'];
  return [
    'What stands out:',
    ...findings.map(({ run, text, chart }) => indented(`Run ${run + 1}: ${text} Chart: ${chart}.`)),
  ];
}

const indented = (line: string): string => `  ${line}`;

/** What was measured at a step, by name: loss, accuracy, learning rate, … */
async function scalarsOf(
  engine: EngineRun['engine'],
  { session, run, step }: { session: string; run: number; step: number },
): Promise<Record<string, number>> {
  const { names, mean } = await engine.request('session.scalars', { session, run, from: step, to: step, columns: 1 });
  return Object.fromEntries(
    names.flatMap((name, i) => {
      const value = mean[i] ?? Number.NaN;
      return Number.isNaN(value) ? [] : [[name, value]];
    }),
  );
}

/**
 * A session as the command line tells it.
 * @param lastSteps what was measured at the last step of each run, where it was asked for
 */
export function runDocument(view: SessionView, lastSteps: readonly Record<string, number>[] = []): object {
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
    runs: view.sessionRuns.map((run, i) => ({
      fold: run.fold,
      repeat: run.repeat ?? 1,
      bestEpoch: run.bestEpoch ?? null,
      seed: run.seed,
      status: run.status,
      steps: run.steps,
      epochs: run.epochs,
      trainingSubjects: run.trainingSubjects,
      validationSubjects: run.validationSubjects,
      metrics: run.metrics,
      ...(lastSteps[i] === undefined ? {} : { lastStep: lastSteps[i] }),
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
      ({ fold, repeat = 1, status, steps, metrics }) =>
        `${view.configuration.repeats > 1 ? `Repeat ${repeat}, fold` : 'Fold'} ${fold}: ${status}, ${steps} steps, validation ${metricsText(metrics.validation)}`,
    ),
    `Validation over folds: ${metricsText(view.validation)}`,
    `Spectra: ${view.captured} layer-steps`,
  ];
}

/** All runs together and each group, value and 95 % interval. */
function describeMetrics({ parts }: SessionMetrics): string[] {
  return parts
    .filter(({ kind }) => kind !== 'run')
    .map(({ kind, name, subjects, scores }) => {
      const texts = Object.entries(scores).flatMap(([score, { value, low, high }]) => {
        if (value === null) return [];
        const interval = low === null || high === null ? '' : ` (${low.toFixed(3)} to ${high.toFixed(3)})`;
        return [`${score} ${value.toFixed(3)}${interval}`];
      });
      return `${kind === 'group' ? `Group ${name}` : 'All runs together'}, ${subjects} subjects: ${texts.join(', ')}`;
    });
}

function metricsText({ loss, accuracy, auc, r, mae, r2 }: Metrics): string {
  const number = (value: number | null | undefined): string =>
    (value ?? null) === null ? 'none' : (value as number).toFixed(3);
  if (mae !== undefined) return `loss ${number(loss)}, r ${number(r)}, MAE ${number(mae)}, R2 ${number(r2)}`;
  return `loss ${number(loss)}, accuracy ${number(accuracy)}, AUC ${number(auc)}`;
}

export function defineInspect(commandLine: CommandLine): void {
  commandLine
    .command('inspect <file>', 'tell what a session or a study file holds')
    .option('--problems [file]', 'of a study: what is wrong with its data, as a table (.tsv or .csv)')
    .action((file: string, options: InspectOptions, self: Command) =>
      commandLine.carryOut(self, (terminal) => inspectCommand(terminal, file, options)),
    );
}
