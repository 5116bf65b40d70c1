/** What is said of the series and examinations of a folder of DICOM images. */
import type { Gaps } from '#app/data/dicom/gaps.ts';
import type { DicomSeries } from '#app/data/dicom/series.ts';
import { groupedBy } from '#app/data/grouped-by.ts';
import { listed, someOf } from '#app/study/labelling.ts';
import { told } from '#app/study/problem-words.ts';
import type { Problem } from '#app/study/study.ts';
import { inWriting, sentence, type Words } from '#app/text/sentence.ts';

/** A series that becomes a scan. */
export interface Chosen {
  subject: string;
  /** null: no series fits. */
  series: DicomSeries | null;
  name: string;
  /** '' where it stands for the subject as a whole. */
  visit: string;
}

/** Slices that are numbered have no gaps, unless some were not copied. */
export function missingImages(chosen: readonly Chosen[]): Problem[] {
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
        field: 'InstanceNumber',
        ...told({
          found: sentence('{count} images', { count: numbers.size }),
          expected: sentence('{count} images', { count: numbers.size + missing }),
          message: sentence(
            '{subject}: the images of the DICOM series {description} are numbered with gaps: {missing} seem to be missing. Copy the series again.',
            { subject, description: quoted(description), missing },
          ),
        }),
      },
    ];
  });
}

/** Most of a series is not there. */
export function slicesMissing({ subject, description }: DicomSeries, name: string, gaps: Gaps): Problem {
  const { present, missing, widestMm, stepMm } = gaps;
  const rounded = (mm: number) => Number(mm.toPrecision(4));
  return {
    ...{ code: 'dicom-slices-missing', severity: 'error', file: name, subject, field: 'ImagePositionPatient' },
    ...told({
      found: sentence('{count} slices', { count: present }),
      expected: sentence('{count} slices', { count: present + missing }),
      message: sentence(
        '{subject}: most slices of the DICOM series {description} seem to be missing: {present} are there, up to {widest} mm apart where others are {step} mm apart. Copy the series again or choose another.',
        { subject, description: quoted(description), present, widest: rounded(widestMm), step: rounded(stepMm) },
      ),
    }),
  };
}

/** The study and the converted scans hold nothing of it; the images that were pointed at do. */
export function identifying(series: readonly DicomSeries[]): Problem[] {
  const named = series.filter(({ images }) => images.some(({ header }) => header.identifying.length > 0));
  if (named.length === 0) return [];
  const fields = [...new Set(named.flatMap(({ images }) => images.flatMap(({ header }) => header.identifying)))];
  const count = subjectsOf(named);
  return [
    {
      ...{
        code: 'dicom-identifies',
        severity: 'warning',
        file: null,
        subject: named[0]?.subject ?? null,
        field: listed(fields),
      },
      ...told({
        found: sentence('{count} subjects', { count }),
        expected: sentence('nothing that tells who the subject is'),
        message: sentence(
          'The DICOM images of {count} subjects tell who they are ({fields}). Nothing of it enters the study or the converted scans; hand the images on only without it.',
          { count, fields: someOf(fields) },
        ),
      }),
    },
  ];
}

/** Where one scan is taken of a subject, who was examined more than once is named: nothing is left out silently. */
export function otherExaminations(
  subjects: readonly Chosen[],
  byVisit: ReadonlyMap<string, readonly Chosen[]>,
): Problem[] {
  return subjects.flatMap(({ subject, name }) => {
    const examinations = byVisit.get(name)?.length ?? 1;
    if (examinations < 2) return [];
    return [
      {
        ...{ code: 'dicom-examinations', severity: 'note' as const, file: null, subject, field: 'StudyInstanceUID' },
        ...told({
          found: sentence('{examinations} examinations', { examinations }),
          expected: sentence('one scan a subject'),
          message: sentence(
            '{subject}: was examined {examinations} times; the scan of one examination is used. To use all, take all rows of a person at import (--rows all): each examination becomes a row of the same person.',
            { subject, examinations },
          ),
        }),
      },
    ];
  });
}

export function noneOf(subject: string, name: string, series: readonly DicomSeries[], wanted: string | null): Problem {
  const own = series.filter((each) => each.subject === subject).map(({ description }) => listedAs(description));
  return {
    ...{ code: 'dicom-no-series', severity: 'error', file: name, subject, field: 'SeriesDescription' },
    ...told({
      // Names alone, which no language has another text for.
      found: { text: '{series}', values: { series: own.slice(0, 10) } },
      expected: wanted === null ? sentence('a series of slices') : `'${wanted}'`,
      message:
        wanted === null
          ? sentence(
              '{subject}: no DICOM series may be a scan. Its series: {own}. Choose another description, or leave the subject out.',
              { subject, own: own.slice(0, 10) },
            )
          : sentence(
              "{subject}: no DICOM series is called like '{wanted}'. Its series: {own}. Choose another description, or leave the subject out.",
              { subject, wanted, own: own.slice(0, 10) },
            ),
    }),
  };
}

/**
 * One line for each description, not for each subject: what there is, and what became of it.
 * @param chosen whether each that was chosen became a scan
 */
export function listOf(series: readonly DicomSeries[], chosen: ReadonlyMap<DicomSeries | null, boolean>): Problem[] {
  return [...groupedBy(series, ({ description }) => description)].map(([description, alike]) => {
    const usedOnes = alike.filter((each) => chosen.get(each) === true);
    const used = usedOnes.length;
    const subjects = subjectsOf(alike);
    const slices = [...new Set(alike.map((each) => each.slices))].sort((a, b) => a - b);
    const images =
      slices.length === 1
        ? sentence('{count} images', { count: slices[0] ?? 0 })
        : sentence('{least} to {most} images', { least: slices[0] ?? 0, most: slices.at(-1) ?? 0 });
    const reasons = [
      ...new Map(
        alike.flatMap((each) => {
          const reason = chosen.get(each) === false ? sentence('it did not become a scan') : each.aside;
          return reason === null ? [] : [[inWriting(reason), reason] as const];
        }),
      ).values(),
    ];
    const values = {
      description: quoted(description),
      images,
      subjects: sentence('{count} subjects', { count: subjects }),
    };
    return {
      ...{ code: used > 0 ? 'dicom-series-used' : 'dicom-series-set-aside', severity: 'note' as const },
      ...{ file: null, subject: null, field: 'SeriesDescription' },
      ...told({
        found: sentence('{images}, {subjects}', { images, subjects: values.subjects }),
        expected: null,
        message:
          used > 0
            ? sentence(
                'DICOM series {description}: {images}, in {subjects}; used as the scan of {count} subjects. To use another, give its description at import.',
                { ...values, count: subjectsOf(usedOnes) },
              )
            : reasons.length > 0
              ? sentence(
                  'DICOM series {description}: {images}, in {subjects}; set aside: {reasons}. To use another, give its description at import.',
                  { ...values, reasons: reasons.slice(0, 2) },
                )
              : sentence(
                  'DICOM series {description}: {images}, in {subjects}; set aside: another series is used. To use another, give its description at import.',
                  values,
                ),
      }),
    };
  });
}

function subjectsOf(series: readonly DicomSeries[]): number {
  return new Set(series.map(({ subject }) => subject)).size;
}

function listedAs(description: string): Words {
  return description === '' ? sentence('one without a description') : quoted(description);
}

export function quoted(description: string): Words {
  return description === '' ? sentence('without a description') : `'${description}'`;
}
