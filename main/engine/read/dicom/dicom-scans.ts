/** A folder of DICOM images as scans of subjects: one series of each, converted; the others set aside with the reason. */
import { basename, relative, sep } from 'node:path';
import { SpectroscopeError } from '#app/contract/errors.ts';
import type { ExaminationFacts } from '#app/data/dicom/visit-rows.ts';
import { gapsOf } from '#app/data/dicom/gaps.ts';
import { bestSeries, examinationsOf, rankSeries, sortSeries, type DicomSeries } from '#app/data/dicom/series.ts';
import { told, toldAgain, toldOf } from '#app/study/problem-words.ts';
import type { Problem } from '#app/study/study.ts';
import { sentence } from '#app/text/sentence.ts';
import { t } from '#app/text/text.ts';
import type { Call } from '../../serve/handlers.ts';
import { inParallel } from '../in-parallel.ts';
import { convertSeries } from './convert.ts';
import {
  identifying,
  listOf,
  missingImages,
  noneOf,
  otherExaminations,
  quoted,
  slicesMissing,
  type Chosen,
} from './dicom-problems.ts';
import { findImages, noSeries } from './find-images.ts';

/** Each has a thread, and the images of its series in memory. */
const seriesAtOnce = 2;

/** An examination of a subject with a series that may be its scan. */
export interface Examination extends ExaminationFacts {
  /** 'ses-1' is the earliest; '' where there is one. */
  visit: string;
  /** What stands for its scan. */
  name: string;
  /** Whether the subject's scan is of it, where one is taken of each. */
  used: boolean;
}

export interface DicomScans {
  /**
   * What stands for each subject's scan while subjects and files are matched (named after the subject), and the converted
   * file's path relative to the folder; null: it could not be converted, and the problems say why.
   */
  scans: Map<string, string | null>;
  /** By what stands for the subject's scan: the examinations with such a series, the earliest first. */
  examinations: Map<string, Examination[]>;
  /** Converted scans of examinations, where all of them are asked for. */
  visits: Map<string, string | null>;
  problems: Problem[];
}

export interface DicomChoice {
  /** Description of the series; null: the one that looks like an anatomical scan. */
  wanted: string | null;
  /** Of who was examined more than once: the best series of all examinations, or one of each. */
  rows: 'one' | 'all';
}

/**
 * @param files of the folder, relative to it
 * @returns null when there are no DICOM images
 * @throws SpectroscopeError (kind 'input' when no series fits any subject; 'cancelled')
 */
export async function dicomScans(
  folder: string,
  files: readonly string[],
  { wanted, rows }: DicomChoice,
  cache: string,
  call: Pick<Call, 'signal' | 'progress'>,
): Promise<DicomScans | null> {
  const { images, broken } = await findImages(folder, files, call);
  if (images.length === 0) return null;
  const series = sortSeries(images, basename(folder));
  const subjects = [...new Set(series.map(({ subject }) => subject))];
  const asWhole = subjects.map((subject) => wholeOf(subject, series, wanted));
  if (asWhole.every((each) => each.series === null)) {
    throw noSeries(basename(folder), wanted, [...new Set(series.map(({ description }) => description))]);
  }
  const byVisit = new Map(
    asWhole.map((whole) => [whole.name, visitsOf(whole, series, wanted)] as const).filter(([, own]) => own.length > 1),
  );
  const chosen = asWhole.flatMap((whole) => (rows === 'all' ? (byVisit.get(whole.name) ?? [whole]) : [whole]));
  let done = 0;
  const title = t('Converting DICOM series');
  call.progress(title, 0, chosen.length, '');
  const converted = await inParallel(
    chosen,
    seriesAtOnce,
    { what: title, signal: call.signal },
    async ({ subject, series: one, name }) => {
      const result =
        one === null
          ? { path: null, problems: [noneOf(subject, name, series, wanted)] }
          : (brokenSeries(one, name, broken) ??
            mostlyMissing(one, name) ??
            (await convert(one, name, folder, cache, call.signal)));
      call.progress(title, ++done, chosen.length, `${subject}: ${one?.description ?? t('no series')}`);
      return result;
    },
  );
  const problems = [
    ...converted.flatMap((each) => each.problems),
    ...missingImages(chosen),
    ...identifying(series),
    ...(rows === 'all' ? [] : otherExaminations(asWhole, byVisit)),
    ...listOf(series, new Map(chosen.map((each, at) => [each.series, (converted[at]?.path ?? null) !== null]))),
  ];
  const paths = chosen.map(({ name, visit }, at) => ({
    name,
    visit,
    path: converted[at]?.path ?? null,
  }));
  const pathsWhere = (wants: (visit: string) => boolean): [string, string | null][] =>
    paths.flatMap(({ name, visit, path }) => (wants(visit) ? [[name, path]] : []));
  return {
    scans: new Map([
      ...pathsWhere((visit) => visit === ''),
      // Matched by the subject; which examination is which row is told after.
      ...(rows === 'all' ? [...byVisit.keys()].map((name): [string, null] => [name, null]) : []),
    ]),
    examinations: new Map(
      asWhole.flatMap((whole) =>
        whole.series === null
          ? []
          : [[whole.name, (byVisit.get(whole.name) ?? [whole]).map((each) => examinationOf(each, whole))]],
      ),
    ),
    visits: new Map(pathsWhere((visit) => visit !== '')),
    problems,
  };
}

function wholeOf(subject: string, series: readonly DicomSeries[], wanted: string | null): Chosen {
  const own = series.filter((each) => each.subject === subject);
  const above = own[0]?.above ?? '';
  const name = `${above === '' ? '' : `${above}/`}${subject}.nii.gz`;
  return { subject, series: bestSeries(own, wanted), name, visit: '' };
}

/** The series of each examination that has one. */
function visitsOf({ subject, name }: Chosen, series: readonly DicomSeries[], wanted: string | null): Chosen[] {
  const examinations = examinationsOf(series.filter((each) => each.subject === subject));
  return examinations
    .flatMap((own) => rankSeries(own, wanted)[0] ?? [])
    .map((best, at) => {
      const visit = `ses-${at + 1}`;
      return { subject, series: best, name: name.replace(/\.nii\.gz$/, `_${visit}.nii.gz`), visit };
    });
}

function examinationOf({ visit, name, series }: Chosen, whole: Chosen): Examination {
  const first = series?.images[0];
  const folders = first?.path.split('/').slice(0, -1) ?? [];
  return { visit, name, time: first?.header.studyTime ?? '', folders, used: series === whole.series };
}

interface Conversion {
  path: string | null;
  problems: Problem[];
}

async function convert(
  series: DicomSeries,
  name: string,
  folder: string,
  cache: string,
  signal: AbortSignal,
): Promise<Conversion> {
  const { subject, description } = series;
  try {
    const { path, warnings } = await convertSeries(series, folder, cache, signal);
    const problems: Problem[] = [];
    if (warnings.length > 0) {
      problems.push({
        ...{ code: 'dicom-converted-with-warnings', severity: 'warning', file: name, subject, field: null },
        ...told({
          // What was warned of alone, which says itself.
          found: { text: '{warnings}', values: { warnings } },
          expected: sentence('a conversion without warnings'),
          message: sentence(
            '{subject}: converting the DICOM series {description} gave warnings: {warnings}. Compare the scan with its source.',
            { subject, description: quoted(description), warnings: warnings.slice(0, 3) },
          ),
        }),
      });
    }
    return { path: relative(folder, path).split(sep).join('/'), problems };
  } catch (error) {
    if (!(error instanceof SpectroscopeError) || error.kind !== 'input') throw error;
    const problem: Problem = {
      ...{ code: error.code, severity: 'error', file: name, subject, field: error.field ?? null },
      ...toldOf(error),
    };
    return { path: null, problems: [problem] };
  }
}

/** What is left of a series with so many holes lies elsewhere than it seems to. */
function mostlyMissing(series: DicomSeries, name: string): Conversion | null {
  const gaps = gapsOf(series);
  return gaps === null || gaps.missing <= gaps.present
    ? null
    : { path: null, problems: [slicesMissing(series, name, gaps)] };
}

/** A series that lacks a slice would become a scan with a hole: it is not converted. */
function brokenSeries(series: DicomSeries, name: string, broken: ReadonlyMap<string, Problem>): Conversion | null {
  const own = series.images.map(({ path }) => broken.get(path)).filter((problem) => problem !== undefined);
  const [first] = own;
  if (first === undefined) return null;
  const { subject, description, images } = series;
  const words = sentence(
    '{subject}: {own} of the {images} images of the DICOM series {description} cannot be read. {message}',
    {
      subject,
      own: own.length,
      images: images.length,
      description: quoted(description),
      message: first.said?.message ?? first.message,
    },
  );
  return { path: null, problems: [{ ...first, file: name, subject, ...toldAgain(first, words) }] };
}
