/** A folder of files for one test. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { importStudy, type ImportRequest } from '../../../main/engine/read/import.ts';
import type { Study } from '#app/study/study.ts';

export function makeTree(files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = mkdtempSync(join(tmpdir(), 'spectroscope-tree-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

export function quietCall(signal: AbortSignal = new AbortController().signal) {
  return { id: 1, signal, progress: () => undefined };
}

export async function importPaths(paths: string[], request: Partial<ImportRequest> = {}): Promise<Study> {
  return await importStudy({ paths, table: null, idColumn: null, fileColumn: null, ...request }, quietCall());
}

export async function importTree(files: Readonly<Record<string, string | Uint8Array>>): Promise<Study> {
  return await importPaths([makeTree(files)]);
}

/** Everything that an import said: messages of problems and reasons of exclusion. */
export function said(study: Study): string[] {
  return study.problems.map(({ message }) => message);
}

export function excluded(study: Study): Record<string, string> {
  return Object.fromEntries(
    study.subjects.flatMap(({ id, excluded: reason }) => (reason === null ? [] : [[id, reason]])),
  );
}
