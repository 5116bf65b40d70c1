/** What is told of the predictions of validation subjects, in plain words, with formula and source. */
import { t } from '#app/text/text.ts';
import type { Term } from './terms.ts';

/** As the engine names them (app/statistics/metric-names.ts). */
export const metrics = [
  ...(['accuracy', 'balancedAccuracy', 'auc', 'sensitivity', 'specificity', 'brier', 'calibrationError'] as const),
  ...(['r', 'mae', 'r2', 'loss'] as const),
] as const;
export type Metric = (typeof metrics)[number];

export const metricTerms: Readonly<Record<Metric, Term>> = {
  accuracy: {
    name: t('Accuracy'),
    words: t(
      'Share of the validation subjects whose class was predicted. Where one class is large, a network that always says it looks good.',
    ),
    formula: 'Σ_c n_cc / n',
    source: 'Hastie, Tibshirani & Friedman, The Elements of Statistical Learning, 2nd ed., 2009',
  },
  balancedAccuracy: {
    name: t('Balanced accuracy'),
    words: t(
      'The mean over classes of the share that was predicted right: chance is one over the number of classes, however large they are.',
    ),
    formula: '(1/C) Σ_c n_cc / n_c',
    source: 'Brodersen et al., ICPR 2010',
  },
  auc: {
    name: t('AUC'),
    words: t(
      'The probability that a subject of the class is given a higher score than one of the others: 0.5 is chance, 1 never wrong.',
    ),
    formula: 'P(score₊ > score₋) + ½ P(score₊ = score₋)',
    source: 'Hanley & McNeil, Radiology 143(1), 1982',
  },
  sensitivity: {
    name: t('Sensitivity'),
    words: t('Of the subjects who have the class, the share that was found.'),
    formula: 'TP / (TP + FN)',
    source: 'Altman, Practical Statistics for Medical Research, 1991',
  },
  specificity: {
    name: t('Specificity'),
    words: t('Of the subjects who do not have the class, the share that was told so.'),
    formula: 'TN / (TN + FP)',
    source: 'Altman, Practical Statistics for Medical Research, 1991',
  },
  brier: {
    name: t('Brier score'),
    words: t(
      'Mean squared distance of the predicted probabilities from what is true: 0 is perfect. It counts both being wrong and being too sure.',
    ),
    formula: '(1/n) Σᵢ Σ_c (p_ic − y_ic)²',
    source: 'Brier, Mon. Weather Rev. 78(1), 1950',
  },
  calibrationError: {
    name: t('Calibration error'),
    words: t(
      'How far predicted probabilities are from the shares that come true, over ten bins: 0 means that 80 % sure is right in 80 %.',
    ),
    formula: 'Σ_b (n_b / n) |right_b − sure_b|',
    source: 'Guo et al., ICML 2017',
  },
  r: {
    name: t('Pearson correlation, r'),
    words: t('How well predicted and true values lie on a line, whatever its slope: 1 all on a rising one, 0 none.'),
    formula: 'cov(y, ŷ) / (sd(y) sd(ŷ))',
    source: 'Altman, Practical Statistics for Medical Research, 1991',
  },
  mae: {
    name: t('Mean absolute error'),
    words: t('How far predictions are off on average, in the units of the target.'),
    formula: '(1/n) Σ |yᵢ − ŷᵢ|',
    source: 'Willmott & Matsuura, Clim. Res. 30(1), 2005',
  },
  r2: {
    name: t('Coefficient of determination, R²'),
    words: t('The share of the target’s variance that is predicted. Below 0: worse than always saying the mean.'),
    formula: '1 − Σ (yᵢ − ŷᵢ)² / Σ (yᵢ − ȳ)²',
    source: 'Hastie, Tibshirani & Friedman, The Elements of Statistical Learning, 2nd ed., 2009',
  },
  loss: {
    name: t('Loss'),
    words: t(
      'What training makes small: of classes the cross-entropy, of numbers and of the data themselves the squared or Huber error.',
    ),
    formula: '(1/N) Σᵢ −w_c ln p_ic',
    source: 'Bishop, Pattern Recognition and Machine Learning, 2006',
  },
};
