/** What a run would be given, from the study alone: no scan is opened. */
import type { RunConfiguration } from '#app/run/configuration.ts';
import { settingError } from '#app/contract/errors.ts';
import { product, type InputKind } from '#app/model/description.ts';
import { planSeries } from '#app/series/plan-series.ts';
import type { Scan, Study } from '#app/study/study.ts';
import { averagedShape } from './box-average.ts';
import { featureTable, predictedColumn } from './feature-table.ts';
import { axisOrderOfLetters } from './orientation.ts';
import { participantsOf, type Participants } from './participants.ts';
import { gridName, referenceScan } from './reference-scan.ts';
import { voxelCount } from './volume.ts';

export interface PreparationPreview {
  participants: Participants;
  /** What the prepared data are to a model. */
  kind: InputKind;
  /** One sample without the batch axis. Cropping to voxels that are not zero may still make a scan's grid smaller. */
  inputShape: number[];
  features: string[];
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
  const participants = participantsOf(study, configuration.task);
  if (study.kind === 'table') {
    const { features, warnings } = featureTable(study, participants.subjects, predictedColumn(configuration));
    const memoryBytes = participants.subjects.length * features.length * 4;
    return { participants, kind: 'table', inputShape: [features.length], features, memoryBytes, warnings };
  }
  if (study.kind !== 'volumes') return previewSeries(study, participants, configuration);
  const scans = participants.subjects.flatMap(({ scan }) => (scan === null ? [] : [scan]));
  const reference = referenceScan(scans);
  if (reference === null) throw settingError('no-scans', 'No subject that takes part has a scan. Import scans first.');
  const { targetSpacingMm } = configuration.preparation;
  checkSpacing(reference, targetSpacingMm);
  const shape = averagedShape(
    reference.shape,
    reference.spacingMm,
    axisOrderOfLetters(reference.orientation),
    targetSpacingMm,
  );
  const warnings = ['Edges where every scan is zero are cut off when the scans are read, so the grid may be smaller.'];
  const others = scans.filter((scan) => gridName(scan) !== gridName(reference)).length;
  if (others > 0) {
    warnings.push(
      `${others} of ${scans.length} scans lie on another grid than most; they will be interpolated onto it.`,
    );
  }
  const largest = Math.max(...scans.map((scan) => voxelCount(scan.shape)));
  return {
    participants,
    kind: 'volumes',
    inputShape: [...shape, 1],
    features: [],
    // Twice: the uncropped grids and the cropped copy. While decoding: the file's content and its float32 values.
    memoryBytes: 2 * scans.length * voxelCount(shape) * 4 + Math.min(mostScansAtOnce, scans.length) * largest * 12,
    warnings,
  };
}

function previewSeries(study: Study, participants: Participants, configuration: RunConfiguration): PreparationPreview {
  const { kind, inputShape, channels, rows, warnings } = planSeries(study, participants.subjects, configuration);
  const count = rows.reduce((sum, each) => sum + each, 0);
  return {
    participants: { ...participants, labels: participants.labels.flatMap((label, i) => repeated(label, rows[i] ?? 0)) },
    kind,
    inputShape,
    features: kind === 'series' ? channels : [],
    memoryBytes: 2 * count * product(inputShape) * 4,
    warnings,
  };
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
    `A target spacing of ${targetSpacingMm} mm is finer than the scans' own voxels (${own} mm). Choose ${own} mm or more, or leave the scans as they are.`,
    { field: 'preparation.targetSpacingMm', expected: `at least ${own} mm` },
  );
}
