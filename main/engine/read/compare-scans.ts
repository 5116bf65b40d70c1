/** What only the cohort shows: scans with the same content, on another grid, placed elsewhere, unlike the others. */
import { affineText, largestDisplacement } from '#app/data/affine.ts';
import { deviations, outlierZ, type Deviation } from '#app/data/outlierness.ts';
import { unknownOrientation } from '#app/data/orientation.ts';
import { someOf } from '#app/study/labelling.ts';
import { told } from '#app/study/problem-words.ts';
import type { Problem, Scan, Subject } from '#app/study/study.ts';
import { inWriting, sentence, type Sentence, type Words } from '#app/text/sentence.ts';

export interface ScanOf {
  subject: Subject;
  /** As problems name it, relative to the root. */
  file: string;
  /** Where it is, relative to the root. */
  path: string;
}

/** @param scans of all subjects, looked at */
export function compareScans(scans: readonly ScanOf[]): Problem[] {
  const there = scans.filter(({ subject }) => subject.scan !== null);
  return [...sameContent(there), ...unlikeGrids(there), ...unlikePlaces(there), ...unlikeValues(there)];
}

function groupBy(scans: readonly ScanOf[], key: (scan: Scan) => string): [string, ScanOf[]][] {
  const groups = new Map<string, ScanOf[]>();
  for (const entry of scans) {
    const name = key(entry.subject.scan as Scan);
    groups.set(name, [...(groups.get(name) ?? []), entry]);
  }
  return [...groups].sort((a, b) => b[1].length - a[1].length);
}

function ids(scans: readonly ScanOf[]): Words {
  return someOf(
    scans.map(({ subject }) => subject.id),
    5,
  );
}

function sameContent(scans: readonly ScanOf[]): Problem[] {
  return groupBy(scans, ({ sha256 }) => sha256)
    .filter(([, alike]) => alike.length > 1)
    .map(([, alike]) => ({
      code: 'scan-twice',
      severity: 'warning' as const,
      file: alike[0]?.file ?? null,
      subject: alike[1]?.subject.id ?? null,
      field: null,
      ...told({
        found: sentence('the same content as {alike}', {
          alike: someOf(
            alike.slice(1).map(({ file }) => file),
            5,
          ),
        }),
        expected: sentence('a scan of its own for each subject'),
        message: sentence(
          'The scans of {alike} have the same content. Exclude the copies, or a subject is in training and validation at once.',
          { alike: ids(alike) },
        ),
      }),
    }));
}

function gridOf(scan: Scan): Sentence {
  return sentence('{shape} voxels of {spacingMm} mm', {
    shape: scan.shape.join(' x '),
    spacingMm: scan.spacingMm.map((mm) => Number(mm.toPrecision(3))).join(' x '),
  });
}

function gridText(scan: Scan): string {
  return inWriting(gridOf(scan));
}

/** Scans are brought to one grid before training; a few that differ may be of another kind. */
function unlikeGrids(scans: readonly ScanOf[]): Problem[] {
  const [most, ...others] = groupBy(scans, gridText);
  if (most === undefined) return [];
  // Scans in the space of their own heads: there is no usual grid that one could differ from.
  if (most[1].length === 1 && others.length > 0) return [noTwoAlike(scans)];
  return others.map(([grid, alike]) => ({
    code: 'scan-grid-differs',
    severity: 'warning' as const,
    file: alike[0]?.file ?? null,
    subject: alike[0]?.subject.id ?? null,
    field: 'shape',
    ...told({
      found: grid,
      expected: sentence('{most}, as most have', { most: most[0] }),
      message:
        alike.length === 1
          ? sentence('The scan of {id} has {grid}, most have {most}. Check that they are of the same kind.', {
              id: ids(alike),
              grid,
              most: most[0],
            })
          : sentence('{number} scans of {alike} have {grid}, most have {most}. Check that they are of the same kind.', {
              number: alike.length,
              alike: ids(alike),
              grid,
              most: most[0],
            }),
    }),
  }));
}

function noTwoAlike(scans: readonly ScanOf[]): Problem {
  const grids = scans.slice(0, 3).map(({ subject }) => gridOf(subject.scan as Scan));
  return {
    ...{ code: 'scan-grid-differs', severity: 'warning', file: null, subject: null, field: 'shape' },
    ...told({
      found: sentence('{number} grids', { number: scans.length }),
      expected: sentence('scans of one kind'),
      message: sentence(
        'No two of the {number} scans have the same grid (for example {grids}). Check that they are of the same kind.',
        { number: scans.length, grids },
      ),
    }),
  };
}

/** Where most scans share one affine (a template's), another one is a mistake; where each has its own, none is. */
function unlikePlaces(scans: readonly ScanOf[]): Problem[] {
  const placed = scans.filter(
    ({ subject: { scan } }) => scan?.affine !== undefined && scan.orientation !== unknownOrientation,
  );
  const grid = groupBy(placed, gridText)[0]?.[1] ?? [];
  const [most] = groupBy(grid, (scan) => affineText(scan.affine ?? []));
  const usual = most?.[1][0]?.subject.scan;
  if (most === undefined || usual?.affine === undefined || most[1].length < 2 || most[1].length * 2 <= grid.length) {
    return [];
  }
  const { affine, spacingMm } = usual;
  return grid.flatMap(({ subject, file }) => {
    const { scan } = subject;
    if (scan?.affine === undefined) return [];
    const apartMm = largestDisplacement(scan.affine, affine, scan.shape);
    if (apartMm <= 0.5 * Math.min(...spacingMm)) return [];
    const values = { id: subject.id, apartMm: Number(apartMm.toPrecision(3)) };
    return [
      {
        code: 'scan-affine-differs',
        severity: 'warning' as const,
        file,
        subject: subject.id,
        field: 'affine',
        ...told({
          found: affineText(scan.affine),
          expected: sentence('{affine}, as most have', { affine: affineText(affine) }),
          message:
            scan.orientation === usual.orientation
              ? sentence(
                  "{id}: the scan has the grid of most but lies up to {apartMm} mm elsewhere. Compare it with its source: it may not be in the template's space.",
                  values,
                )
              : sentence(
                  "{id}: the scan has the grid of most but lies up to {apartMm} mm elsewhere and runs {own}, most {most}. Compare it with its source: it may not be in the template's space.",
                  { ...values, own: scan.orientation, most: usual.orientation },
                ),
        }),
      },
    ];
  });
}

function unlikeValues(scans: readonly ScanOf[]): Problem[] {
  return deviations(scans.map(({ subject }) => subject.scan)).flatMap((measures, index) => {
    const [largest] = measures ?? [];
    const entry = scans[index];
    if (largest === undefined || entry === undefined || Math.abs(largest.z) <= outlierZ) return [];
    const { measure, z } = largest;
    return [
      {
        code: 'scan-outlier',
        severity: 'warning' as const,
        file: entry.file,
        subject: entry.subject.id,
        field: measure,
        ...told({
          found: sentence('{largest} (robust z {z})', { largest: valueText(largest, largest.found), z: z.toFixed(1) }),
          expected: sentence('{low} to {high} (median {median})', {
            low: valueText(largest, largest.low),
            high: valueText(largest, largest.high),
            median: valueText(largest, largest.median),
          }),
          message: deviationWords(entry.subject.id, largest),
        }),
      },
    ];
  });
}

type DeviationWords = (values: Sentence['values']) => Sentence;
const above: Readonly<Record<Deviation['measure'], DeviationWords>> = {
  mean: (values) =>
    sentence(
      '{id}: the mean of the scan is far above the others ({found}, median {median}). Look at it before it takes part.',
      values,
    ),
  'standard deviation': (values) =>
    sentence(
      '{id}: the standard deviation of the scan is far above the others ({found}, median {median}). Look at it before it takes part.',
      values,
    ),
  'foreground volume': (values) =>
    sentence(
      '{id}: the foreground volume of the scan is far above the others ({found}, median {median}). Look at it before it takes part.',
      values,
    ),
};
const below: Readonly<Record<Deviation['measure'], DeviationWords>> = {
  mean: (values) =>
    sentence(
      '{id}: the mean of the scan is far below the others ({found}, median {median}). Look at it before it takes part.',
      values,
    ),
  'standard deviation': (values) =>
    sentence(
      '{id}: the standard deviation of the scan is far below the others ({found}, median {median}). Look at it before it takes part.',
      values,
    ),
  'foreground volume': (values) =>
    sentence(
      '{id}: the foreground volume of the scan is far below the others ({found}, median {median}). Look at it before it takes part.',
      values,
    ),
};

function deviationWords(id: string, largest: Deviation): Sentence {
  const { measure, z } = largest;
  return (z > 0 ? above : below)[measure]({
    id,
    found: valueText(largest, largest.found),
    median: valueText(largest, largest.median),
  });
}

function valueText({ measure }: Deviation, value: number): string {
  return `${Number(value.toPrecision(3))}${measure === 'foreground volume' ? ' ml' : ''}`;
}
