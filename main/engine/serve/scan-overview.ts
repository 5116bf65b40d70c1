/** All scans of the open study at a glance: a small picture of each, and how unlike the others it is. */
import { resolve } from 'node:path';
import { inputError, SpectroscopeError } from '#app/contract/errors.ts';
import type { ScanOutlier, ScanThumbnail } from '#app/contract/scans.ts';
import { deviations, outlierness, type Deviation } from '#app/data/outlierness.ts';
import { unknownOrientation } from '#app/data/orientation.ts';
import type { Scan, Study, Subject } from '#app/study/study.ts';
import { t } from '#app/text/text.ts';
import { inParallel } from '../read/in-parallel.ts';
import { LookCache } from '../read/look-cache.ts';
import { lookAtScan, scansAtOnce, thumbnailOfScan } from '../read/scan-look.ts';
import type { Call, Handlers } from './handlers.ts';

interface Open {
  study: Study;
  root: string;
}

/** @param cache folder of what is known of scans; made if absent */
export function overviewHandlers(
  openStudy: () => Open | null,
  cache: string,
): Handlers<'scan.outliers' | 'scan.thumbnails'> {
  function present(): Open {
    const open = openStudy();
    if (open === null) throw inputError('no-study', t('No study is open. Open or import one on the Data page.'));
    return open;
  }
  async function withLooks<T>(work: (looks: LookCache) => Promise<T>): Promise<T> {
    const looks = new LookCache(cache);
    try {
      return await work(looks);
    } finally {
      looks.close();
    }
  }
  return {
    'scan.outliers': async (_, call) => {
      const { study, root } = present();
      const subjects = study.subjects.filter(({ scan }) => scan !== null);
      return await withLooks(async (looks) => rank(subjects, await lookAtAll(subjects, root, looks, call)));
    },
    'scan.thumbnails': async ({ subjects }, { signal }) => {
      const { study, root } = present();
      const byId = new Map(study.subjects.map((subject) => [subject.id, subject]));
      return await withLooks((looks) =>
        inParallel(subjects, scansAtOnce, { what: t('Drawing scans'), signal }, (id) =>
          thumbnail(id, byId.get(id)?.scan ?? null, root, looks, signal),
        ),
      );
    },
  };
}

type Looked = { scan: Scan; problem: null } | { scan: null; problem: string };

/** Studies that were imported by headers alone (the samples) are looked at now; the others know their values already. */
async function lookAtAll(
  subjects: readonly Subject[],
  root: string,
  looks: LookCache,
  { signal, progress }: Pick<Call, 'signal' | 'progress'>,
): Promise<Looked[]> {
  let done = 0;
  return await inParallel(subjects, scansAtOnce, { what: t('Looking at scans'), signal }, async ({ id, scan }) => {
    const known = scan as Scan;
    if (known.statistics !== undefined) return { scan: known, problem: null };
    const looked = await readable(async () => {
      const { statistics } = await lookAtScan(resolve(root, known.path), looks, signal);
      return statistics === null ? known : { ...known, statistics };
    });
    progress(t('Looking at scans'), ++done, subjects.length, id);
    return typeof looked === 'string' ? { scan: null, problem: looked } : { scan: looked, problem: null };
  });
}

function rank(subjects: readonly Subject[], looked: readonly Looked[]): ScanOutlier[] {
  const measures = deviations(looked.map(({ scan }) => scan));
  const ranked = subjects.map(({ id }, index) => ({
    subject: id,
    outlierness: outlierness(measures[index] ?? null),
    reason: looked[index]?.problem ?? reasonOf(measures[index]?.[0]),
  }));
  // In the order of the study where nothing tells them apart.
  return ranked.sort((a, b) => b.outlierness - a.outlierness);
}

function reasonOf(largest: Deviation | undefined): string {
  if (largest === undefined) return '';
  const { measure, found, median, z } = largest;
  const number = (value: number): string => String(Number(value.toPrecision(3)));
  const unit = measure === 'foreground volume' ? ' ml' : '';
  return t('{measure} {found}{unit}, median {median}{unit} (robust z {z})', {
    measure,
    found: number(found),
    unit,
    median: number(median),
    z: z.toFixed(1),
  });
}

async function thumbnail(
  subject: string,
  scan: Scan | null,
  root: string,
  looks: LookCache,
  signal: AbortSignal,
): Promise<ScanThumbnail> {
  const none = { subject, thumbnail: null, sided: false };
  if (scan === null) return { ...none, problem: t('{subject}: has no scan.', { subject }) };
  const made = await readable(() => thumbnailOfScan(resolve(root, scan.path), scan.sha256, looks, signal));
  if (typeof made === 'string') return { ...none, problem: made };
  return { subject, thumbnail: made, problem: null, sided: scan.orientation !== unknownOrientation };
}

/** @returns the sentence that says why, where a file cannot be read */
async function readable<T extends object>(work: () => Promise<T>): Promise<T | string> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SpectroscopeError && error.kind === 'input') return error.message;
    throw error;
  }
}
