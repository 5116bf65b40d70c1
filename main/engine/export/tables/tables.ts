/** What can be exported of a session as tables: one line each. */
import type { ExportTableName } from '#app/contract/export.ts';
import { alignmentTable, sampleNormsTable, spectraTable, summariesTable } from './captured.ts';
import { studyTable } from './study.ts';
import type { TableOf } from './table.ts';
import { epochsTable, predictionsTable, scalarsTable } from './training.ts';

export const exportTables: Readonly<Record<ExportTableName, TableOf>> = {
  spectra: spectraTable,
  summaries: summariesTable,
  scalars: scalarsTable,
  epochs: epochsTable,
  alignment: alignmentTable,
  'sample-norms': sampleNormsTable,
  predictions: predictionsTable,
  study: studyTable,
};
