/** What metrics are called in tables and on charts. */

/** Metrics of validation subjects, by the names that the engine gives them. */
export const metricNames: Readonly<Record<string, string>> = {
  accuracy: 'Accuracy',
  balancedAccuracy: 'Balanced accuracy',
  auc: 'AUC',
  sensitivity: 'Sensitivity',
  specificity: 'Specificity',
  brier: 'Brier score',
  calibrationError: 'Calibration error',
  r: 'r',
  mae: 'Mean absolute error',
  r2: 'R²',
  loss: 'Loss',
};
