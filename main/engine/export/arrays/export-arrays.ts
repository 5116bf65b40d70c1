/** The arrays of a session as one file, in two formats. */
import { statSync } from 'node:fs';
import type { ExportAnswer } from '#app/contract/export.ts';
import type { ExportJob } from '../exporter.ts';
import { OutputFile } from '../output-file.ts';
import { writeHdf5 } from './hdf5.ts';
import { NpzFile } from './npz.ts';
import { arrayRecords, sessionArrays } from './session-arrays.ts';
import type { ArraySink, Attributes, NumberArray, NumberType } from './sink.ts';

export function exportNpz(job: ExportJob): ExportAnswer {
  const output = new OutputFile(job.path, job.name);
  try {
    const sink = new CountedArrays(new NpzFile(output));
    writeArrays(job, sink);
    output.finish();
    return { rows: sink.rows, parts: sink.names, bytes: output.bytes };
  } finally {
    output.close();
  }
}

export async function exportHdf5(job: ExportJob): Promise<ExportAnswer> {
  const { rows, names } = await writeHdf5(job.path, job.name, (sink) => {
    const counted = new CountedArrays(sink);
    writeArrays(job, counted);
    return counted;
  });
  return { rows, parts: names, bytes: statSync(job.path).size };
}

function writeArrays({ store, parts, expect, done }: ExportJob, sink: ArraySink): void {
  expect(arrayRecords(store, parts));
  sessionArrays(store, sink, { parts, done });
  sink.finish();
}

/** Counts what passes. */
class CountedArrays implements ArraySink {
  readonly names: string[] = [];
  rows = 0;
  private readonly sink: ArraySink;

  constructor(sink: ArraySink) {
    this.sink = sink;
  }

  attributes(path: string, attributes: Attributes): void {
    this.sink.attributes(path, attributes);
  }

  numbers(path: string, type: NumberType, shape: readonly number[]): NumberArray {
    this.count(path, shape[0] ?? 1);
    return this.sink.numbers(path, type, shape);
  }

  texts(path: string, texts: readonly string[]): void {
    this.count(path, texts.length);
    this.sink.texts(path, texts);
  }

  finish(): void {
    this.sink.finish();
  }

  private count(path: string, rows: number): void {
    this.names.push(path);
    this.rows += rows;
  }
}
