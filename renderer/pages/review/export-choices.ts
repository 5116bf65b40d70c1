/** What the export dialog offers, in words. */
import type { ExportFormat, ExportWhat } from '#app/contract/export.ts';
import { t } from '#app/text/text.ts';

export const formatChoices: readonly { value: ExportFormat; label: string; text: string; extension: string }[] = [
  { value: 'csv', label: 'CSV', text: t('Text that spreadsheets, R and Python read'), extension: '.csv' },
  {
    value: 'parquet',
    label: t('Parquet'),
    text: t('The same tables, typed and compressed, for pandas, R (arrow), DuckDB'),
    extension: '.parquet',
  },
  { value: 'npz', label: 'NumPy', text: t('Arrays by layer and quantity: numpy.load'), extension: '.npz' },
  {
    value: 'hdf5',
    label: 'HDF5',
    text: t('The same arrays with their units and axes: h5py, MATLAB, R, Julia'),
    extension: '.h5',
  },
  {
    value: 'tensorboard',
    label: 'TensorBoard',
    text: t('A folder of event files; groups of a layer share a chart'),
    extension: '',
  },
];

export const whatChoices: readonly { value: ExportWhat; title: string; text: string }[] = [
  {
    value: 'everything',
    title: t('Everything'),
    text: t('All of these; of CSV and Parquet a folder with a file for each'),
  },
  {
    value: 'spectra',
    title: t('Singular values'),
    text: t('Every stored value of every layer, quantity, group and step'),
  },
  { value: 'summaries', title: t('Summaries'), text: t('Effective rank and the others, by layer, group and step') },
  { value: 'alignment', title: t('Alignment'), text: t('Inner products and cosines of the groups’ gradients') },
  {
    value: 'sample-norms',
    title: t('Gradients of samples'),
    text: t('The norm of each subject’s gradient, by layer and step'),
  },
  { value: 'scalars', title: t('Loss and accuracy by step'), text: t('What was measured at each step') },
  { value: 'epochs', title: t('Metrics by epoch'), text: t('Loss, accuracy and AUC, training and validation') },
  { value: 'predictions', title: t('Predictions'), text: t('What the networks said of each validation subject') },
  { value: 'study', title: t('Subjects'), text: t('Who took part, with group and target') },
];

const drawn: readonly ExportWhat[] = ['everything', 'summaries', 'scalars', 'epochs'];

/** Why a format cannot hold it, or null. */
export function refusedBy(format: ExportFormat, what: ExportWhat): string | null {
  return format === 'tensorboard' && !drawn.includes(what) ? t('TensorBoard draws curves over steps.') : null;
}

/** A file's name from a title: what file systems refuse becomes a hyphen. */
export function fileNameFrom(title: string): string {
  const name = title.replace(/[^\p{L}\p{N} ._-]+/gu, '-').trim();
  return name === '' ? 'session' : name;
}
