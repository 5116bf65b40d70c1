/**
 * A methods section written from what was done. A sentence stands here only where the session says that it happened, and
 * cites what it rests on.
 */
import type { ReferenceKey } from './references.ts';
import { augmentWords } from '#app/preparation/describe.ts';
import { lossText, scheduleText, strataWords } from './configuration-rows.ts';
import { paragraph, section, type Composition } from './composition.ts';
import { count, counted, joined, plain } from './format.ts';
import type { Content, Markup } from './markup.ts';
import type { ReportMaterial } from './material.ts';
import { aModel, sizeWords, startWords } from './model-words.ts';
import { optimizerWords, quantityWords, shapeWords, statisticWords } from './words.ts';

export function methodsSection(material: ReportMaterial, composition: Composition): Markup {
  const parts = [subjects, preparation, network, training, evaluation, spectra, inference, software];
  return section(
    'methods',
    'Methods, as they were carried out',
    paragraph(
      'To be taken into a manuscript and completed by the authors: recruitment, acquisition, ethics and the question itself the session does not know.',
    ),
    ...parts.map((part) => {
      const content = part(material, (...keys) => composition.cite(...keys));
      return content.length === 0 ? null : paragraph(...content);
    }),
  );
}

type Cite = (...keys: readonly ReferenceKey[]) => Markup;
type Part = (material: ReportMaterial, cite: Cite) => Content[];

const subjects: Part = ({ flow, groups, study, balance }, cite) => {
  const left = flow.imported - flow.analysed;
  const groupText = joined(groups.map(({ name, subjects: n }) => `${name} (n = ${count(n)})`));
  const excluded = left === 0 ? '' : ` (${count(left)} were not analysed; the reasons are in the study flow)`;
  const tests = balance.filter(({ test }) => test !== null);
  return [
    `Of ${counted(flow.imported, 'subject')} of the study “${study.name}” ${count(flow.analysed)} were analysed${excluded}, in ${groups.length === 1 ? 'one group' : counted(groups.length, 'group')}: ${groupText}.`,
    ...(balance.length === 0
      ? []
      : [
          ` Groups were compared in ${joined(balance.map(({ table }) => table.column))} by the standardised difference `,
          cite('difference'),
          tests.length === 0
            ? '.'
            : ` and by ${joined([...new Set(tests.map(({ test }) => (test === null ? '' : (balanceTests[test.test] ?? test.test))))])}.`,
        ]),
  ];
};

const balanceTests: Readonly<Record<string, string>> = {
  welch: 'Welch’s t-test',
  anova: 'analysis of variance',
  'mann-whitney': 'the Mann-Whitney test',
  'kruskal-wallis': 'the Kruskal-Wallis test',
  'chi-squared': 'the chi-squared test',
  fisher: 'Fisher’s exact test',
  'fisher-sampled': 'Fisher’s exact test over random tables',
};

const preparation: Part = ({ preparation: steps, configuration, study }, cite) => {
  const { impute, indicators, harmonise, covariates, standardise, minimumVariance, crop, augment } =
    configuration.preparation;
  const own = steps.filter(({ step }) => !fittedSteps.has(step) && step !== 'augment').map(({ words }) => words);
  const isConnectivity =
    study.kind === 'series' && (configuration.preparation.series?.connectivity ?? 'none') !== 'none';
  const missing = study.kind === 'table' && (study.missingCells === null || study.missingCells.missing > 0);
  const sentences: Content[] = [
    ...(own.length === 0 ? [] : [`The data of each subject were prepared by themselves: ${own.join('; ')}. `]),
    ...(crop === 'brain' && study.kind === 'volumes'
      ? ['Background was found by Otsu’s threshold ', cite('otsu'), '. ']
      : []),
    ...(missing
      ? [
          `Missing values were replaced by the ${impute} of the feature${indicators ? ' and marked by a column beside it' : ''}. `,
        ]
      : []),
    ...(minimumVariance === null
      ? []
      : [`Features with a variance of ${plain(minimumVariance)} or less were not used. `]),
    ...(harmonise === null
      ? []
      : [
          `Effects of ${harmonise.site} were taken out by ComBat `,
          cite('combat', 'combatImaging'),
          harmonise.keep.length === 0 ? '. ' : `, with ${joined(harmonise.keep)} kept as covariates. `,
        ]),
    ...(covariates.length === 0 ? [] : [`Linear effects of ${joined(covariates)} were taken out of each feature. `]),
    ...(standardise
      ? [
          `${standardised[isConnectivity ? 'matrices' : study.kind]} standardised to a mean of 0 and a standard deviation of 1. `,
        ]
      : []),
    ...(augment === null
      ? []
      : [`Training samples were changed each time that they were shown (${augmentWords(augment)}). `]),
  ];
  if (sentences.length === 0) return [];
  const isFitted = steps.some(({ step }) => fittedSteps.has(step));
  return isFitted
    ? [...sentences, 'Whatever is estimated was estimated on the training part of each fold alone.']
    : sentences;
};

const standardised = {
  table: 'Each feature was',
  volumes: 'All voxels together were',
  series: 'Each channel was',
  matrices: 'Each connection was',
} as const;

const fittedSteps = new Set(['indicators', 'impute', 'minimum-variance', 'harmonise', 'covariates', 'standardise']);

/** Works behind an architecture, and behind layers wherever they are. */
const modelReferences: Readonly<Record<string, ReferenceKey>> = {
  resnet3d: 'resnet',
  'connectome-cnn': 'brainNetCnn',
};
const layerReferences: readonly [kind: string, words: string, key: ReferenceKey][] = [
  ['lstm', 'long short-term memory', 'lstm'],
  ['gru', 'gated recurrent units', 'gru'],
  ['attention', 'multi-head self-attention', 'transformer'],
  ['batch-norm', 'batch normalisation', 'batchNorm'],
  ['dropout', 'dropout', 'dropout'],
];

const network: Part = ({ model, configuration, classes, target }, cite) => {
  const key = modelReferences[model.name];
  const sizes = sizeWords(model);
  const used = layerReferences.filter(([kind]) => model.layers.some((layer) => layer.kind === kind));
  const output = {
    classification: `the probabilities of ${joined(classes)}`,
    regression: `${target}, standardised`,
    reconstruction: 'that input again',
  }[configuration.task.kind];
  return [
    `The model was ${aModel({ model, configuration })} `,
    ...(key === undefined ? [] : [cite(key), ' ']),
    `that takes an input of ${shapeWords(model.inputShape)} and gives ${output}: ${counted(model.layers.length, 'layer')} with ${counted(model.parameters, 'trainable parameter')}${sizes === '' ? '' : ` (${sizes})`}`,
    ...used.flatMap(([, words, reference], at): Content[] => [
      at === 0 ? ', with ' : at === used.length - 1 ? ' and ' : ', ',
      words,
      ' ',
      cite(reference),
    ]),
    '. ',
    ...startWords(model, cite),
  ];
};

const training: Part = ({ configuration, runs }, cite) => {
  const { task, optimizer, weightDecay, learningRate, schedule, batchSize, epochs, earlyStopping, gradientClipping } =
    configuration;
  const loss = task.kind === 'classification' ? 'cross-entropy' : lossText(task.loss);
  const isAdam = optimizer === 'adam' || optimizer === 'adamw';
  return [
    `It was trained on ${loss} `,
    ...(task.kind !== 'classification' && task.loss === 'huber' ? [cite('huber'), ' '] : []),
    isAdam ? 'by Adam ' : `by ${optimizerWords[optimizer]} `,
    ...(isAdam ? [cite('adam'), ' '] : []),
    `at a learning rate of ${plain(learningRate)}`,
    ...(schedule.kind === 'constant'
      ? []
      : [` (${scheduleText(schedule)}`, ...(schedule.kind === 'cosine' ? [', ', cite('cosine')] : []), ')']),
    ...(weightDecay === 0 ? [] : [` with decoupled weight decay of ${plain(weightDecay)} `, cite('weightDecay')]),
    ...(gradientClipping === null
      ? []
      : [`, the norm of the gradient limited to ${plain(gradientClipping)} `, cite('clipping')]),
    `, in batches of ${batchSize} stratified by group${strataWords[task.kind]}, for ${earlyStopping === null ? '' : 'at most '}${counted(epochs, 'epoch')}`,
    earlyStopping === null
      ? '; the weights of the last epoch were kept.'
      : `; training stopped after ${counted(earlyStopping.patience, 'epoch')} without a lower validation loss, and the weights of the best epoch were kept; as the validation part chose the epoch, its metrics are somewhat optimistic.`,
    ...(task.kind === 'classification' && configuration.classWeights === 'balanced'
      ? [' Classes were weighted by the inverse of their frequency.']
      : []),
    runs.length === 1
      ? ` Seed: ${runs[0]?.seed ?? ''}.`
      : ` Seeds of the ${counted(runs.length, 'run')}: ${runs.map(({ seed }) => seed).join(', ')}.`,
  ];
};

const evaluation: Part = ({ configuration, metrics, runs }, cite) => {
  const { folds, repeats } = configuration;
  const split =
    folds === 1
      ? 'A fifth of the subjects was held out once'
      : `Subjects were divided into ${folds} folds, each validated once`;
  const repeated = repeats === 1 ? '' : `, ${repeats} times with other splits`;
  const measured = metrics.parts.some(({ kind }) => kind === 'pooled');
  return [
    `${split}${repeated} (${counted(runs.length, 'run')}), stratified by group${strataWords[configuration.task.kind]}; all data of a subject stayed in one part.`,
    ...(measured
      ? [' Intervals are 95 % percentiles of 1,000 resamples of the validation subjects ', cite('bootstrap'), '.']
      : []),
  ];
};

const spectra: Part = ({ spectra: recorded, configuration, capture }, cite) => {
  if (recorded === null) return [];
  const { every, quantities, activationView } = configuration.capture;
  const hasConvolution = capture.layers.some(({ kind }) => kind.startsWith('conv'));
  return [
    `At ${every === 1 ? 'every step' : `one step in ${every}`} the singular values of ${joined(quantities.map((quantity) => quantityWords[quantity]))} of ${counted(capture.layers.length, 'weight matrix', 'weight matrices')} were recorded for each group and for the whole batch `,
    cite('autospec'),
    ', from Gram matrices in float64',
    hasConvolution ? ` (activations of convolutions in the ${activationView} view)` : '',
    '. With R the rows and n the samples of a group and N those of the batch, values are shown as s(A)/√R, s(D)·N/√R and s(G)·N/n. Spectra are summarised by their effective rank ',
    cite('effectiveRank'),
    ' and their largest value; gradients of groups are compared by their cosine.',
  ];
};

const inference: Part = ({ tests, targetIsGroups }, cite) =>
  tests.slice(0, 1).flatMap(({ answer, options: { seed } }, at): Content[] => {
    const methods = new Set(answer.rows.map(({ method }) => method));
    const permuted = methods.has('permutation') || methods.has('max-statistic') || methods.has('cluster-mass');
    const statistics = [...new Set(answer.rows.map(({ summary }) => statisticWords[summary]))];
    if (statistics.length === 0) return [];
    return [
      at === 0 ? '' : ' ',
      `Groups were compared in ${joined(statistics)}`,
      ...(permuted
        ? [
            ` by ${counted(answer.permutations, 'permutation')} of the subjects’ labels `,
            cite('permutation', 'neverZero'),
            answer.strata === 'none'
              ? ''
              : `, exchanged within ${answer.strata === 'class' ? 'the classes of the target' : `levels of ${answer.strata}`}`,
            ` (seed ${seed}), a permutation holding for all steps and runs; at every step what the sizes of the groups in the batch${answer.strata === 'none' ? '' : ' and their shares of the strata'} do alone was taken off by a regression over the permutations`,
          ]
        : []),
      ...(methods.has('max-statistic') ? ['; over the steps by the largest deviation ', cite('maxStatistic')] : []),
      ...(methods.has('cluster-mass') ? ['; by the mass of clusters of neighbouring steps ', cite('clusterMass')] : []),
      ...(methods.has('max-statistic') || methods.has('cluster-mass')
        ? [', the steps averaged in up to 50 blocks of neighbours']
        : []),
      ...(methods.has('runs')
        ? [
            '; over runs as replicates, with the variance corrected for the subjects that they share ',
            cite('correctedRuns'),
          ]
        : []),
      '. p were corrected by the false discovery rate ',
      cite('falseDiscovery'),
      ' over layers, matrices and summaries',
      ...(methods.has('cluster-mass')
        ? [', those of several clusters of a test as within selected families ', cite('selectedFamilies')]
        : []),
      answer.rows.some(({ summary }) => summary === 'spectrum-distance')
        ? '. Tests are two-sided, but for distances, of which only large ones count.'
        : '. Tests are two-sided.',
      permuted ? ' Intervals (95 %) invert the permutation distribution under a constant shift.' : '',
      targetIsGroups ? ' The groups were the target of the training.' : '',
    ];
  });

const software: Part = ({ program, provenance }, cite) => {
  const { tensorflow, device, node } = provenance;
  return [
    `Spectroscope (report written by version ${program})`,
    ...(tensorflow === undefined ? [] : [`, TensorFlow ${tensorflow} `, cite('tensorflow')]),
    node === undefined ? '' : `, Node ${node}`,
    device === undefined ? '.' : `, on ${device}.`,
  ];
};
