/** Export formats by name: one file and one line each. */
import type { ExportFormat } from '#app/contract/export.ts';
import { exportHdf5, exportNpz } from './arrays/export-arrays.ts';
import { writeCsv } from './csv.ts';
import { tableExporter } from './export-tables.ts';
import type { Exporter } from './exporter.ts';
import { writeParquet } from './parquet.ts';
import { exportTensorboard } from './tensorboard/tensorboard.ts';

export const exporters: Readonly<Record<ExportFormat, Exporter>> = {
  csv: tableExporter('csv', writeCsv),
  parquet: tableExporter('parquet', writeParquet),
  npz: exportNpz,
  hdf5: exportHdf5,
  tensorboard: exportTensorboard,
};
