/** Sentences that both checklists take from a session. */
import { augmentWords } from '#app/preparation/describe.ts';
import { capital } from '#app/text/capital.ts';
import { configurationRows, strataWords } from './configuration-rows.ts';
import { count, counted, estimate, figure, joined } from './format.ts';
import { limits } from './limits.ts';
import type { ReportMaterial } from './material.ts';
import { modelNoun } from './model-words.ts';
import { scoreWords } from './words.ts';

export function excludedWords({ flow }: ReportMaterial): string {
  const left = [
    ...flow.excluded.map(({ reason, subjects }) => `${reason} (${count(subjects)})`),
    ...(flow.inNoGroup > 0 ? [`in no group (${count(flow.inNoGroup)})`] : []),
    ...(flow.withoutTarget > 0 ? [`without a target (${count(flow.withoutTarget)})`] : []),
  ];
  return `${count(flow.imported)} imported, ${count(flow.analysed)} analysed; left out: ${left.length === 0 ? 'none' : left.join('; ')}.`;
}

export function groupWords({ groups }: ReportMaterial): string {
  return `Groups: ${joined(groups.map(({ name, subjects }) => `${name} (n = ${count(subjects)})`))}.`;
}

export function missingWords({ study, configuration, preparation }: ReportMaterial): string | null {
  const isFilled = preparation.some(({ step }) => step === 'impute');
  if (study.missingCells === null) return isFilled ? imputed(configuration) : null;
  const { missing, cells } = study.missingCells;
  if (missing === 0) return 'No value of a feature is missing among those who were analysed.';
  return `${count(missing)} of ${count(cells)} values of features are missing; ${imputed(configuration)}`;
}

function imputed({ preparation: { impute, indicators } }: ReportMaterial['configuration']): string {
  return `missing values become the training ${impute} of the feature in each fold${indicators ? ', marked by a column beside it' : ''}.`;
}

export function preparationWords({ preparation }: ReportMaterial): string {
  return preparation.length === 0
    ? 'Values were fed as they are.'
    : `In order: ${preparation.map(({ words }) => words).join('; ')}.`;
}

export function splitWords({ configuration, runs }: ReportMaterial): string {
  const { folds, repeats } = configuration;
  const how =
    folds === 1 ? 'one split, a fifth of the subjects held out' : `${folds} folds, each subject validated once`;
  const sizes = runs.map(({ trainingSubjects, validationSubjects }) => `${trainingSubjects}/${validationSubjects}`);
  const balanced = `stratified by group${strataWords[configuration.task.kind]}`;
  return `At random by seed, ${balanced}; ${how}${repeats > 1 ? `, ${repeats} times` : ''}; training/validation subjects: ${[...new Set(sizes)].join(', ')}.`;
}

export function modelWords(material: ReportMaterial): string {
  const { model } = material;
  return `${capital(modelNoun(material))}, ${counted(model.layers.length, 'layer')}, ${counted(model.parameters, 'trainable parameter')}: every layer with its shapes is listed under Model.`;
}

export function softwareWords({ provenance, program }: ReportMaterial): string {
  const versions = Object.entries(provenance).filter(([name]) =>
    ['tensorflow', 'tfjs-node-gpu', 'node', 'system'].includes(name),
  );
  return `Spectroscope (report: ${program}); ${versions.map(([name, value]) => `${name} ${value}`).join(', ')}.`;
}

export function trainingWords(material: ReportMaterial): string {
  const rows = configurationRows(material).filter(([name]) => name !== 'Recorded' && name !== 'Sample Grams');
  const { augment } = material.configuration.preparation;
  const changed = augment === null ? 'none' : augmentWords(augment);
  return `${capital(rows.map(([name, value]) => `${name.toLowerCase()}: ${value}`).join('; '))}; augmentation: ${changed}. All settings were fixed before training.`;
}

export function selectionWords({ configuration }: ReportMaterial): string {
  return configuration.earlyStopping === null
    ? 'The weights of the last epoch of each run; no selection.'
    : 'The weights of the epoch with the lowest validation loss of each run.';
}

export function performanceWords({ metrics }: ReportMaterial): string | null {
  const told = metrics.parts
    .filter(({ kind }) => kind !== 'run')
    .map(({ kind, name, subjects, scores }) => {
      const known = Object.entries(scores).filter(([, score]) => score.value !== null);
      const values = known.map(([score, value]) => `${scoreWords[score] ?? score} ${estimate(value)}`);
      return `${kind === 'pooled' ? 'all runs' : name} (n = ${count(subjects)}): ${values.join(', ')}`;
    });
  return told.length === 0 ? null : `${told.join('; ')}.`;
}

export function metricWords({ metrics }: ReportMaterial): string | null {
  const names = [...new Set(metrics.parts.flatMap(({ scores }) => Object.keys(scores)))];
  return names.length === 0
    ? null
    : `${joined(names.map((name) => scoreWords[name] ?? name))}, on validation subjects.`;
}

export function uncertaintyWords({ metrics, tests }: ReportMaterial): string | null {
  if (metrics.parts.length === 0 && tests.length === 0) return null;
  const intervals = metrics.parts.length === 0 ? '' : '95 % intervals from 1,000 resamples of the subjects. ';
  const permutations = tests.map(
    ({ answer }) =>
      `${counted(answer.permutations, 'permutation')} of labels, smallest p ${figure(answer.smallestP, 2)}`,
  );
  return `${intervals}${permutations.length === 0 ? 'No test of group differences was made.' : `Group differences: ${permutations.join('; ')}, p corrected by the false discovery rate.`}`;
}

export function limitWords(material: ReportMaterial): string {
  return `Of the session: ${joined(limits(material).map(({ title }) => title.toLowerCase()))} (section Limits).`;
}

export function covariateWords({ balance }: ReportMaterial): string | null {
  return balance.length === 0
    ? null
    : `Table of ${joined(balance.map(({ table }) => table.column))} by group, with tests and standardised differences.`;
}
