/** The network of a run as files that other programs read: weights, a tfjs layers model, and what inputs go through. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import { inputError } from '#app/contract/errors.ts';
import { modelNamed } from '#app/model/catalogue.ts';
import type { ModelDescription } from '#app/model/description.ts';
import { inputOrder } from '#app/model/input.ts';
import { placeOf, withArrays, type TypedNumbers } from '#app/preparation/numbers.ts';
import type { PreparationSettings } from '#app/run/preparation.ts';
import { modelTask } from '#app/run/model-task.ts';
import { t } from '#app/text/text.ts';
import { float32Of } from '../../session/blob.ts';
import { loadBody, loadRuns, type SessionBody } from '../../session/header.ts';
import type { SessionStore } from '../../session/store.ts';
import { preparationArray } from '../../session/stored-preparation.ts';
import { layersModelOf, type UnmappedLayer } from './layers-model.ts';
import { OutputFile } from '../output-file.ts';
import { NpzFile } from '../arrays/npz.ts';
import type { NamedArray } from './named-array.ts';

const preparationSchema = v.object({
  mean: v.array(v.number()),
  deviation: v.array(v.number()),
  standardised: v.boolean(),
  target: v.nullable(v.object({ mean: v.number(), deviation: v.number() })),
  steps: v.optional(v.array(v.looseObject({ step: v.string() }))),
});

interface NamedNumbers {
  shape: readonly number[];
  values: TypedNumbers;
}

export interface ExportedModel {
  /** Names of the files in the folder. */
  files: string[];
  /** Layers for the sake of which there is no model.json; empty when there is one. */
  unmapped: UnmappedLayer[];
}

/**
 * @param run from 0
 * @param folder absolute; made if absent
 * @throws SpectroscopeError (input) 'no-such-run', 'no-model' for a run that has not ended, 'export-failed'
 */
export function exportModel(store: SessionStore, run: number, folder: string): ExportedModel {
  store.steps(run);
  const body = loadBody(store.database);
  const weights = weightsOf(store, run);
  const { json, arrays } = preprocessingOf(store, run, body);
  const model = modelOf(body);
  const mapped = layersModelOf(model, weights);
  const unmapped = Array.isArray(mapped) ? mapped : [];
  const files: [string, string | Buffer][] = [['preprocessing.json', `${JSON.stringify(json, null, 2)}\n`]];
  if (!Array.isArray(mapped)) {
    files.push(['model.json', `${JSON.stringify(mapped.json, null, 2)}\n`], ['weights.bin', mapped.weights]);
  }
  try {
    mkdirSync(folder, { recursive: true });
    writeNpz(join(folder, 'weights.npz'), weights);
    if (arrays.size > 0) writeNpz(join(folder, 'preprocessing.npz'), arrays);
    for (const [name, content] of files) writeFileSync(join(folder, name), content);
  } catch (cause) {
    throw inputError(
      'export-failed',
      t('{folder} cannot be written to: choose another folder.', { folder: basename(folder) }),
      {
        file: basename(folder),
        cause,
      },
    );
  }
  const fitted = arrays.size > 0 ? ['preprocessing.npz'] : [];
  return { files: ['weights.npz', ...fitted, ...files.map(([name]) => name)], unmapped };
}

/** Each array is found by its name, numpy.load(file)['dense_1/weight']. */
function writeNpz(path: string, arrays: ReadonlyMap<string, NamedNumbers>): void {
  const output = new OutputFile(path, path);
  try {
    const npz = new NpzFile(output);
    for (const [name, { shape, values }] of arrays) npz.numbers(name, placeOf(name, values).type, shape).append(values);
    npz.finish();
    output.finish();
  } finally {
    output.close();
  }
}

function modelOf({ configuration, inputShape, classes }: SessionBody): ModelDescription {
  const definition = modelNamed(configuration.model.name);
  const task = modelTask(configuration.task, classes.length);
  return definition.describe(inputShape, task, configuration.model.settings);
}

function weightsOf(store: SessionStore, run: number): Map<string, NamedArray> {
  const rows = store.statement('SELECT variable, shape, weights FROM checkpoint WHERE run = ? ORDER BY rowid').all(run);
  if (rows.length === 0) {
    throw inputError(
      'no-model',
      t('Run {run} of {file} has no weights yet: let it end, or go on with it by train --resume.', {
        run,
        file: basename(store.file),
      }),
      { file: basename(store.file), field: 'run' },
    );
  }
  return new Map(
    rows.map(({ variable, shape, weights }) => [
      String(variable),
      { shape: v.parse(v.array(v.number()), JSON.parse(String(shape))), values: float32Of(weights).slice() },
    ]),
  );
}

/** A model of series or matrices is fed the columns of a table in an order of its own. */
function orderOf({ configuration, features = [], study }: SessionBody): (string | null)[] | null {
  if (study.kind !== 'table' || features.length === 0) return null;
  return inputOrder(configuration.model, { kind: study.kind, inputShape: [features.length], features });
}

/** What is done to each scan by itself, before the steps. */
function scanSettings({ interpolation, smoothMm, mask, crop, intensity }: PreparationSettings): object {
  return { interpolation, smoothMm, mask, crop, intensity };
}

/** What is done to inputs before the network and to its outputs after it, and the arrays that it names. */
function preprocessingOf(
  store: SessionStore,
  run: number,
  body: SessionBody,
): { json: object; arrays: Map<string, NamedNumbers> } {
  const { configuration, inputShape, classes, features = [], study } = body;
  const row = store.statement('SELECT preparation, best_epoch FROM run WHERE run = ?').get(run);
  const stored = row?.['preparation'] ?? null;
  const preparation = stored === null ? null : v.parse(preparationSchema, JSON.parse(String(stored)));
  const arrays = new Map<string, NamedNumbers>();
  withArrays(preparation?.steps, (place) => {
    const values = preparationArray(store.database, basename(store.file), run, place);
    arrays.set(place.array, { shape: [values.length], values });
    return values;
  });
  const { fold, repeat, seed, bestEpoch } = loadRuns(store.database, true)[run] ?? {};
  const kept = store.statement('SELECT epoch FROM checkpoint WHERE run = ?').get(run);
  const json = {
    study: study.name,
    run,
    fold,
    repeat,
    seed,
    epoch: Number(kept?.['epoch']),
    bestEpoch,
    task: configuration.task,
    inputShape,
    features,
    order: orderOf(body),
    classes,
    groups: study.groups.groups.map(({ name }) => name),
    targetSpacingMm: study.kind === 'volumes' ? configuration.preparation.targetSpacingMm : null,
    scans: study.kind === 'volumes' ? scanSettings(configuration.preparation) : null,
    standardised: preparation?.standardised ?? configuration.preparation.standardise,
    mean: preparation?.mean ?? null,
    deviation: preparation?.deviation ?? null,
    target: preparation?.target ?? null,
    steps: preparation?.steps ?? null,
    words: [
      'steps: what is done to the inputs, in this order, each with what was fitted on the training part of the fold; the last, standardise, holds the mean and the deviation above.',
      'Without steps: a missing input takes the mean; standardised: (input - mean) / deviation, and 0 where the deviation is 0.',
      'order: the feature that each number of the input is, along the last axis of inputShape first (C order), null for a number that is always 0; no order: the features in their order.',
      'One mean and deviation: of all voxels. Several: of each number of the input, in that order.',
      'model.json gives probabilities of the classes, or a number: times the deviation of the target plus its mean.',
      'weights.npz holds the weights of the network, whose last layer gives logits in the case of classes.',
      ...(arrays.size === 0
        ? []
        : [
            '{"array": name} in a step: the array of that name in preprocessing.npz, a number for each voxel or feature.',
          ]),
    ],
  };
  return { json, arrays };
}
