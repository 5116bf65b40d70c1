/**
 * The thread that converts one series: dcm2niix, compiled to WebAssembly, on files that are copied into its own memory. It
 * ends with its answer, and its memory with it.
 */
import '../../speak.ts';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';

export interface ConversionRequest {
  /** Absolute paths, in the order of the slices. */
  files: readonly string[];
  /** Absolute folder that takes the scans. */
  into: string;
}

export interface ConversionReply {
  exitCode: number;
  /** File names of the scans in `into`, and their sizes before compression. */
  scans: { name: string; bytes: number }[];
  /** What dcm2niix printed. */
  lines: string[];
}

/** What is used of the module that Emscripten makes. */
interface Converter {
  FS: {
    mkdir(path: string): void;
    readdir(path: string): string[];
    readFile(path: string): Uint8Array;
    createDataFile(folder: string, name: string, data: Uint8Array, canRead: boolean, canWrite: boolean): void;
  };
  callMain(args: string[]): number;
}
type Factory = (options: { print(line: string): void; printErr(line: string): void }) => Promise<Converter>;

/** Fast: the scan is read more often than it is written, and disks are large. */
const compression = 1;

async function convert({ files, into }: ConversionRequest): Promise<ConversionReply> {
  const lines: string[] = [];
  // The package opens a worker of a browser; the module beside it runs in Node as it is.
  const module = new URL('./dcm2niix.jpeg.js', import.meta.resolve('@niivue/dcm2niix'));
  const { default: start } = (await import(module.href)) as { default: Factory };
  const converter = await start({ print: (line) => lines.push(line), printErr: (line) => lines.push(line) });
  const { FS } = converter;
  FS.mkdir('/in');
  FS.mkdir('/out');
  files.forEach((file, index) => {
    FS.createDataFile('/in', `${String(index).padStart(6, '0')}.dcm`, readFileSync(file), true, true);
  });
  // Not compressed in WebAssembly, without the sidecar, which repeats what the header says of the person.
  const exitCode = converter.callMain(['-f', 'scan', '-z', 'n', '-b', 'n', '-o', '/out', '/in']);
  const names = FS.readdir('/out').filter((name) => name.endsWith('.nii'));
  const scans = names.map((name) => {
    const content = FS.readFile(`/out/${name}`);
    writeFileSync(join(into, `${name}.gz`), gzipSync(content, { level: compression }));
    return { name: `${name}.gz`, bytes: content.length };
  });
  return { exitCode, scans, lines };
}

parentPort?.postMessage(await convert(workerData as ConversionRequest));
