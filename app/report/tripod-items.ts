/** TRIPOD+AI (Collins et al. 2024, doi 10.1136/bmj-2023-078378): items 1 to 27c, by topic. */
import { notKnown, type ChecklistItem } from './checklist-item.ts';
import { count, joined } from './format.ts';
import * as known from './known.ts';
import type { ReportMaterial } from './material.ts';

export const tripodItems: readonly ChecklistItem[] = [
  { number: '1', topic: 'Title', known: notKnown },
  { number: '2', topic: 'Abstract', known: notKnown },
  { number: '3a', topic: 'Healthcare context and rationale', known: notKnown },
  { number: '3b', topic: 'Target population, intended purpose and users', known: notKnown },
  { number: '3c', topic: 'Known health inequalities', known: notKnown },
  { number: '4', topic: 'Objectives', known: notKnown },
  {
    number: '5a',
    topic: 'Data sources, and how representative they are',
    known: ({ study }) => `${study.name}${study.attribution === '' ? '' : `: ${study.attribution}`}`,
  },
  { number: '5b', topic: 'Dates', known: notKnown },
  { number: '6a', topic: 'Setting, number and place of centres', known: siteWords },
  { number: '6b', topic: 'Eligibility', known: known.excludedWords },
  { number: '6c', topic: 'Treatments received', known: notKnown },
  { number: '7', topic: 'Data preparation and quality checks', known: known.preparationWords },
  { number: '8a', topic: 'Outcome and how it was assessed', known: outcomeWords },
  { number: '8b', topic: 'Outcome assessors', known: notKnown },
  { number: '8c', topic: 'Blinding of the outcome', known: notKnown },
  {
    number: '9a',
    topic: 'Choice of initial predictors',
    known: ({ study }) =>
      study.features === null
        ? null
        : `${count(study.features)} features of the table; the program selected none by its relation to the outcome.`,
  },
  { number: '9b', topic: 'Definition and measurement of predictors', known: notKnown },
  { number: '9c', topic: 'Predictor assessors', known: notKnown },
  {
    number: '10',
    topic: 'Sample size',
    known: ({ power }) => (power === null ? null : `No calculation in the session. ${power.sentence}`),
  },
  { number: '11', topic: 'Missing data', known: known.missingWords },
  { number: '12a', topic: 'How data were used and partitioned', known: known.splitWords, isWhole: true },
  { number: '12b', topic: 'How predictors were handled', known: known.preparationWords, isWhole: true },
  {
    number: '12c',
    topic: 'Type of model, model building, internal validation',
    known: (material) =>
      `${known.modelWords(material)} ${known.trainingWords(material)} No hyperparameters were tuned within the session.`,
  },
  { number: '12d', topic: 'Heterogeneity across clusters', known: notKnown },
  { number: '12e', topic: 'Measures of performance', known: known.metricWords },
  { number: '12f', topic: 'Model updating', known: () => 'None.', isWhole: true },
  {
    number: '12g',
    topic: 'How predictions were calculated',
    known: ({ metrics }) =>
      metrics.parts.length === 0
        ? null
        : 'By the network of the run that had not seen the subject; each run’s prediction counts.',
    isWhole: true,
  },
  {
    number: '13',
    topic: 'Class imbalance',
    known: ({ configuration }) =>
      configuration.task.kind === 'classification'
        ? configuration.classWeights === 'balanced'
          ? 'Classes were weighted by the inverse of their frequency; predictions were not recalibrated.'
          : 'No method was used.'
        : null,
  },
  {
    number: '14',
    topic: 'Fairness',
    known: ({ groups }) =>
      groups.length < 2 ? null : 'Performance by group; spectra by group. No method was used to make it fairer.',
  },
  { number: '15', topic: 'Model output and thresholds', known: outputWords, isWhole: true },
  {
    number: '16',
    topic: 'Differences between training and evaluation',
    known: () => 'Parts of one study, split at random.',
  },
  { number: '17', topic: 'Ethical approval', known: notKnown },
  { number: '18a', topic: 'Funding', known: notKnown },
  { number: '18b', topic: 'Conflicts of interest', known: notKnown },
  { number: '18c', topic: 'Protocol', known: notKnown },
  { number: '18d', topic: 'Registration', known: notKnown },
  { number: '18e', topic: 'Data sharing', known: notKnown },
  { number: '18f', topic: 'Code sharing', known: () => 'Training and analysis: Spectroscope, Apache-2.0.' },
  { number: '19', topic: 'Patient and public involvement', known: notKnown },
  { number: '20a', topic: 'Flow of participants', known: known.excludedWords },
  {
    number: '20b',
    topic: 'Characteristics of participants',
    known: (material) => {
      const table = known.covariateWords(material);
      return table === null ? null : `${known.groupWords(material)} ${table}`;
    },
  },
  {
    number: '20c',
    topic: 'Comparison of development and evaluation data',
    known: () => 'Both are random parts of one study, stratified by group.',
  },
  {
    number: '21',
    topic: 'Participants and outcome events in each analysis',
    known: ({ runs }) =>
      `Subjects of each run: ${runs.map(({ trainingSubjects, validationSubjects }) => `${trainingSubjects} training, ${validationSubjects} validation`).join('; ')}.`,
  },
  {
    number: '22',
    topic: 'Full model specification',
    known: ({ session }) =>
      `Layers under Model; weights and preparation: spectroscope export ${session.file} --what model.`,
    isWhole: true,
  },
  { number: '23a', topic: 'Performance with intervals, by subgroup', known: known.performanceWords, isWhole: true },
  { number: '23b', topic: 'Heterogeneity in performance across clusters', known: notKnown },
  { number: '24', topic: 'Results of model updating', known: () => 'None.', isWhole: true },
  { number: '25', topic: 'Interpretation', known: notKnown },
  { number: '26', topic: 'Limitations', known: known.limitWords },
  { number: '27a', topic: 'Handling of poor or missing input in use', known: notKnown },
  { number: '27b', topic: 'User interaction and expertise', known: notKnown },
  { number: '27c', topic: 'Next steps for research', known: notKnown },
];

function siteWords({ balance, configuration }: ReportMaterial): string | null {
  const { harmonise } = configuration.preparation;
  const sites = balance.find(({ table }) => table.kind === 'category' && table.column === harmonise?.site)?.table;
  if (sites?.kind !== 'category') return null;
  return `${count(sites.levels.length)} levels of ${sites.column}: ${joined(sites.levels.map(({ level }) => level))}.`;
}

function outcomeWords({ configuration: { task }, classes, target }: ReportMaterial): string {
  switch (task.kind) {
    case 'classification':
      return `${target}: ${joined(classes)}.`;
    case 'regression':
      return `${task.column}, a number.`;
    case 'reconstruction':
      return 'None: the input is its own target.';
  }
}

function outputWords({ configuration: { task }, classes }: ReportMaterial): string {
  switch (task.kind) {
    case 'classification':
      return `Probabilities of ${joined(classes)}; the class of the largest is predicted, without another threshold.`;
    case 'regression':
      return `A number in the units of ${task.column}.`;
    case 'reconstruction':
      return 'The input again.';
  }
}
