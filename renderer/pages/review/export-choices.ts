/** What the export dialog offers, in words. */
import type { ExportFormat, ExportWhat } from '#app/contract/export.ts';

export const formatChoices: readonly { value: ExportFormat; label: string; text: string; extension: string }[] = [
  { value: 'csv', label: 'CSV', text: 'Text that spreadsheets, R and Python read', extension: '.csv' },
  {
    value: 'parquet',
    label: 'Parquet',
    text: 'The same tables, typed and compressed, for pandas, R (arrow), DuckDB',
    extension: '.parquet',
  },
  { value: 'npz', label: 'NumPy', text: 'Arrays by layer and quantity: numpy.load', extension: '.npz' },
  {
    value: 'hdf5',
    label: 'HDF5',
    text: 'The same arrays with their units and axes: h5py, MATLAB, R, Julia',
    extension: '.h5',
  },
  {
    value: 'tensorboard',
    label: 'TensorBoard',
    text: 'A folder of event files; groups of a layer share a chart',
    extension: '',
  },
];

export const whatChoices: readonly { value: ExportWhat; title: string; text: string }[] = [
  { value: 'everything', title: 'Everything', text: 'All of these; of CSV and Parquet a folder with a file for each' },
  { value: 'spectra', title: 'Singular values', text: 'Every stored value of every layer, quantity, group and step' },
  { value: 'summaries', title: 'Summaries', text: 'Effective rank and the others, by layer, group and step' },
  { value: 'alignment', title: 'Alignment', text: 'Inner products and cosines of the groups’ gradients' },
  {
    value: 'sample-norms',
    title: 'Gradients of samples',
    text: 'The norm of each subject’s gradient, by layer and step',
  },
  { value: 'scalars', title: 'Loss and accuracy by step', text: 'What was measured at each step' },
  { value: 'epochs', title: 'Metrics by epoch', text: 'Loss, accuracy and AUC, training and validation' },
  { value: 'predictions', title: 'Predictions', text: 'What the networks said of each validation subject' },
  { value: 'study', title: 'Subjects', text: 'Who took part, with group and target' },
];

const drawn: readonly ExportWhat[] = ['everything', 'summaries', 'scalars', 'epochs'];

/** Why a format cannot hold it, or null. */
export function refusedBy(format: ExportFormat, what: ExportWhat): string | null {
  return format === 'tensorboard' && !drawn.includes(what) ? 'TensorBoard draws curves over steps.' : null;
}

/** A file's name from a title: what file systems refuse becomes a hyphen. */
export function fileNameFrom(title: string): string {
  const name = title.replace(/[^\p{L}\p{N} ._-]+/gu, '-').trim();
  return name === '' ? 'session' : name;
}
