/**
 * TRIPOD+AI (Collins et al. 2024, doi 10.1136/bmj-2023-078378, CC BY 4.0): all 52 items, 1 to 27c, each by its published topic and in short what
 * it asks.
 */
import { notKnown, type ChecklistItem } from './checklist-item.ts';
import { count, joined } from './format.ts';
import * as known from './known.ts';
import type { ReportMaterial } from './material.ts';

export const tripodItems: readonly ChecklistItem[] = [
  { number: '1', topic: 'Title: model, target population and outcome', known: notKnown },
  { number: '2', topic: 'Abstract (TRIPOD+AI for Abstracts)', known: notKnown },
  { number: '3a', topic: 'Background: healthcare context, rationale and existing models', known: notKnown },
  { number: '3b', topic: 'Background: target population, intended purpose and users', known: notKnown },
  { number: '3c', topic: 'Background: known health inequalities between sociodemographic groups', known: notKnown },
  { number: '4', topic: 'Objectives: development, validation or both', known: notKnown },
  {
    number: '5a',
    topic: 'Data: sources, rationale for using them, representativeness',
    known: ({ study }) => `${study.name}${study.attribution === '' ? '' : `: ${study.attribution}`}`,
  },
  { number: '5b', topic: 'Data: dates of accrual and follow-up', known: notKnown },
  { number: '6a', topic: 'Participants: study setting, number and location of centres', known: siteWords },
  { number: '6b', topic: 'Participants: eligibility criteria', known: known.excludedWords },
  { number: '6c', topic: 'Participants: treatments received and how they were handled', known: notKnown },
  {
    number: '7',
    topic: 'Data preparation: pre-processing and quality checking, whether alike across sociodemographic groups',
    known: known.preparationWords,
  },
  { number: '8a', topic: 'Outcome: definition, time horizon, assessment, rationale', known: outcomeWords },
  { number: '8b', topic: 'Outcome: assessors, if assessment is subjective', known: notKnown },
  { number: '8c', topic: 'Outcome: blinding of its assessment', known: notKnown },
  {
    number: '9a',
    topic: 'Predictors: initial choice and pre-selection',
    known: ({ study }) =>
      study.features === null
        ? null
        : `${count(study.features)} features of the table; the program selected none by its relation to the outcome.`,
  },
  { number: '9b', topic: 'Predictors: definition, measurement, blinding', known: notKnown },
  { number: '9c', topic: 'Predictors: assessors, if measurement is subjective', known: notKnown },
  {
    number: '10',
    topic: 'Sample size: how it was arrived at, and whether it sufficed',
    known: ({ power }) => (power === null ? null : `No calculation in the session. ${power.sentence}`),
  },
  { number: '11', topic: 'Missing data: handling, reasons for omitting data', known: known.missingWords },
  { number: '12a', topic: 'Analytical methods: use and partitioning of the data', known: known.splitWords },
  { number: '12b', topic: 'Analytical methods: handling of predictors', known: known.preparationWords, isWhole: true },
  {
    number: '12c',
    topic: 'Analytical methods: type of model, rationale, model building, hyperparameter tuning, internal validation',
    known: (material) =>
      `${known.modelWords(material)} ${known.trainingWords(material)} No hyperparameters were tuned within the session.`,
  },
  { number: '12d', topic: 'Analytical methods: heterogeneity across clusters', known: notKnown },
  {
    number: '12e',
    topic: 'Analytical methods: measures and plots of performance, with rationale',
    known: known.metricWords,
  },
  { number: '12f', topic: 'Analytical methods: model updating', known: () => 'None.', isWhole: true },
  {
    number: '12g',
    topic: 'Analytical methods: how predictions were calculated',
    known: ({ metrics }) =>
      metrics.parts.length === 0
        ? null
        : 'By the network of the run that had not seen the subject; each run’s prediction counts.',
    isWhole: true,
  },
  {
    number: '13',
    topic: 'Class imbalance: methods, why, and recalibration after them',
    known: ({ configuration }) =>
      configuration.task.kind === 'classification'
        ? configuration.classWeights === 'balanced'
          ? 'Classes were weighted by the inverse of their frequency; predictions were not recalibrated.'
          : 'No method was used.'
        : null,
  },
  {
    number: '14',
    topic: 'Fairness: approaches and their rationale',
    known: ({ groups }) =>
      groups.length < 2 ? null : 'Performance by group; spectra by group. No method was used to make it fairer.',
  },
  { number: '15', topic: 'Model output: classification and its thresholds', known: outputWords },
  {
    number: '16',
    topic: 'Training versus evaluation: differences between the data',
    known: () => 'Parts of one study, split at random.',
  },
  { number: '17', topic: 'Ethical approval and informed consent', known: notKnown },
  { number: '18a', topic: 'Open science: funding and role of funders', known: notKnown },
  { number: '18b', topic: 'Open science: conflicts of interest', known: notKnown },
  { number: '18c', topic: 'Open science: protocol', known: notKnown },
  { number: '18d', topic: 'Open science: registration', known: notKnown },
  { number: '18e', topic: 'Open science: data sharing', known: notKnown },
  {
    number: '18f',
    topic: 'Open science: code sharing',
    known: () => 'Training and analysis: Spectroscope, Apache-2.0.',
  },
  { number: '19', topic: 'Patient and public involvement', known: notKnown },
  { number: '20a', topic: 'Participants: flow, numbers with and without the outcome', known: known.excludedWords },
  {
    number: '20b',
    topic: 'Participants: characteristics, missing data, differences across demographic groups',
    known: (material) => {
      const table = known.covariateWords(material);
      return table === null ? null : `${known.groupWords(material)} ${table}`;
    },
  },
  {
    number: '20c',
    topic: 'Participants: comparison of evaluation with development data',
    known: () => 'Both are random parts of one study, stratified by group.',
  },
  {
    number: '21',
    topic: 'Model development: participants and outcome events in each analysis',
    known: ({ runs }) =>
      `Subjects of each run: ${runs.map(({ trainingSubjects, validationSubjects }) => `${trainingSubjects} training, ${validationSubjects} validation`).join('; ')}.`,
  },
  {
    number: '22',
    topic: 'Model specification: the full model, restrictions to access or reuse',
    known: ({ session }) =>
      `Layers under Model; weights and preparation: spectroscope export ${session.file} --what model.`,
  },
  {
    number: '23a',
    topic: 'Model performance: with confidence intervals, by key subgroups',
    known: known.performanceWords,
    isWhole: true,
  },
  { number: '23b', topic: 'Model performance: heterogeneity across clusters', known: notKnown },
  { number: '24', topic: 'Model updating: results', known: () => 'None.', isWhole: true },
  { number: '25', topic: 'Interpretation, including issues of fairness', known: notKnown },
  {
    number: '26',
    topic: 'Limitations and their effects on bias, uncertainty, generalisability',
    known: known.limitWords,
  },
  { number: '27a', topic: 'Usability: poor or unavailable input data in use', known: notKnown },
  { number: '27b', topic: 'Usability: interaction with users and their expertise', known: notKnown },
  { number: '27c', topic: 'Usability: next steps for research', known: notKnown },
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
