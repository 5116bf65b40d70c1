/** A folder of DICOM images as scans of subjects: one series of each, converted; the others listed with the reason. */
import { basename, relative, sep } from 'node:path';
import { SpectroscopeError } from '#app/contract/errors.ts';
import { rankSeries, sortSeries, type DicomSeries } from '#app/data/dicom/series.ts';
import { listed } from '#app/study/labelling.ts';
import type { Problem } from '#app/study/study.ts';
import { t } from '#app/text/text.ts';
import type { Call } from '../../serve/handlers.ts';
import { inParallel } from '../in-parallel.ts';
import { convertSeries } from './convert.ts';
import { findImages, noSeries } from './find-images.ts';

/** Each has a thread, and the images of its series in memory. */
const seriesAtOnce = 2;

export interface DicomScans {
  /**
   * What stands for each subject's scan while subjects and files are matched (named after the subject), and the converted
   * file's path relative to the folder; null: it could not be converted, and the problems say why.
   */
  scans: Map<string, string | null>;
  problems: Problem[];
}

/**
 * @param files of the folder, relative to it
 * @param wanted description of the series; null: the one that looks like an anatomical scan
 * @returns null when there are no DICOM images
 * @throws SpectroscopeError (kind 'input' when no series fits any subject; 'cancelled')
 */
export async function dicomScans(
  folder: string,
  files: readonly string[],
  wanted: string | null,
  cache: string,
  call: Pick<Call, 'signal' | 'progress'>,
): Promise<DicomScans | null> {
  const { images, broken } = await findImages(folder, files, call);
  if (images.length === 0) return null;
  const series = sortSeries(images, basename(folder));
  const subjects = [...new Set(series.map(({ subject }) => subject))];
  const chosen = subjects.map(
    (subject) =>
      rankSeries(
        series.filter((each) => each.subject === subject),
        wanted,
      )[0],
  );
  if (chosen.every((each) => each === undefined)) {
    throw noSeries(basename(folder), wanted, [...new Set(series.map(({ description }) => description))]);
  }
  let done = 0;
  const title = t('Converting DICOM series');
  call.progress(title, 0, subjects.length, '');
  const converted = await inParallel(
    subjects,
    seriesAtOnce,
    { what: title, signal: call.signal },
    async (subject, at) => {
      const one = chosen[at];
      const result =
        one === undefined ? null : (brokenSeries(one, broken) ?? (await convert(one, folder, cache, call.signal)));
      call.progress(title, ++done, subjects.length, `${subject}: ${one?.description ?? 'no series'}`);
      return result ?? { name: null, path: null, problems: [noneOf(subject, series, wanted)] };
    },
  );
  const problems = [
    ...converted.flatMap((each) => each.problems),
    ...missingImages(chosen.filter((each) => each !== undefined)),
    ...otherExaminations(series, subjects),
    ...listOf(series, chosen),
  ];
  return { scans: new Map(converted.flatMap(({ name, path }) => (name === null ? [] : [[name, path]]))), problems };
}

function nameOf({ above, subject }: DicomSeries): string {
  return `${above === '' ? '' : `${above}/`}${subject}.nii.gz`;
}

interface Conversion {
  /** Stands for the scan; null: no series of the subject fits. */
  name: string | null;
  path: string | null;
  problems: Problem[];
}

async function convert(series: DicomSeries, folder: string, cache: string, signal: AbortSignal): Promise<Conversion> {
  const { subject, description } = series;
  const name = nameOf(series);
  try {
    const { path, warnings } = await convertSeries(series, folder, cache, signal);
    const problems: Problem[] = [];
    if (warnings.length > 0) {
      problems.push({
        ...{ code: 'dicom-converted-with-warnings', severity: 'warning', file: nameOf(series), subject, field: null },
        ...{ found: warnings.join('; '), expected: t('a conversion without warnings') },
        message: t(
          '{subject}: converting the DICOM series {description} gave warnings: {warnings}. Compare the scan with its source.',
          { subject, description: quoted(description), warnings: listed(warnings, 3) },
        ),
      });
    }
    return { name, path: relative(folder, path).split(sep).join('/'), problems };
  } catch (error) {
    if (!(error instanceof SpectroscopeError) || error.kind !== 'input') throw error;
    const problem: Problem = {
      ...{ code: error.code, severity: 'error', file: name, subject, field: error.field ?? null },
      ...{ found: error.found ?? null, expected: error.expected ?? null, message: error.message },
    };
    return { name, path: null, problems: [problem] };
  }
}

/** A series that lacks a slice would become a scan with a hole: it is not converted. */
function brokenSeries(series: DicomSeries, broken: ReadonlyMap<string, Problem>): Conversion | null {
  const own = series.images.map(({ path }) => broken.get(path)).filter((problem) => problem !== undefined);
  const [first] = own;
  if (first === undefined) return null;
  const { subject, description, images } = series;
  const name = nameOf(series);
  const words = t(
    '{subject}: {own} of the {images} images of the DICOM series {description} cannot be read. {message}',
    { subject, own: own.length, images: images.length, description: quoted(description), message: first.message },
  );
  return { name, path: null, problems: [{ ...first, file: name, subject, message: words }] };
}

/** Slices that are numbered have no gaps, unless some were not copied. */
function missingImages(series: readonly DicomSeries[]): Problem[] {
  return series.flatMap((each) => {
    const numbers = new Set(each.images.map(({ header }) => header.instanceNumber).filter((number) => number !== null));
    const all = [...numbers];
    const missing = Math.max(...all) - Math.min(...all) + 1 - numbers.size;
    if (all.length < 3 || missing === 0 || missing > numbers.size) return [];
    const { subject, description } = each;
    return [
      {
        ...{ code: 'dicom-slices-missing', severity: 'warning' as const, file: nameOf(each), subject },
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

/** One scan is taken of a subject: who was examined more than once is named, so that nothing is left out silently. */
function otherExaminations(series: readonly DicomSeries[], subjects: readonly string[]): Problem[] {
  return subjects.flatMap((subject) => {
    const own = series.filter((each) => each.subject === subject && each.aside === null);
    const examinations = new Set(own.map(({ images }) => images[0]?.header.studyUid ?? '')).size;
    if (examinations < 2) return [];
    return [
      {
        ...{ code: 'dicom-examinations', severity: 'note' as const, file: null, subject, field: 'StudyInstanceUID' },
        ...{ found: t('{examinations} examinations', { examinations }), expected: t('one scan a subject') },
        message: t(
          '{subject}: was examined {examinations} times; the scan of one examination is used. To use all, convert them (dcm2niix) into a BIDS tree with a session for each, and import that.',
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
function listOf(series: readonly DicomSeries[], chosen: readonly (DicomSeries | undefined)[]): Problem[] {
  const byName = new Map<string, DicomSeries[]>();
  for (const each of series) byName.set(each.description, [...(byName.get(each.description) ?? []), each]);
  return [...byName].map(([description, alike]) => {
    const used = alike.filter((each) => chosen.includes(each)).length;
    const subjects = new Set(alike.map(({ subject }) => subject)).size;
    const slices = [...new Set(alike.map((each) => each.slices))].sort((a, b) => a - b);
    const images = slices.length === 1 ? counted(slices[0] ?? 0, 'image') : `${slices[0]} to ${slices.at(-1)} images`;
    const reasons = [...new Set(alike.map(({ aside }) => aside).filter((reason) => reason !== null))];
    const became =
      used > 0
        ? `used as the scan of ${counted(used, 'subject')}`
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

function quoted(description: string): string {
  return description === '' ? t('without a description') : `'${description}'`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
