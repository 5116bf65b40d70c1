/** Works that a report can cite. A report lists those that it does cite, in the order in which it does. */

export interface Reference {
  authors: string;
  year: number;
  title: string;
  where: string;
  /** null: it has none that is known here. */
  doi: string | null;
}

export const references = {
  autospec: {
    authors: 'Baker BT, Calhoun VD, Plis SM',
    year: 2024,
    title: 'Spectral introspection identifies group training dynamics in deep neural networks for neuroimaging',
    where: 'arXiv 2406.11825',
    doi: '10.48550/arXiv.2406.11825',
  },
  rankBound: {
    authors: 'Baker BT, Calhoun VD, Plis SM',
    year: 2024,
    title:
      'Low-rank learning by design: the role of network architecture and activation linearity in gradient rank collapse',
    where: 'arXiv 2402.06751',
    doi: '10.48550/arXiv.2402.06751',
  },
  effectiveRank: {
    authors: 'Roy O, Vetterli M',
    year: 2007,
    title: 'The effective rank: a measure of effective dimensionality',
    where: '15th European Signal Processing Conference (EUSIPCO), 606–610',
    doi: null,
  },
  stableRank: {
    authors: 'Rudelson M, Vershynin R',
    year: 2007,
    title: 'Sampling from large matrices: an approach through geometric functional analysis',
    where: 'Journal of the ACM 54(4), 21',
    doi: '10.1145/1255443.1255449',
  },
  permutation: {
    authors: 'Nichols TE, Holmes AP',
    year: 2002,
    title: 'Nonparametric permutation tests for functional neuroimaging: a primer with examples',
    where: 'Human Brain Mapping 15(1), 1–25',
    doi: '10.1002/hbm.1058',
  },
  neverZero: {
    authors: 'Phipson B, Smyth GK',
    year: 2010,
    title: 'Permutation p-values should never be zero: calculating exact p-values when permutations are randomly drawn',
    where: 'Statistical Applications in Genetics and Molecular Biology 9(1), 39',
    doi: '10.2202/1544-6115.1585',
  },
  maxStatistic: {
    authors: 'Westfall PH, Young SS',
    year: 1993,
    title: 'Resampling-based multiple testing: examples and methods for p-value adjustment',
    where: 'Wiley, New York',
    doi: null,
  },
  clusterMass: {
    authors: 'Maris E, Oostenveld R',
    year: 2007,
    title: 'Nonparametric statistical testing of EEG- and MEG-data',
    where: 'Journal of Neuroscience Methods 164(1), 177–190',
    doi: '10.1016/j.jneumeth.2007.03.024',
  },
  falseDiscovery: {
    authors: 'Benjamini Y, Hochberg Y',
    year: 1995,
    title: 'Controlling the false discovery rate: a practical and powerful approach to multiple testing',
    where: 'Journal of the Royal Statistical Society B 57(1), 289–300',
    doi: '10.1111/j.2517-6161.1995.tb02031.x',
  },
  selectedFamilies: {
    authors: 'Benjamini Y, Bogomolov M',
    year: 2014,
    title: 'Selective inference on multiple families of hypotheses',
    where: 'Journal of the Royal Statistical Society B 76(1), 297–318',
    doi: '10.1111/rssb.12028',
  },
  correctedRuns: {
    authors: 'Nadeau C, Bengio Y',
    year: 2003,
    title: 'Inference for the generalization error',
    where: 'Machine Learning 52, 239–281',
    doi: '10.1023/A:1024068626366',
  },
  bootstrap: {
    authors: 'Efron B, Tibshirani R',
    year: 1986,
    title: 'Bootstrap methods for standard errors, confidence intervals, and other measures of statistical accuracy',
    where: 'Statistical Science 1(1), 54–75',
    doi: '10.1214/ss/1177013815',
  },
  roc: {
    authors: 'Fawcett T',
    year: 2006,
    title: 'An introduction to ROC analysis',
    where: 'Pattern Recognition Letters 27(8), 861–874',
    doi: '10.1016/j.patrec.2005.10.010',
  },
  reliability: {
    authors: 'Niculescu-Mizil A, Caruana R',
    year: 2005,
    title: 'Predicting good probabilities with supervised learning',
    where: 'Proceedings of the 22nd International Conference on Machine Learning, 625–632',
    doi: '10.1145/1102351.1102430',
  },
  calibrationError: {
    authors: 'Naeini MP, Cooper GF, Hauskrecht M',
    year: 2015,
    title: 'Obtaining well calibrated probabilities using Bayesian binning',
    where: 'Proceedings of the AAAI Conference on Artificial Intelligence 29(1)',
    doi: '10.1609/aaai.v29i1.9602',
  },
  difference: {
    authors: 'Austin PC',
    year: 2009,
    title:
      'Balance diagnostics for comparing the distribution of baseline covariates between treatment groups in propensity-score matched samples',
    where: 'Statistics in Medicine 28(25), 3083–3107',
    doi: '10.1002/sim.3697',
  },
  adam: {
    authors: 'Kingma DP, Ba J',
    year: 2015,
    title: 'Adam: a method for stochastic optimization',
    where: 'International Conference on Learning Representations; arXiv 1412.6980',
    doi: '10.48550/arXiv.1412.6980',
  },
  weightDecay: {
    authors: 'Loshchilov I, Hutter F',
    year: 2019,
    title: 'Decoupled weight decay regularization',
    where: 'International Conference on Learning Representations; arXiv 1711.05101',
    doi: '10.48550/arXiv.1711.05101',
  },
  cosine: {
    authors: 'Loshchilov I, Hutter F',
    year: 2017,
    title: 'SGDR: stochastic gradient descent with warm restarts',
    where: 'International Conference on Learning Representations; arXiv 1608.03983',
    doi: '10.48550/arXiv.1608.03983',
  },
  clipping: {
    authors: 'Pascanu R, Mikolov T, Bengio Y',
    year: 2013,
    title: 'On the difficulty of training recurrent neural networks',
    where: 'International Conference on Machine Learning; arXiv 1211.5063',
    doi: '10.48550/arXiv.1211.5063',
  },
  huber: {
    authors: 'Huber PJ',
    year: 1964,
    title: 'Robust estimation of a location parameter',
    where: 'Annals of Mathematical Statistics 35(1), 73–101',
    doi: '10.1214/aoms/1177703732',
  },
  dropout: {
    authors: 'Srivastava N, Hinton G, Krizhevsky A, Sutskever I, Salakhutdinov R',
    year: 2014,
    title: 'Dropout: a simple way to prevent neural networks from overfitting',
    where: 'Journal of Machine Learning Research 15, 1929–1958',
    doi: null,
  },
  batchNorm: {
    authors: 'Ioffe S, Szegedy C',
    year: 2015,
    title: 'Batch normalization: accelerating deep network training by reducing internal covariate shift',
    where: 'International Conference on Machine Learning; arXiv 1502.03167',
    doi: '10.48550/arXiv.1502.03167',
  },
  lstm: {
    authors: 'Hochreiter S, Schmidhuber J',
    year: 1997,
    title: 'Long short-term memory',
    where: 'Neural Computation 9(8), 1735–1780',
    doi: '10.1162/neco.1997.9.8.1735',
  },
  gru: {
    authors: 'Cho K, van Merriënboer B, Gulcehre C, et al.',
    year: 2014,
    title: 'Learning phrase representations using RNN encoder-decoder for statistical machine translation',
    where: 'Empirical Methods in Natural Language Processing, 1724–1734',
    doi: '10.3115/v1/D14-1179',
  },
  transformer: {
    authors: 'Vaswani A, Shazeer N, Parmar N, et al.',
    year: 2017,
    title: 'Attention is all you need',
    where: 'Advances in Neural Information Processing Systems 30; arXiv 1706.03762',
    doi: '10.48550/arXiv.1706.03762',
  },
  resnet: {
    authors: 'He K, Zhang X, Ren S, Sun J',
    year: 2016,
    title: 'Deep residual learning for image recognition',
    where: 'IEEE Conference on Computer Vision and Pattern Recognition, 770–778',
    doi: '10.1109/CVPR.2016.90',
  },
  heStart: {
    authors: 'He K, Zhang X, Ren S, Sun J',
    year: 2015,
    title: 'Delving deep into rectifiers: surpassing human-level performance on ImageNet classification',
    where: 'IEEE International Conference on Computer Vision, 1026–1034',
    doi: '10.1109/ICCV.2015.123',
  },
  glorot: {
    authors: 'Glorot X, Bengio Y',
    year: 2010,
    title: 'Understanding the difficulty of training deep feedforward neural networks',
    where: '13th International Conference on Artificial Intelligence and Statistics, 249–256',
    doi: null,
  },
  orthogonal: {
    authors: 'Saxe AM, McClelland JL, Ganguli S',
    year: 2014,
    title: 'Exact solutions to the nonlinear dynamics of learning in deep linear neural networks',
    where: 'International Conference on Learning Representations; arXiv 1312.6120',
    doi: '10.48550/arXiv.1312.6120',
  },
  brainNetCnn: {
    authors: 'Kawahara J, Brown CJ, Miller SP, et al.',
    year: 2017,
    title: 'BrainNetCNN: convolutional neural networks for brain networks; towards predicting neurodevelopment',
    where: 'NeuroImage 146, 1038–1049',
    doi: '10.1016/j.neuroimage.2016.09.046',
  },
  combat: {
    authors: 'Johnson WE, Li C, Rabinovic A',
    year: 2007,
    title: 'Adjusting batch effects in microarray expression data using empirical Bayes methods',
    where: 'Biostatistics 8(1), 118–127',
    doi: '10.1093/biostatistics/kxj037',
  },
  combatImaging: {
    authors: 'Fortin JP, Cullen N, Sheline YI, et al.',
    year: 2018,
    title: 'Harmonization of cortical thickness measurements across scanners and sites',
    where: 'NeuroImage 167, 104–120',
    doi: '10.1016/j.neuroimage.2017.11.024',
  },
  otsu: {
    authors: 'Otsu N',
    year: 1979,
    title: 'A threshold selection method from gray-level histograms',
    where: 'IEEE Transactions on Systems, Man, and Cybernetics 9(1), 62–66',
    doi: '10.1109/TSMC.1979.4310076',
  },
  tensorflow: {
    authors: 'Abadi M, Barham P, Chen J, et al.',
    year: 2016,
    title: 'TensorFlow: a system for large-scale machine learning',
    where: '12th USENIX Symposium on Operating Systems Design and Implementation, 265–283; arXiv 1605.08695',
    doi: '10.48550/arXiv.1605.08695',
  },
  consort: {
    authors: 'Schulz KF, Altman DG, Moher D, for the CONSORT Group',
    year: 2010,
    title: 'CONSORT 2010 statement: updated guidelines for reporting parallel group randomised trials',
    where: 'BMJ 340, c332',
    doi: '10.1136/bmj.c332',
  },
  claim: {
    authors: 'Tejani AS, Klontzas ME, Gatti AA, et al.',
    year: 2024,
    title: 'Checklist for artificial intelligence in medical imaging (CLAIM): 2024 update',
    where: 'Radiology: Artificial Intelligence 6(4), e240300',
    doi: '10.1148/ryai.240300',
  },
  tripod: {
    authors: 'Collins GS, Moons KGM, Dhiman P, et al.',
    year: 2024,
    title:
      'TRIPOD+AI statement: updated guidance for reporting clinical prediction models that use regression or machine learning methods',
    where: 'BMJ 385, e078378',
    doi: '10.1136/bmj-2023-078378',
  },
} as const satisfies Readonly<Record<string, Reference>>;

export type ReferenceKey = keyof typeof references;
