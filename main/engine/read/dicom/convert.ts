/** A series of DICOM images as one NIfTI scan, made once and kept by the content of its images. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import * as v from 'valibot';
import { cancelled, inputError } from '#app/contract/errors.ts';
import { clean, type DicomSeries } from '#app/data/dicom/series.ts';
import { sentence, sentenceSchema, type Words } from '#app/text/sentence.ts';
import { t } from '#app/text/text.ts';
import { readWhole } from '../read-file.ts';
import { sha256Of } from '../nifti.ts';
import type { ConversionReply, ConversionRequest } from './convert-worker.ts';
import { syntaxesOf } from './find-images.ts';

/** Changes whenever the same images would become another scan. */
const version = 1;
/** A damaged image can send the converter round for ever. */
const patienceMs = (bytes: number): number => 30_000 + bytes / 1000;

/** Warnings that touch neither the values nor the place of voxels. */
const harmless = /empty protocol|manufacturer|slice timing|moco/i;

export interface ConvertedSeries {
  /** Absolute. */
  path: string;
  /** What dcm2niix warned of. */
  warnings: Words[];
}

const aboutSchema = v.object({ scan: v.string(), warnings: v.array(v.union([v.string(), sentenceSchema])) });

/** Beside this module: the source when run from TypeScript, the packed module `convert-worker.mjs` when bundled. */
const workerModule = new URL(
  import.meta.url.endsWith('.ts') ? './convert-worker.ts' : './convert-worker.mjs',
  import.meta.url,
);

/**
 * @param folder absolute, that the images' paths start from
 * @param cache absolute folder, made if absent
 * @throws SpectroscopeError (kind 'input'; 'cancelled' when the signal is aborted)
 */
export async function convertSeries(
  series: DicomSeries,
  folder: string,
  cache: string,
  signal: AbortSignal,
): Promise<ConvertedSeries> {
  await mkdir(join(cache, 'dicom'), { recursive: true });
  // The command line reaches its cache over a link that goes when it ends.
  const kept = await realpath(join(cache, 'dicom'));
  const place = join(kept, await keyOf(series, folder, signal));
  const known = await readKept(place);
  if (known !== null) return known;
  const staged = await mkdtemp(join(kept, 'part-'));
  try {
    const files = series.images.map(({ path }) => join(folder, path));
    const bytes = series.images.reduce((sum, image) => sum + image.bytes, 0);
    const reply = await inWorker({ files, into: staged }, patienceMs(bytes), series, signal);
    const about = chosen(reply, series);
    const scan = `${clean(series.description) || 'scan'}.nii.gz`;
    await rename(join(staged, about.scan), join(staged, scan));
    await writeFile(join(staged, 'about.json'), JSON.stringify({ ...about, scan }));
    // Another import may have been faster; what it made is the same.
    await rename(staged, place).catch(() => undefined);
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
  const made = await readKept(place);
  if (made !== null) return made;
  throw notConverted(series, sentence('what was converted could not be kept'));
}

/** Sorted, so that names and order do not matter. */
async function keyOf(series: DicomSeries, folder: string, signal: AbortSignal): Promise<string> {
  const hashes: string[] = [];
  for (const { path } of series.images) {
    if (signal.aborted) throw cancelled(t('The import'));
    hashes.push(sha256Of(await readWhole(join(folder, path))));
  }
  return createHash('sha256')
    .update(JSON.stringify([version, ...hashes.sort()]))
    .digest('hex')
    .slice(0, 32);
}

async function readKept(place: string): Promise<ConvertedSeries | null> {
  try {
    const about = v.parse(aboutSchema, JSON.parse(await readFile(join(place, 'about.json'), 'utf8')));
    const path = join(place, about.scan);
    await stat(path);
    return { path, warnings: about.warnings };
  } catch {
    await rm(place, { recursive: true, force: true });
    return null;
  }
}

async function inWorker(
  request: ConversionRequest,
  patience: number,
  series: DicomSeries,
  signal: AbortSignal,
): Promise<ConversionReply> {
  if (signal.aborted) throw cancelled(t('The import'));
  const worker = new Worker(workerModule, { workerData: request, execArgv: [], stdout: true, stderr: true });
  let timer: NodeJS.Timeout | undefined;
  let stop: (() => void) | undefined;
  try {
    return await new Promise<ConversionReply>((resolve, reject) => {
      stop = () => reject(cancelled(t('The import')));
      signal.addEventListener('abort', stop);
      timer = setTimeout(
        () => reject(notConverted(series, sentence('the converter did not come to an end'))),
        patience,
      );
      worker.once('message', resolve);
      worker.once('error', (error) => reject(notConverted(series, String(error))));
      worker.once('exit', () => reject(notConverted(series, sentence('the converter ended without an answer'))));
    });
  } finally {
    clearTimeout(timer);
    if (stop !== undefined) signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}

/**
 * Of several scans the one that was put straight for unequal distances or a tilted gantry, then the largest; phase and
 * complex parts are none.
 */
function chosen({ exitCode, scans, lines }: ConversionReply, series: DicomSeries): { scan: string; warnings: Words[] } {
  const rank = ({ name }: { name: string }): number =>
    Number(/_(Eq|Tilt)/.test(name)) - 2 * Number(/_(ph|real|imaginary|ROI\d*)(_|\.|\d)/.test(name));
  const [best] = [...scans].sort((a, b) => rank(b) - rank(a) || b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
  const warnings: Words[] = lines
    .filter((line) => /^\s*(warning|error)/i.test(line) && !harmless.test(line))
    .map((line) =>
      line
        .replace(/^\s*(warning|error):?\s*/i, '')
        .replaceAll(/\/in\/\S+/g, 'an image')
        .replace(/\.?\s*$/, ''),
    );
  if (best === undefined) throw notConverted(series, warnings[0] ?? sentence('exit code {exitCode}', { exitCode }));
  if (scans.length > 1)
    warnings.push(
      sentence('the series became {scans} scans, one was taken ({name})', { scans: scans.length, name: best.name }),
    );
  return { scan: best.name, warnings: [...new Set(warnings)] };
}

function notConverted({ subject, description, images }: DicomSeries, reason: Words) {
  const syntax = syntaxesOf(images.map(({ header }) => header));
  return inputError(
    'dicom-not-converted',
    sentence(
      "{subject}: the DICOM series '{description}' could not be converted ({reason}; pixels: {syntax}). Export it again or choose another series.",
      { subject, description, reason, syntax },
    ),
    { file: images[0]?.path ?? description, found: reason, expected: sentence('images that dcm2niix converts') },
  );
}
