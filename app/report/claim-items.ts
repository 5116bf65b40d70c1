/** CLAIM, 2024 update (Tejani et al. 2024, doi 10.1148/ryai.240300): all 44 items by their published names. */
import { notKnown, type ChecklistItem } from './checklist-item.ts';
import { capital } from '#app/text/capital.ts';
import { count, joined } from './format.ts';
import * as known from './known.ts';
import { modelNoun, plainStartWords } from './model-words.ts';

export const claimItems: readonly ChecklistItem[] = [
  {
    number: '1',
    topic: 'Identified as a study of AI methods, with the category of technology',
    known: (material) =>
      `${capital(modelNoun(material))}${material.model.name === 'logistic' ? '' : ' (deep learning)'}.`,
  },
  { number: '2', topic: 'Summary of study design, methods, results and conclusions', known: notKnown },
  {
    number: '3',
    topic: 'Scientific or clinical background, intended use and role of the AI approach',
    known: notKnown,
  },
  { number: '4', topic: 'Study aims, objectives and hypotheses', known: notKnown },
  { number: '5', topic: 'Prospective or retrospective study', known: notKnown },
  {
    number: '6',
    topic: 'Study goal',
    known: ({ target, configuration }) =>
      configuration.task.kind === 'reconstruction'
        ? 'Comparison of how groups drive a network that reconstructs their data.'
        : `Comparison of how groups drive a network that learns ${target}.`,
  },
  {
    number: '7',
    topic: 'Data sources',
    known: ({ study }) => `${study.name}${study.attribution === '' ? '' : `: ${study.attribution}`}`,
  },
  { number: '8', topic: 'Inclusion and exclusion criteria', known: known.excludedWords },
  { number: '9', topic: 'Data pre-processing', known: known.preparationWords },
  {
    number: '10',
    topic: 'Selection of data subsets',
    known: ({ study, model }) =>
      study.features === null
        ? `Input of ${joined([model.inputShape.join(' × ')])}.`
        : `${count(study.features)} features of the table; the program selected none by its relation to the target.`,
  },
  {
    number: '11',
    topic: 'De-identification methods',
    known: () => 'The report names no subject. How the data were de-identified is not known.',
  },
  { number: '12', topic: 'How missing data were handled', known: known.missingWords },
  { number: '13', topic: 'Image acquisition protocol', known: notKnown },
  {
    number: '14',
    topic: 'Definition of the methods used to obtain the reference standard',
    known: ({ configuration, study, classes }) => {
      if (configuration.task.kind === 'reconstruction') return 'None: the input is its own target.';
      const column = study.targetColumn === null ? 'rules or assignment by hand' : `column ${study.targetColumn}`;
      if (configuration.task.kind === 'regression') return `Column ${configuration.task.column}.`;
      return `${joined(classes)}, from ${column}.`;
    },
  },
  { number: '15', topic: 'Rationale for choosing the reference standard', known: notKnown },
  { number: '16', topic: 'Source of reference standard annotations', known: notKnown },
  { number: '17', topic: 'Annotation of test set', known: notKnown },
  {
    number: '18',
    topic: 'Inter- and intra-rater variability of features described by the annotators',
    known: notKnown,
  },
  { number: '19', topic: 'How data were assigned to partitions', known: known.splitWords },
  {
    number: '20',
    topic: 'Level at which partitions are disjoint',
    known: () => 'Subject: all rows, scans and windows that the study knows to be of one person stay in one part.',
    isWhole: true,
  },
  {
    number: '21',
    topic: 'Intended sample size (testing data)',
    known: ({ power }) => (power === null ? null : `Not set by the session. ${power.sentence}`),
  },
  { number: '22', topic: 'Detailed description of model', known: known.modelWords, isWhole: true },
  { number: '23', topic: 'Software libraries, frameworks and packages', known: known.softwareWords, isWhole: true },
  {
    number: '24',
    topic: 'Initialization of model parameters',
    known: ({ model, runs }) =>
      `Random: weights ${plainStartWords(model)}; biases 0; by the seeds ${joined(runs.map(({ seed }) => String(seed)))}. No transfer learning.`,
    isWhole: true,
  },
  { number: '25', topic: 'Details of training approach', known: known.trainingWords },
  { number: '26', topic: 'Method of selecting the final model', known: known.selectionWords, isWhole: true },
  { number: '27', topic: 'Ensembling techniques', known: () => 'None.', isWhole: true },
  { number: '28', topic: 'Metrics of model performance', known: known.metricWords },
  { number: '29', topic: 'Statistical measures of significance and uncertainty', known: known.uncertaintyWords },
  {
    number: '30',
    topic: 'Robustness or sensitivity analysis',
    known: ({ runs }) =>
      runs.length < 2
        ? null
        : `Results of ${count(runs.length)} runs with other splits and starting weights, each told by itself.`,
  },
  {
    number: '31',
    topic: 'Methods for explainability or interpretability',
    known: ({ spectra }) =>
      spectra === null
        ? null
        : 'Spectra of activations, adjoints and gradients by group; calibration of their tests under Calibration.',
  },
  {
    number: '32',
    topic: 'Evaluation on internal data',
    known: ({ metrics, configuration: { folds, earlyStopping } }) =>
      metrics.parts.length === 0
        ? null
        : `${folds === 1 ? 'On subjects of the study that were held out' : 'Cross-validation within the study'}${earlyStopping === null ? '' : '; training was stopped by the loss of the same subjects'} (Training and performance).`,
  },
  { number: '33', topic: 'Testing on external data', known: () => 'None in this session.' },
  { number: '34', topic: 'Clinical trial registration', known: notKnown },
  { number: '35', topic: 'Numbers of patients or examinations included and excluded', known: known.excludedWords },
  {
    number: '36',
    topic: 'Demographic and clinical characteristics of cases in each partition',
    known: (material) => {
      const table = known.covariateWords(material);
      return table === null ? null : `${table} Of the folds the session tells the subjects of each group.`;
    },
  },
  { number: '37', topic: 'Performance metrics and measures of statistical uncertainty', known: known.performanceWords },
  {
    number: '38',
    topic: 'Estimates of diagnostic performance and their precision',
    known: ({ metrics }) =>
      metrics.task === 'classification' && metrics.parts.length > 0
        ? 'Sensitivity, specificity and AUC with 95 % intervals, and the confusion matrix (Training and performance).'
        : null,
  },
  {
    number: '39',
    topic: 'Failure analysis of incorrect results',
    known: ({ metrics }) =>
      metrics.task === 'classification' && metrics.parts.length > 0
        ? 'The confusion matrix, and performance by group.'
        : null,
  },
  { number: '40', topic: 'Study limitations', known: known.limitWords },
  { number: '41', topic: 'Implications for practice, including intended use or clinical role', known: notKnown },
  {
    number: '42',
    topic: 'Reference to the full study protocol or to additional technical details',
    known: ({ session }) =>
      `The session file ${session.file} (SHA-256 under Provenance) holds all settings and numbers.`,
  },
  {
    number: '43',
    topic: 'Availability of software, trained model and data',
    known: ({ session }) =>
      `Software: Spectroscope, Apache-2.0. Weights: spectroscope export ${session.file} --what model.`,
  },
  { number: '44', topic: 'Sources of funding and other support; role of funders', known: notKnown },
];
