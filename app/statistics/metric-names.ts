/** What metrics are called in tables and on charts. */
import { t } from '#app/text/text.ts';

/** Metrics of validation subjects, by the names that the engine gives them, in the language that is spoken. */
export function metricNames(): Readonly<Record<string, string>> {
  return {
    accuracy: t('Accuracy'),
    balancedAccuracy: t('Balanced accuracy'),
    auc: t('AUC'),
    sensitivity: t('Sensitivity'),
    specificity: t('Specificity'),
    brier: t('Brier score'),
    calibrationError: t('Calibration error'),
    r: 'r',
    mae: t('Mean absolute error'),
    r2: 'R²',
    loss: t('Loss'),
  };
}
