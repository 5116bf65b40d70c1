/** A folder of DICOM images as scans of subjects: one series of each, converted; the others listed with the reason. */
import { basename, relative, sep } from 'node:path';
import { SpectroscopeError } from '#app/contract/errors.ts';
import { examinationsOf, rankSeries, sortSeries, type DicomSeries } from '#app/data/dicom/series.ts';
import { listed } from '#app/study/labelling.ts';
import type { Problem } from '#app/study/study.ts';
import { t } from '#app/text/text.ts';
import type { Call } from '../../serve/handlers.ts';
import { inParallel } from '../in-parallel.ts';
import { convertSeries } from './convert.ts';
import { findImages, noSeries } from './find-images.ts';

/** Each has a thread, and the images of its series in memory. */
const seriesAtOnce = 2;

/** One of several examinations of a subject. */
export interface Examination {
  /** 'ses-1' is the earliest. */
  visit: string;
  /** What stands for its scan. */
  name: string;
}

export interface DicomScans {
  /**
   * What stands for each subject's scan while subjects and files are matched (named after the subject), and the converted
   * file's path relative to the folder; null: it could not be converted, and the problems say why.
   */
  scans: Map<string, string | null>;
  /** Of who was examined more than once, by what stands for the scan: the examinations with such a series. */
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

/** A series that becomes a scan. */
interface Chosen {
  subject: string;
  /** null: no series fits. */
  series: DicomSeries | null;
  name: string;
  /** '' where it stands for the subject as a whole. */
  visit: string;
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
          ? { path: null, problems: [noneOf(subject, series, wanted)] }
          : (brokenSeries(one, name, broken) ?? (await convert(one, name, folder, cache, call.signal)));
      call.progress(title, ++done, chosen.length, `${subject}: ${one?.description ?? 'no series'}`);
      return result;
    },
  );
  const problems = [
    ...converted.flatMap((each) => each.problems),
    ...missingImages(chosen),
    ...(rows === 'all' ? [] : otherExaminations(asWhole, byVisit)),
    ...listOf(
      series,
      chosen.map((each) => each.series),
    ),
  ];
  const paths = chosen.map(({ name, visit, series: one }, at) => ({
    name,
    visit,
    one,
    path: converted[at]?.path ?? null,
  }));
  const pathsWhere = (wants: (visit: string) => boolean): [string, string | null][] =>
    paths.flatMap(({ name, visit, one, path }) => (one !== null && wants(visit) ? [[name, path]] : []));
  return {
    scans: new Map([
      ...pathsWhere((visit) => visit === ''),
      // Matched by the subject; which examination is which row is told after.
      ...(rows === 'all' ? [...byVisit.keys()].map((name): [string, null] => [name, null]) : []),
    ]),
    examinations: new Map(
      [...byVisit].map(([name, own]) => [name, own.map(({ visit, name: each }) => ({ visit, name: each }))]),
    ),
    visits: new Map(pathsWhere((visit) => visit !== '')),
    problems,
  };
}

function wholeOf(subject: string, series: readonly DicomSeries[], wanted: string | null): Chosen {
  const own = series.filter((each) => each.subject === subject);
  const above = own[0]?.above ?? '';
  const name = `${above === '' ? '' : `${above}/`}${subject}.nii.gz`;
  return { subject, series: rankSeries(own, wanted)[0] ?? null, name, visit: '' };
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
        ...{ found: warnings.join('; '), expected: t('a conversion without warnings') },
        message: t(
          '{subject}: converting the DICOM series {description} gave warnings: {warnings}. Compare the scan with its source.',
          { subject, description: quoted(description), warnings: listed(warnings, 3) },
        ),
      });
    }
    return { path: relative(folder, path).split(sep).join('/'), problems };
  } catch (error) {
    if (!(error instanceof SpectroscopeError) || error.kind !== 'input') throw error;
    const problem: Problem = {
      ...{ code: error.code, severity: 'error', file: name, subject, field: error.field ?? null },
      ...{ found: error.found ?? null, expected: error.expected ?? null, message: error.message },
    };
    return { path: null, problems: [problem] };
  }
}

/** A series that lacks a slice would become a scan with a hole: it is not converted. */
function brokenSeries(series: DicomSeries, name: string, broken: ReadonlyMap<string, Problem>): Conversion | null {
  const own = series.images.map(({ path }) => broken.get(path)).filter((problem) => problem !== undefined);
  const [first] = own;
  if (first === undefined) return null;
  const { subject, description, images } = series;
  const words = t(
    '{subject}: {own} of the {images} images of the DICOM series {description} cannot be read. {message}',
    { subject, own: own.length, images: images.length, description: quoted(description), message: first.message },
  );
  return { path: null, problems: [{ ...first, file: name, subject, message: words }] };
}

/** Slices that are numbered have no gaps, unless some were not copied. */
function missingImages(chosen: readonly Chosen[]): Problem[] {
  return chosen.flatMap(({ series: each, name }) => {
    if (each === null) return [];
    const numbers = new Set(each.images.map(({ header }) => header.instanceNumber).filter((number) => number !== null));
    const all = [...numbers];
    const missing = Math.max(...all) - Math.min(...all) + 1 - numbers.size;
    if (all.length < 3 || missing === 0 || missing > numbers.size) return [];
    const { subject, description } = each;
    return [
      {
        ...{ code: 'dicom-slices-missing', severity: 'warning' as const, file: name, subject },
        ...{
          field: 'InstanceNumber',
          found: t('{numbers} images', { numbers: numbers.size }),
          expected: t('{numbers} images', { numbers: numbers.size + missing }),
        },
        message: t(
          '{subject}: the images of the DICOM series {description} are numbered with gaps: {missing} seem to be missing. Copy the series again.',
          { subject, description: quoted(description), missing },
        ),
      },
    ];
  });
}

/** Where one scan is taken of a subject, who was examined more than once is named: nothing is left out silently. */
function otherExaminations(subjects: readonly Chosen[], byVisit: ReadonlyMap<string, readonly Chosen[]>): Problem[] {
  return subjects.flatMap(({ subject, name }) => {
    const examinations = byVisit.get(name)?.length ?? 1;
    if (examinations < 2) return [];
    return [
      {
        ...{ code: 'dicom-examinations', severity: 'note' as const, file: null, subject, field: 'StudyInstanceUID' },
        ...{ found: t('{examinations} examinations', { examinations }), expected: t('one scan a subject') },
        message: t(
          '{subject}: was examined {examinations} times; the scan of one examination is used. To use all, take all rows of a person at import (--rows all): each examination becomes a row of the same person.',
          { subject, examinations },
        ),
      },
    ];
  });
}

function noneOf(subject: string, series: readonly DicomSeries[], wanted: string | null): Problem {
  const own = series.filter((each) => each.subject === subject).map(({ description }) => quoted(description));
  return {
    ...{ code: 'dicom-no-series', severity: 'error', file: null, subject, field: 'SeriesDescription' },
    found: listed(own, 10),
    expected: wanted === null ? t('a series of slices') : `'${wanted}'`,
    message:
      wanted === null
        ? t(
            '{subject}: no DICOM series may be a scan; there are {own}. Choose another description, or leave the subject out.',
            { subject, own: listed(own, 10) },
          )
        : t(
            "{subject}: no DICOM series is called like '{wanted}'; there are {own}. Choose another description, or leave the subject out.",
            { subject, wanted, own: listed(own, 10) },
          ),
  };
}

/** One line for each description, not for each subject: what there is, and what became of it. */
function listOf(series: readonly DicomSeries[], chosen: readonly (DicomSeries | null)[]): Problem[] {
  const byName = new Map<string, DicomSeries[]>();
  for (const each of series) byName.set(each.description, [...(byName.get(each.description) ?? []), each]);
  return [...byName].map(([description, alike]) => {
    const usedOnes = alike.filter((each) => chosen.includes(each));
    const used = usedOnes.length;
    const subjects = subjectsOf(alike);
    const slices = [...new Set(alike.map((each) => each.slices))].sort((a, b) => a - b);
    const images = slices.length === 1 ? counted(slices[0] ?? 0, 'image') : `${slices[0]} to ${slices.at(-1)} images`;
    const reasons = [...new Set(alike.map(({ aside }) => aside).filter((reason) => reason !== null))];
    const became =
      used > 0
        ? `used as the scan of ${counted(subjectsOf(usedOnes), 'subject')}`
        : `set aside: ${reasons.length > 0 ? listed(reasons, 2) : 'another series is used'}`;
    return {
      ...{ code: used > 0 ? 'dicom-series-used' : 'dicom-series-set-aside', severity: 'note' as const },
      ...{ file: null, subject: null, field: 'SeriesDescription' },
      found: `${images}, ${counted(subjects, 'subject')}`,
      expected: null,
      message: t(
        'DICOM series {description}: {images}, in {subjects}; {became}. To use another, give its description at import.',
        { description: quoted(description), images, subjects: counted(subjects, 'subject'), became },
      ),
    };
  });
}

function subjectsOf(series: readonly DicomSeries[]): number {
  return new Set(series.map(({ subject }) => subject)).size;
}

function quoted(description: string): string {
  return description === '' ? t('without a description') : `'${description}'`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
