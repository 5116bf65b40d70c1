/** One table as a file, or all of them as a folder of files. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ExportAnswer, ExportTableName } from '#app/contract/export.ts';
import type { ExportJob, Exporter } from './exporter.ts';
import { OutputFile, writing } from './output-file.ts';
import type { ExportTable } from './tables/table.ts';
import { exportTables } from './tables/tables.ts';

/** @returns rows written */
type TableWriter = (table: ExportTable, output: OutputFile) => number;

export function tableExporter(extension: string, write: TableWriter): Exporter {
  return (job) => {
    if (job.what !== 'everything') return { ...writeTable(write, job, job.what, job.path), parts: [job.what] };
    writing(job.name, () => mkdirSync(job.path));
    const answer: ExportAnswer = { rows: 0, parts: [], bytes: 0 };
    for (const name of job.parts) {
      const { rows, bytes } = writeTable(write, job, name, join(job.path, `${name}.${extension}`));
      answer.rows += rows;
      answer.bytes += bytes;
      answer.parts.push(name);
    }
    return answer;
  };
}

function writeTable(
  write: TableWriter,
  { store, name, expect, done }: ExportJob,
  table: ExportTableName,
  path: string,
): { rows: number; bytes: number } {
  const made = exportTables[table](store, done);
  expect(made.records);
  const output = new OutputFile(path, name);
  try {
    const rows = write(made, output);
    output.finish();
    return { rows, bytes: output.bytes };
  } finally {
    output.close();
  }
}
