/** Looks at the scans of all subjects: a few files at a time, each read once and checked to its last byte. */
import { resolve } from 'node:path';
import { SpectroscopeError } from '#app/contract/errors.ts';
import { toldOf } from '#app/study/problem-words.ts';
import type { Problem } from '#app/study/study.ts';
import { inWriting } from '#app/text/sentence.ts';
import { t } from '#app/text/text.ts';
import type { Call } from '../serve/handlers.ts';
import { compareScans, type ScanOf } from './compare-scans.ts';
import { inParallel } from './in-parallel.ts';
import { LookCache } from './look-cache.ts';
import { lookAtHeader, lookAtScan, scansAtOnce } from './scan-look.ts';

/** 'whole': every byte, which finds truncated and damaged files; 'header': enough for files that are known. */
export type ScanCheck = 'whole' | 'header';

/**
 * Fills in the scans of the subjects; a subject whose scan is broken is excluded with the reason.
 * @param cache folder of what is known of scans (made if absent); null: nothing is kept
 * @returns what was found
 * @throws SpectroscopeError (kind 'cancelled')
 */
export async function importScans(
  root: string,
  scans: readonly ScanOf[],
  check: ScanCheck,
  cache: string | null,
  call: Pick<Call, 'signal' | 'progress'>,
): Promise<Problem[]> {
  const looks = cache === null || scans.length === 0 || check === 'header' ? null : new LookCache(cache);
  const look = check === 'whole' ? (path: string) => lookAtScan(path, looks, call.signal) : lookAtHeader;
  let done = 0;
  try {
    const problems = await inParallel(
      scans,
      scansAtOnce,
      { what: t('The import'), signal: call.signal },
      async (scan) => {
        const found = await importScan(root, scan, look);
        call.progress(t('Reading scans'), ++done, scans.length, found[0]?.message ?? scan.file);
        return found;
      },
    );
    return [...problems.flat(), ...compareScans(scans)];
  } finally {
    looks?.close();
  }
}

async function importScan(
  root: string,
  { subject, file, path }: ScanOf,
  look: (path: string) => ReturnType<typeof lookAtHeader>,
): Promise<Problem[]> {
  try {
    const { header, bytes, sha256, statistics } = await look(resolve(root, path));
    const { shape, spacingMm, orientation, dataType } = header;
    // A negative zero is lost in JSON: the study is the same before and after it is saved.
    const affine = header.affine.map((element) => element + 0);
    subject.scan = {
      ...{ path, bytes, sha256, shape, spacingMm, orientation, dataType, affine },
      ...(statistics === null ? {} : { statistics }),
    };
    return header.problems.map((problem) => ({ ...problem, file, subject: subject.id }));
  } catch (error) {
    if (!(error instanceof SpectroscopeError) || error.kind !== 'input') throw error;
    subject.excluded ??= inWriting(error.said.message ?? error.message);
    return [
      {
        code: error.code,
        severity: 'error',
        file,
        subject: subject.id,
        field: error.field ?? null,
        ...toldOf(error),
      },
    ];
  }
}
