/** What memory a training would take, where its data would be, and voxels that would fit. */
import { formatBytes } from '#app/data/bytes.ts';
import { previewPreparation, type PreparationPreview } from '#app/data/preview.ts';
import { product, type ModelDescription } from '#app/model/description.ts';
import { fittedBytes } from '#app/preparation/fitted-bytes.ts';
import { modelForStudy } from '#app/model/input.ts';
import { trainingBytes } from '#app/model/memory.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { modelTask } from '#app/run/model-task.ts';
import type { Device } from '#app/contract/operations.ts';
import { t } from '#app/text/text.ts';
import { memoryWarning } from '../device/memory.ts';
import { batchesAhead } from '../rows/row-reader.ts';
import { storageFor } from '../read/scan-sink.ts';
import type { OpenStudy } from './study.ts';

export interface PlannedMemory {
  memoryBytes: number;
  warnings: string[];
  /** Finest voxels with which a training that does not fit would; null: it fits, or none do. */
  proposedSpacingMm: number | null;
}

interface Planned {
  preview: PreparationPreview;
  model: ModelDescription;
}

/** Batches of a streamed training that are in memory: the one in hand, and those that are read ahead. */
const batchesAtHand = 2 + batchesAhead;

/** @throws SpectroscopeError (setting) 'scans-too-large' when the scans must be in memory and cannot be */
export function planMemory(
  open: OpenStudy,
  configuration: RunConfiguration,
  { preview, model }: Planned,
  device: Device,
): PlannedMemory {
  const stepBytes = trainingBytes(model, configuration.batchSize);
  const isStreamed = storageOf(configuration, preview) === 'disk';
  const voxels = product(preview.inputShape);
  const fitBytes = fittedBytes(configuration.preparation, preview.covariates, voxels);
  const dataBytes = isStreamed ? streamedBytes(model, configuration.batchSize) + fitBytes : preview.memoryBytes;
  const onCard = device.freeOf === 'card';
  // On a card only the steps take its memory; the prepared data stay in the system's.
  const tight = memoryWarning(onCard ? stepBytes : dataBytes + stepBytes, device.freeBytes, onCard ? 'card' : 'memory');
  const proposed = tight === null ? null : proposedSpacing(open, configuration, device.freeBytes);
  return {
    memoryBytes: dataBytes + stepBytes,
    warnings: [
      ...(isStreamed ? [streamingWords(configuration, preview)] : []),
      ...(tight === null ? [] : [tight]),
      ...(proposed === null ? [] : [t('With voxels of {proposed} mm it would fit.', { proposed })]),
    ],
    proposedSpacingMm: proposed,
  };
}

function streamedBytes({ inputShape }: ModelDescription, batchSize: number): number {
  return batchesAtHand * batchSize * product(inputShape) * 4;
}

function storageOf({ preparation }: RunConfiguration, { participants, scanShape, inputShape }: PreparationPreview) {
  if (scanShape === null) return 'memory';
  const [x = 1, y = 1, z = 1] = inputShape;
  return storageFor(preparation.storage, participants.subjects.length, [x, y, z], true);
}

function streamingWords({ preparation }: RunConfiguration, { participants, inputShape }: PreparationPreview): string {
  const bytes = product(inputShape) * participants.subjects.length * (preparation.precision === 'float16' ? 2 : 4);
  return t('The prepared scans are streamed from a file of about {bytes} on disk ({precision}).', {
    bytes: formatBytes(bytes),
    precision: preparation.precision,
  });
}

const stepMm = 0.5;
const largestMm = 20;
/** Part of what is free that a proposal may take. */
const comfortable = 0.8;

/** Of a streamed training: what the data take in memory does not matter. */
function proposedSpacing({ study }: OpenStudy, configuration: RunConfiguration, freeBytes: number): number | null {
  if (study.kind !== 'volumes') return null;
  const first = (Math.floor((configuration.preparation.targetSpacingMm ?? 0) / stepMm) + 1) * stepMm;
  for (let targetSpacingMm = first; targetSpacingMm <= largestMm; targetSpacingMm += stepMm) {
    const preparation = { ...configuration.preparation, targetSpacingMm };
    try {
      const preview = previewPreparation(study, { ...configuration, preparation });
      const task = modelTask(configuration.task, preview.participants.classes.length);
      const { model } = modelForStudy(configuration.model, preview, task);
      const { batchSize } = configuration;
      if (trainingBytes(model, batchSize) + streamedBytes(model, batchSize) <= comfortable * freeBytes)
        return targetSpacingMm;
    } catch {
      // Finer than the scans themselves, or so coarse that the network has no room: another may do.
    }
  }
  return null;
}
