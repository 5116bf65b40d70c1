/** Which files of a folder are DICOM, and what their headers say. */
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isTableName } from '#app/data/table-name.ts';
import { inputError } from '#app/contract/errors.ts';
import { formatBytes } from '#app/data/bytes.ts';
import { parseDicom, type DicomHeader } from '#app/data/dicom/header.ts';
import type { DicomImage } from '#app/data/dicom/series.ts';
import { isConverted } from '#app/data/dicom/transfer-syntax.ts';
import { told } from '#app/study/problem-words.ts';
import type { Problem } from '#app/study/study.ts';
import { sentence, type Sentence, type Words } from '#app/text/sentence.ts';
import { t } from '#app/text/text.ts';
import type { Call } from '../../serve/handlers.ts';
import { isScan } from '../find-files.ts';
import { inParallel } from '../in-parallel.ts';

/** Most headers end within so many bytes; where they do not, more is read. */
const firstBytes = 16_384;
/** Headers of enhanced images with thousands of frames take megabytes; more than this is no header. */
const mostHeaderBytes = 64 * 1024 ** 2;
/** More bytes per pixel than this no compression saves: the header claims an image that the file cannot hold. */
const mostCompression = 1000;
const filesAtOnce = 16;

export interface FoundImages {
  images: DicomImage[];
  /** Images that cannot be read, by their path, and why. */
  broken: Map<string, Problem>;
}

/** @param files relative to the folder */
export async function findImages(
  folder: string,
  files: readonly string[],
  { signal, progress }: Pick<Call, 'signal' | 'progress'>,
): Promise<FoundImages> {
  const candidates = files.filter(mayBeDicom);
  let done = 0;
  const found = await inParallel(candidates, filesAtOnce, { what: t('The import'), signal }, async (path) => {
    const image = await readImage(folder, path);
    done++;
    if (done % 50 === 0) progress(t('Looking for DICOM images'), done, candidates.length, path);
    return image;
  });
  const images = found.filter((each) => each !== null);
  const broken = images.flatMap((image) => problemOf(image).map((problem) => [image.path, problem] as const));
  return { images, broken: new Map(broken) };
}

function mayBeDicom(path: string): boolean {
  const name = basename(path);
  if (isScan(path) || isTableName(path) || /^(DICOMDIR|LICEN[CS]E|README.*)$/i.test(name)) return false;
  return !/\.(json|xml|html?|md|pdf|png|jpe?g|gif|bmp|zip|gz|tar|7z|mat|npy|npz|bvals?|bvecs?|xlsx?|docx?|py|m|sh|log)$/i.test(
    name,
  );
}

/** @returns null: not DICOM, or not to be read */
async function readImage(folder: string, path: string): Promise<DicomImage | null> {
  let file;
  try {
    file = await open(join(folder, path));
    const { size } = await file.stat();
    for (let wanted = firstBytes; ; wanted *= 8) {
      const bytes = Buffer.alloc(Math.min(wanted, size));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
      const isWhole = bytesRead >= size || wanted >= mostHeaderBytes;
      const parsed = parseDicom(bytes.subarray(0, bytesRead), isWhole);
      if (parsed.state === 'header') return { path, bytes: size, header: parsed.header };
      if (parsed.state === 'other' || isWhole) return null;
    }
  } catch {
    return null;
  } finally {
    await file?.close();
  }
}

/** What keeps an image from being read at all. */
function problemOf({ path, bytes, header }: DicomImage): Problem[] {
  const error = (code: string, field: string | null, found: Words, expected: Words, message: Sentence): Problem[] => [
    {
      ...{ code, severity: 'error', file: path, subject: null, field },
      ...told({ found, expected, message }),
    },
  ];
  if (!isConverted(header.transferSyntax)) {
    return error(
      'dicom-transfer-syntax',
      'TransferSyntaxUID',
      `${header.syntaxName} (${header.transferSyntax})`,
      sentence('uncompressed, RLE, JPEG, JPEG-LS or JPEG 2000'),
      sentence(
        '{path}: its pixels are written as {syntax}, which is not read here. Convert it first (gdcmconv --raw, dcmdjpeg).',
        { path, syntax: header.syntaxName },
      ),
    );
  }
  if (header.pixels === null || header.rows === 0) return [];
  const pixels =
    header.rows * header.columns * header.frames * header.samplesPerPixel * Math.ceil(header.bitsAllocated / 8);
  const there = bytes - header.pixels.offset;
  // A header may give an odd number of bytes its padding; what counts is that the pixels are all there.
  const missing = header.pixels.bytes === null ? there * mostCompression < pixels : there < pixels;
  if (missing) {
    return error(
      'dicom-truncated',
      'PixelData',
      formatBytes(Math.max(0, there)),
      formatBytes(pixels),
      sentence('{path}: the file ends after {percent} % of its pixels. Copy it again.', {
        path,
        percent: Math.max(0, Math.floor((100 * there) / pixels)),
      }),
    );
  }
  return [];
}

/** The transfer syntax of an image that could not be converted, for the sentence that says so. */
export function syntaxesOf(headers: readonly DicomHeader[]): string {
  return [...new Set(headers.map(({ syntaxName }) => syntaxName))].join(', ');
}

export function noSeries(folder: string, wanted: string | null, descriptions: readonly string[]) {
  const there = descriptions.map((description) => `'${description}'`).join(', ');
  return inputError(
    'dicom-no-series',
    there === ''
      ? sentence('{folder}: holds DICOM images, but none that can be read as a series.', { folder })
      : wanted === null
        ? sentence('{folder}: holds DICOM images, but no series that may be a scan. Its series are: {there}.', {
            folder,
            there,
          })
        : sentence("{folder}: no DICOM series has a description like '{wanted}'. Its series are: {there}.", {
            folder,
            wanted,
            there,
          }),
    {
      file: folder,
      field: 'SeriesDescription',
      found: there || 'none',
      expected: wanted === null ? sentence('a series of slices') : `'${wanted}'`,
    },
  );
}
