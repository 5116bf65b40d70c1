/** What leaves a session as numbers, and in which formats. */
import * as v from 'valibot';
import { fileReferenceSchema } from './file-reference.ts';

/** Tables of a session, one row per value, step, epoch or subject. */
export const exportTableNames = [
  'spectra',
  'summaries',
  'scalars',
  'epochs',
  'alignment',
  'sample-norms',
  'predictions',
  'study',
] as const;
export type ExportTableName = (typeof exportTableNames)[number];

export const exportWhats = [...exportTableNames, 'everything'] as const;
export type ExportWhat = (typeof exportWhats)[number];

export const exportFormats = ['csv', 'parquet', 'npz', 'hdf5', 'tensorboard'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Formats that hold a session in one piece: with them 'everything' is usual. */
const wholeFormats: readonly ExportFormat[] = ['npz', 'hdf5', 'tensorboard'];

export function usualWhat(format: ExportFormat): ExportWhat {
  return wholeFormats.includes(format) ? 'everything' : 'spectra';
}

/** TensorBoard reads a folder; several tables are a folder of files. */
export function writesFolder(format: ExportFormat, what: ExportWhat): boolean {
  return format === 'tensorboard' || (what === 'everything' && !wholeFormats.includes(format));
}

export const exportInput = v.object({
  session: v.string(),
  what: v.picklist(exportWhats),
  format: v.picklist(exportFormats),
  /** Where to write: a file, or a folder that is not there yet (`writesFolder`). */
  file: fileReferenceSchema,
});

export const exportAnswer = v.object({
  /** Of the tables; of arrays the lengths of the first axes, of TensorBoard the points. */
  rows: v.number(),
  /** Names of the tables, arrays or event files. */
  parts: v.array(v.string()),
  bytes: v.number(),
});
export type ExportAnswer = v.InferOutput<typeof exportAnswer>;
