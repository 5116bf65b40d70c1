/** What a run would be given, from the study alone: no scan is opened. */
import type { RunConfiguration } from '#app/run/configuration.ts';
import { settingError } from '#app/contract/errors.ts';
import { product, type InputKind } from '#app/model/description.ts';
import { planSeries } from '#app/series/plan-series.ts';
import type { Scan, Study } from '#app/study/study.ts';
import type { Covariate } from '#app/preparation/rows.ts';
import { t } from '#app/text/text.ts';
import { averagedShape } from './box-average.ts';
import { covariatesOf, covariateWarnings } from './covariates.ts';
import { featureTable, predictedColumn, type FeatureTable } from './feature-table.ts';
import { axisOrderOfLetters, reorderTriple } from './orientation.ts';
import { participantsOf, type Participants } from './participants.ts';
import { gridName, referenceScan } from './reference-scan.ts';
import { voxelCount, type Triple } from './volume.ts';

export interface PreparationPreview {
  participants: Participants;
  /** What the prepared data are to a model. */
  kind: InputKind;
  /** One sample without the batch axis. Cropping to voxels that are not zero may still make a scan's grid smaller. */
  inputShape: number[];
  features: string[];
  /** Series of different lengths, the shorter padded; absent: not. */
  padded?: boolean;
  /** Last of the features that say whether a value is missing. */
  indicators: number;
  covariates: Covariate[];
  /** Voxels of the grid that most scans share, in RAS order; null: no scans. */
  scanShape: Triple | null;
  /** What each subject's data are, as text, to find the same under two names. */
  contents: string[];
  /** The prepared data and, for scans, what decoding them takes. */
  memoryBytes: number;
  warnings: string[];
}

/** Scans that are decoded at the same time, at most. */
export const mostScansAtOnce = 4;
/** Finer than this part of the scan's own voxel, a target spacing would only repeat voxels. */
const finestPart = 0.99;

/** @throws SpectroscopeError (kind 'setting') when the study and the settings cannot give data to train on */
export function previewPreparation(study: Study, configuration: RunConfiguration): PreparationPreview {
  const { preparation } = configuration;
  const participants = participantsOf(study, configuration.task);
  const covariates = covariatesOf(study, participants.subjects, preparation);
  const predicted = predictedColumn(configuration);
  const learned = predicted ?? (study.target ?? study.groups).column;
  const remarks = covariateWarnings(study, covariates, preparation, learned);
  if (study.kind === 'table') {
    const table = featureTable(study, participants.subjects, predicted, preparation.indicators);
    const { features, indicators } = table;
    const memoryBytes = participants.subjects.length * features.length * 4;
    const warnings = [...table.warnings, ...remarks];
    return {
      participants,
      kind: 'table',
      inputShape: [features.length],
      features,
      indicators,
      covariates,
      scanShape: null,
      contents: rowContents(table),
      memoryBytes,
      warnings,
    };
  }
  if (study.kind !== 'volumes') {
    const preview = previewSeries(study, participants, configuration, covariates);
    return { ...preview, warnings: [...preview.warnings, ...remarks] };
  }
  const scans = participants.subjects.flatMap(({ scan }) => (scan === null ? [] : [scan]));
  const reference = referenceScan(scans);
  if (reference === null)
    throw settingError('no-scans', t('No subject that takes part has a scan. Import scans first.'));
  const { targetSpacingMm } = preparation;
  checkSpacing(reference, targetSpacingMm);
  const shape = averagedShape(
    reference.shape,
    reference.spacingMm,
    axisOrderOfLetters(reference.orientation),
    targetSpacingMm,
  );
  const warnings = [...remarks];
  if (preparation.crop === 'non-zero') {
    warnings.push(t('Edges where every scan is zero are cut off when the scans are read, so the grid may be smaller.'));
  }
  const others = scans.filter((scan) => gridName(scan) !== gridName(reference)).length;
  if (others > 0) {
    warnings.push(
      t('{n} of {all} scans lie on another grid than most; they will be interpolated onto it.', {
        n: others,
        all: scans.length,
      }),
    );
  }
  const largest = Math.max(...scans.map((scan) => voxelCount(scan.shape)));
  return {
    participants,
    kind: 'volumes',
    inputShape: [...shape, 1],
    features: [],
    indicators: 0,
    covariates,
    scanShape: reorderTriple(reference.shape, axisOrderOfLetters(reference.orientation)),
    contents: scans.map(({ sha256 }) => sha256),
    // Twice: the uncropped grids and the cropped copy. While decoding: the file's content and its float32 values.
    memoryBytes: 2 * scans.length * voxelCount(shape) * 4 + Math.min(mostScansAtOnce, scans.length) * largest * 12,
    warnings,
  };
}

/** Few numbers coincide by chance: they tell nothing. */
const fewestNumbers = 5;

function rowContents({ features, values }: Pick<FeatureTable, 'features' | 'values'>): string[] {
  if (features.length < fewestNumbers) return [];
  const width = features.length;
  return Array.from({ length: values.length / width }, (_, row) =>
    values.subarray(row * width, (row + 1) * width).join(' '),
  );
}

function previewSeries(
  study: Study,
  participants: Participants,
  configuration: RunConfiguration,
  covariates: readonly Covariate[],
): PreparationPreview {
  const { kind, inputShape, channels, rows, padded, warnings } = planSeries(
    study,
    participants.subjects,
    configuration,
  );
  const count = rows.reduce((sum, each) => sum + each, 0);
  return {
    participants: { ...participants, labels: participants.labels.flatMap((label, i) => repeated(label, rows[i] ?? 0)) },
    kind,
    inputShape,
    features: kind === 'series' ? channels : [],
    padded,
    indicators: 0,
    covariates: byRows(covariates, rows),
    scanShape: null,
    // One file may hold all subjects: what is one subject's is its part of it.
    contents: participants.subjects.flatMap(({ series }, i) =>
      repeated([series?.sha256, series?.array, series?.slice?.place].join(' '), rows[i] ?? 0),
    ),
    memoryBytes: 2 * count * product(inputShape) * 4,
    warnings,
  };
}

/** Each subject's value on all of its rows. */
export function byRows(covariates: readonly Covariate[], rows: readonly number[]): Covariate[] {
  return covariates.map((covariate) => ({
    ...covariate,
    values: covariate.values.flatMap((value, i) => repeated(value, rows[i] ?? 0)),
  }));
}

/** Rows of one subject have its id, and so never part in a fold. */
export function repeated<T>(label: T, times: number): T[] {
  return Array.from({ length: times }, () => label);
}

function checkSpacing({ spacingMm }: Scan, targetSpacingMm: number | null): void {
  const finest = Math.min(...spacingMm);
  if (targetSpacingMm === null || targetSpacingMm >= finest * finestPart) return;
  const own = Number(finest.toPrecision(3));
  throw settingError(
    'spacing-too-fine',
    t(
      "A target spacing of {spacing} mm is finer than the scans' own voxels ({own} mm). Choose {own} mm or more, or leave the scans as they are.",
      { spacing: targetSpacingMm, own },
    ),
    { field: 'preparation.targetSpacingMm', expected: `at least ${own} mm` },
  );
}
