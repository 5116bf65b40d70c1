/** CLAIM, 2024 update (Tejani et al. 2024, doi 10.1148/ryai.240300): 44 items, by topic. */
import { notKnown, type ChecklistItem } from './checklist-item.ts';
import { count, joined } from './format.ts';
import * as known from './known.ts';

export const claimItems: readonly ChecklistItem[] = [
  {
    number: '1',
    topic: 'Title or abstract names the AI method',
    known: ({ model }) => `Deep learning, ${model.title.toLowerCase()}.`,
  },
  { number: '2', topic: 'Summary of design, methods, results, conclusions', known: notKnown },
  { number: '3', topic: 'Background, intended use and role', known: notKnown },
  { number: '4', topic: 'Aims, objectives, hypotheses', known: notKnown },
  { number: '5', topic: 'Prospective or retrospective', known: notKnown },
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
  { number: '9', topic: 'Preprocessing', known: known.preparationWords },
  {
    number: '10',
    topic: 'Selection of subsets of the data',
    known: ({ study, model }) =>
      study.features === null
        ? `Input of ${joined([model.inputShape.join(' × ')])}.`
        : `${count(study.features)} features of the table; the program selected none by its relation to the target.`,
  },
  {
    number: '11',
    topic: 'De-identification',
    known: () => 'The report names no subject. How the data were de-identified is not known.',
  },
  { number: '12', topic: 'Missing data', known: known.missingWords, isWhole: true },
  { number: '13', topic: 'Image acquisition protocol', known: notKnown },
  {
    number: '14',
    topic: 'Reference standard: definition',
    known: ({ configuration, study, classes }) => {
      if (configuration.task.kind === 'reconstruction') return 'None: the input is its own target.';
      const column = study.targetColumn === null ? 'rules or assignment by hand' : `column ${study.targetColumn}`;
      if (configuration.task.kind === 'regression') return `Column ${configuration.task.column}.`;
      return `${joined(classes)}, from ${column}.`;
    },
  },
  { number: '15', topic: 'Reference standard: rationale', known: notKnown },
  { number: '16', topic: 'Reference standard: source of annotations', known: notKnown },
  { number: '17', topic: 'Annotation of the test set', known: notKnown },
  { number: '18', topic: 'Inter- and intra-rater variability', known: notKnown },
  { number: '19', topic: 'Assignment to partitions', known: known.splitWords, isWhole: true },
  {
    number: '20',
    topic: 'Level at which partitions are disjoint',
    known: () => 'Subject: all rows, scans and windows that the study knows to be of one person stay in one part.',
    isWhole: true,
  },
  {
    number: '21',
    topic: 'Intended sample size',
    known: ({ power }) => (power === null ? null : `Not set by the session. ${power.sentence}`),
  },
  { number: '22', topic: 'Detailed description of the model', known: known.modelWords, isWhole: true },
  { number: '23', topic: 'Software and its versions', known: known.softwareWords, isWhole: true },
  {
    number: '24',
    topic: 'Initial values of the parameters',
    known: ({ runs }) => `Random, by the seeds ${joined(runs.map(({ seed }) => String(seed)))}; no transfer learning.`,
    isWhole: true,
  },
  { number: '25', topic: 'Training', known: known.trainingWords, isWhole: true },
  { number: '26', topic: 'Selection of the final model', known: known.selectionWords, isWhole: true },
  { number: '27', topic: 'Ensembling', known: () => 'None.', isWhole: true },
  { number: '28', topic: 'Metrics of performance', known: known.metricWords },
  { number: '29', topic: 'Significance and uncertainty', known: known.uncertaintyWords },
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
    topic: 'Explainability or interpretability',
    known: ({ spectra }) =>
      spectra === null
        ? null
        : 'Spectra of activations, adjoints and gradients by group; calibration of their tests under Calibration.',
  },
  {
    number: '32',
    topic: 'Evaluation on internal data',
    known: ({ metrics }) =>
      metrics.parts.length === 0 ? null : 'Cross-validation within the study (Training and performance).',
    isWhole: true,
  },
  { number: '33', topic: 'Testing on external data', known: () => 'None in this session.' },
  { number: '34', topic: 'Clinical trial registration', known: notKnown },
  { number: '35', topic: 'Numbers included and excluded', known: known.excludedWords },
  {
    number: '36',
    topic: 'Demographic and clinical characteristics in each partition',
    known: (material) => {
      const table = known.covariateWords(material);
      return table === null ? null : `${table} Of the folds the session tells the subjects of each group.`;
    },
  },
  { number: '37', topic: 'Performance with its uncertainty', known: known.performanceWords, isWhole: true },
  {
    number: '38',
    topic: 'Diagnostic performance and its precision',
    known: ({ metrics }) =>
      metrics.task === 'classification' && metrics.parts.length > 0
        ? 'Sensitivity, specificity and AUC with 95 % intervals, and the confusion matrix (Training and performance).'
        : null,
  },
  {
    number: '39',
    topic: 'Failure analysis',
    known: ({ metrics }) =>
      metrics.task === 'classification' && metrics.parts.length > 0
        ? 'The confusion matrix, and performance by group.'
        : null,
  },
  { number: '40', topic: 'Limitations', known: known.limitWords },
  { number: '41', topic: 'Implications for practice', known: notKnown },
  {
    number: '42',
    topic: 'Full protocol or technical details',
    known: ({ session }) =>
      `The session file ${session.file} (SHA-256 under Provenance) holds all settings and numbers.`,
  },
  {
    number: '43',
    topic: 'Availability of software, model, data',
    known: ({ session }) =>
      `Software: Spectroscope, Apache-2.0. Weights: spectroscope export ${session.file} --what model.`,
  },
  { number: '44', topic: 'Funding and role of funders', known: notKnown },
];
