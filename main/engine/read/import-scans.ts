/** Looks at the scans of all subjects: a few files at a time, each read once and checked to its last byte. */
import { join } from 'node:path';
import { SpectroscopeError } from '#app/contract/errors.ts';
import { listed } from '#app/study/labelling.ts';
import type { Problem, Scan, Subject } from '#app/study/study.ts';
import type { Call } from '../serve/handlers.ts';
import { inParallel } from './in-parallel.ts';
import { checkVolume, readVolumeHeader, sha256Of, type CheckedScan } from './nifti.ts';
import { readWhole } from './read-file.ts';

/** Inflating runs in Node's thread pool, so a few files at once use the cores; more would only take memory. */
const filesAtOnce = 4;

/** 'whole': every byte, which finds truncated and damaged files; 'header': enough for files that are known. */
export type ScanCheck = 'whole' | 'header';

export interface ScanOf {
  subject: Subject;
  /** Relative to the root. */
  file: string;
}

/**
 * Fills in the scans of the subjects; a subject whose scan is broken is excluded with the reason.
 * @returns what was found
 * @throws SpectroscopeError (kind 'cancelled')
 */
export async function importScans(
  root: string,
  scans: readonly ScanOf[],
  check: ScanCheck,
  call: Pick<Call, 'signal' | 'progress'>,
): Promise<Problem[]> {
  let done = 0;
  const problems = await inParallel(scans, filesAtOnce, { what: 'The import', signal: call.signal }, async (scan) => {
    const found = await importScan(root, scan, check, call.signal);
    call.progress('Reading scans', ++done, scans.length, found[0]?.message ?? scan.file);
    return found;
  });
  return [...problems.flat(), ...sameContent(scans), ...unlikeShapes(scans)];
}

async function importScan(
  root: string,
  { subject, file }: ScanOf,
  check: ScanCheck,
  signal: AbortSignal,
): Promise<Problem[]> {
  try {
    const { header, bytes, sha256 } = await (check === 'whole'
      ? checkVolume(join(root, file), signal)
      : checkHeader(join(root, file)));
    const { shape, spacingMm, orientation, dataType } = header;
    subject.scan = { path: file, bytes, sha256, shape, spacingMm, orientation, dataType };
    return header.problems.map((problem) => ({ ...problem, file, subject: subject.id }));
  } catch (error) {
    if (!(error instanceof SpectroscopeError) || error.kind !== 'input') throw error;
    subject.excluded ??= error.message;
    return [
      {
        code: error.code,
        severity: 'error',
        file,
        subject: subject.id,
        field: error.field ?? null,
        message: error.message,
      },
    ];
  }
}

async function checkHeader(path: string): Promise<CheckedScan> {
  const [header, content] = await Promise.all([readVolumeHeader(path), readWhole(path)]);
  return { header, bytes: content.length, sha256: sha256Of(content) };
}

function sameContent(scans: readonly ScanOf[]): Problem[] {
  const byHash = new Map<string, ScanOf[]>();
  for (const scan of scans) {
    const hash = scan.subject.scan?.sha256;
    if (hash !== undefined) byHash.set(hash, [...(byHash.get(hash) ?? []), scan]);
  }
  return [...byHash.values()]
    .filter((alike) => alike.length > 1)
    .map((alike) => ({
      code: 'scan-twice',
      severity: 'warning' as const,
      file: alike[0]?.file ?? null,
      subject: alike[1]?.subject.id ?? null,
      field: null,
      message: `The scans of ${listed(
        alike.map(({ subject }) => subject.id),
        5,
      )} have the same content. Exclude the copies, or a subject is in training and validation at once.`,
    }));
}

/** Scans are brought to one grid before training; a few that differ may be of another kind. */
function unlikeShapes(scans: readonly ScanOf[]): Problem[] {
  const describe = (scan: Scan) =>
    `${scan.shape.join(' x ')} voxels of ${scan.spacingMm.map((mm) => Number(mm.toPrecision(3))).join(' x ')} mm`;
  const byGrid = new Map<string, ScanOf[]>();
  for (const entry of scans) {
    const { scan } = entry.subject;
    if (scan === null) continue;
    byGrid.set(describe(scan), [...(byGrid.get(describe(scan)) ?? []), entry]);
  }
  const grids = [...byGrid].sort((a, b) => b[1].length - a[1].length);
  const [most] = grids;
  if (most === undefined) return [];
  return grids.slice(1).map(([grid, alike]) => ({
    code: 'scan-grid-differs',
    severity: 'warning' as const,
    file: alike[0]?.file ?? null,
    subject: alike[0]?.subject.id ?? null,
    field: 'shape',
    message: `${alike.length === 1 ? 'The scan' : `${alike.length} scans`} of ${listed(
      alike.map(({ subject }) => subject.id),
      5,
    )} ${alike.length === 1 ? 'has' : 'have'} ${grid}, most have ${most[0]}. Check that they are of the same kind.`,
  }));
}
