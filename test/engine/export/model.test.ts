/** The exported model gives, in other hands, what the run said of its validation subjects. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { modelNamed } from '#app/model/catalogue.ts';
import { custom } from '#app/model/custom.ts';
import type { SettingValue } from '#app/model/description.ts';
import { topologyText } from '#app/model/keras-topology.ts';
import { LayerStack } from '#app/model/layers.ts';
import { SeededRandom } from '#app/run/random.ts';
import { tf } from '../../../main/engine/device/tensorflow.ts';
import { exportModel } from '../../../main/engine/export/model/export-model.ts';
import { layersModelOf } from '../../../main/engine/export/model/layers-model.ts';
import { nativeKernels } from '../../../main/engine/model/kernels/native.ts';
import { Network } from '../../../main/engine/model/network.ts';
import { SessionStore } from '../../../main/engine/session/store.ts';
import { createSession } from '../../../main/engine/session/writer.ts';
import { Control } from '../../../main/engine/train/control.ts';
import { train } from '../../../main/engine/train/training.ts';
import { exportedKinds, smallData, smallPlan, type TrainingKind } from '../../fixtures/sessions/small-training.ts';
import { temporaryFolder } from '../session/temporary.ts';

const folder = temporaryFolder();
const run = 1;

interface Preprocessing {
  mean: number[];
  deviation: number[];
  target: { mean: number; deviation: number } | null;
  classes: string[];
  features: string[];
  inputShape: number[];
  order: (string | null)[] | null;
}

/** The rows as the words of preprocessing.json say. */
function prepared(
  kind: TrainingKind,
  rows: readonly number[],
  { mean, deviation, inputShape, features, order }: Preprocessing,
): Tensor {
  const { values } = smallData(kind);
  const width = inputShape.reduce((size, edge) => size * edge, 1);
  const of = (row: number, i: number): number => {
    const from = order === null ? i : features.indexOf(order[i] ?? '');
    const value = values[row * width + from] ?? 0;
    const [m = 0, d = 0] = mean.length === 1 ? [mean[0], deviation[0]] : [mean[i], deviation[i]];
    return Number.isNaN(value) || d === 0 ? 0 : (value - m) / d;
  };
  const flat = Float32Array.from({ length: rows.length * width }, (_, at) =>
    of(rows[Math.floor(at / width)] ?? 0, at % width),
  );
  return tf.tensor(flat, [rows.length, ...inputShape]);
}

const readNpz = `
import io, json, struct, sys, zipfile
try:
    import numpy
    with numpy.load(sys.argv[1]) as arrays:
        print(json.dumps({name: [list(arrays[name].shape), float(arrays[name].ravel()[0])] for name in arrays.files}))
except ImportError:
    found = {}
    with zipfile.ZipFile(sys.argv[1]) as archive:
        assert archive.testzip() is None
        for member in archive.namelist():
            content = archive.read(member)
            assert content[:8] == b"\\x93NUMPY\\x01\\x00"
            (length,) = struct.unpack("<H", content[8:10])
            assert (10 + length) % 64 == 0
            head = eval(content[10 : 10 + length])
            assert head["descr"] == "<f4" and head["fortran_order"] is False
            (first,) = struct.unpack("<f", content[10 + length : 14 + length])
            count = 1
            for axis in head["shape"]:
                count *= axis
            assert len(content) == 10 + length + 4 * count
            found[member[: -len(".npy")]] = [list(head["shape"]), first]
    print(json.dumps(found))
`;

describe.each(exportedKinds)('the model of a run (%s)', (kind) => {
  it('is opened by tfjs, gives the stored predictions, and has its weights in NumPy’s format', async () => {
    const file = join(folder, `${kind}.spectra`);
    const plan = smallPlan(kind, 5);
    const writer = createSession({ file }, plan.header);
    await train({ folds: plan.folds, writer, control: new Control(() => undefined), emit: () => undefined });
    const store = new SessionStore(file);
    const out = join(folder, kind);
    const answer = exportModel(store, run, out);
    expect(answer).toEqual({ files: ['weights.npz', 'preprocessing.json', 'model.json', 'weights.bin'], unmapped: [] });
    store.close();

    const preprocessing = JSON.parse(readFileSync(join(out, 'preprocessing.json'), 'utf8')) as Preprocessing;
    const database = new DatabaseSync(file, { readOnly: true });
    const stored = database.prepare('SELECT subject, outputs FROM prediction WHERE run = ? ORDER BY subject').all(run);
    const weights = database.prepare('SELECT variable, shape, weights FROM checkpoint WHERE run = ?').all(run);
    database.close();
    const floats = (blob: unknown): number[] => [...new Float32Array((blob as Uint8Array).slice().buffer)];

    const model = await tf.loadLayersModel(`file://${join(out, 'model.json')}`);
    const x = prepared(
      kind,
      stored.map(({ subject }) => Number(subject)),
      preprocessing,
    );
    const { target } = preprocessing;
    const said = [...(model.predict(x) as Tensor).dataSync()].map((each) =>
      target === null ? each : each * target.deviation + target.mean,
    );
    const expected = stored.flatMap(({ outputs }) => floats(outputs));
    expect(said).toHaveLength(expected.length);
    expect(new Set(expected.map((each) => each.toFixed(3))).size).toBeGreaterThan(3);
    expected.forEach((each, i) =>
      expect(Math.abs((said[i] ?? NaN) - each)).toBeLessThan(1e-4 * Math.max(1, Math.abs(each))),
    );

    writeFileSync(join(folder, 'read.py'), readNpz);
    const read = execFileSync('python3', [join(folder, 'read.py'), join(out, 'weights.npz')], { encoding: 'utf8' });
    const names = Object.fromEntries(
      weights.map((row) => [
        String(row['variable']),
        [JSON.parse(String(row['shape'])) as unknown, floats(row['weights'])[0]],
      ]),
    );
    expect(JSON.parse(read)).toEqual(names);
  }, 60_000);
});

describe('a recurrent model', () => {
  it.each([
    ['an LSTM that reads backward', 'lstm', 'backward', false],
    ['a GRU that resets before', 'gru', 'forward', true],
    ['a GRU that resets before and reads backward', 'gru', 'backward', false],
  ] as const)(
    'of %s says in tfjs what it says here, and comes back as the same',
    async (_, kind, direction, sequences) => {
      const resetBefore = kind === 'gru';
      const build = (stack: LayerStack): LayerStack =>
        (sequences
          ? stack.recurrent(kind, 4, { direction, sequences, resetBefore }).flatten()
          : stack.recurrent(kind, 4, { direction, resetBefore })
        ).dense(2);
      const { layers } = build(new LayerStack([5, 3]));
      const model = { name: 'own', inputShape: [5, 3], task: { kind: 'classification', classes: 2 } as const, layers };
      const network = new Network(model, nativeKernels, [], new SeededRandom(4));
      const mapped = layersModelOf(model, await network.weights());
      if (Array.isArray(mapped)) throw new Error(JSON.stringify(mapped));
      const out = join(folder, `${kind}-${direction}`);
      mkdirSync(out);
      const text = JSON.stringify(mapped.json);
      writeFileSync(join(out, 'model.json'), text);
      writeFileSync(join(out, 'weights.bin'), mapped.weights);
      const theirs = await tf.loadLayersModel(`file://${join(out, 'model.json')}`);
      tf.tidy(() => {
        const x = tf.randomNormal([6, 5, 3], 0, 1, 'float32', 5);
        const logits = network.forward(x, { training: false, random: new SeededRandom(1) });
        const difference = tf.max(tf.abs(tf.sub(tf.softmax(logits), theirs.predict(x) as Tensor)));
        expect(difference.dataSync()[0]).toBeLessThan(1e-6);
      });
      network.dispose();
      const again = custom.describe(model.inputShape, model.task, { topology: topologyText(text) });
      expect(again.layers[0]).toEqual(layers[0]);
    },
  );

  it('of a GRU that resets after has none', () => {
    const { layers } = new LayerStack([5, 3]).recurrent('gru', 4).dense(2);
    const model = { name: 'own', inputShape: [5, 3], task: { kind: 'classification', classes: 2 } as const, layers };
    expect(layersModelOf(model, new Map())).toContainEqual({
      layer: 'gru_1',
      reason: 'tfjs has no GRU that resets after the recurrent product',
    });
  });
});

/** Other weights than every layer begins with: norms, means and biases count. */
async function stirred(network: Network, random: SeededRandom): Promise<void> {
  const weights = await network.weights();
  for (const [name, { values }] of weights) {
    for (const i of values.keys()) values[i] = name.endsWith('variance') ? 0.5 + random.next() : 0.3 * random.normal();
  }
  network.restore(weights);
}

describe('a model of branches and norms', () => {
  const catalogued = (name: string, shape: number[], settings: Record<string, SettingValue>) =>
    modelNamed(name).describe(shape, { kind: 'classification', classes: 2 }, settings);
  const batchNorm = catalogued('resnet3d', [6, 7, 5, 1], { filters: [3, 4], blocks: 1, normalisation: 'batch' });
  const beside = new LayerStack([4, 5, 2]).conv(3, { kernel: [3, 3] });
  const branch = beside.place;
  beside.layerNorm().permute([1, 0, 2]).permute([1, 0, 2]).join('concatenate', [branch]).flatten().dense(2);
  it.each([
    ['a residual network with batch norm', batchNorm],
    ['a residual network without', catalogued('resnet3d', [6, 7, 5, 1], { filters: [3, 4], normalisation: 'none' })],
    ['a network over slices', catalogued('cnn2d', [6, 7, 5, 1], { filters: [3, 4] })],
    [
      'a convolutional autoencoder',
      modelNamed('conv-autoencoder').describe([8, 8, 8, 1], { kind: 'reconstruction' }, { filters: [3, 4] }),
    ],
    ['branches beside each other', { name: 'own', inputShape: [4, 5, 2], task: batchNorm.task, layers: beside.layers }],
  ])('says in tfjs what it says here: %s', async (title, model) => {
    const network = new Network(model, nativeKernels, [], new SeededRandom(4));
    await stirred(network, new SeededRandom(6));
    const mapped = layersModelOf(model, await network.weights());
    if (Array.isArray(mapped)) throw new Error(JSON.stringify(mapped));
    const out = join(folder, title);
    mkdirSync(out);
    writeFileSync(join(out, 'model.json'), JSON.stringify(mapped.json));
    writeFileSync(join(out, 'weights.bin'), mapped.weights);
    const theirs = await tf.loadLayersModel(`file://${join(out, 'model.json')}`);
    tf.tidy(() => {
      const x = tf.randomNormal([3, ...model.inputShape], 0, 1, 'float32', 5);
      const said = network.forward(x, { training: false, random: new SeededRandom(1) });
      const ours = model.task.kind === 'classification' ? tf.softmax(said) : said;
      const given = theirs.predict(x) as Tensor;
      const largest = tf.max(tf.abs(ours)).dataSync()[0] ?? 0;
      const difference = tf.max(tf.abs(tf.sub(ours, tf.reshape(given, ours.shape))));
      const spread = tf.sub(tf.max(tf.slice(ours, [0, 0], [-1, 1])), tf.min(tf.slice(ours, [0, 0], [-1, 1])));
      expect(spread.dataSync()[0]).toBeGreaterThan(1e-4);
      expect(difference.dataSync()[0]).toBeLessThan(5e-6 * Math.max(1, largest));
    });
    network.dispose();
  });
});

describe('a layer without a counterpart', () => {
  it('is named, and no layers model is written', () => {
    const { layers } = new LayerStack([6]).dense(4).activation('gelu').dense(2);
    const model = { name: 'own', inputShape: [6], task: { kind: 'classification', classes: 2 } as const, layers };
    expect(layersModelOf(model, new Map())).toContainEqual({
      layer: layers[1]?.name,
      reason: 'tfjs has another gelu',
    });
  });

  it('a run without weights has no model', () => {
    const file = join(folder, 'none.spectra');
    createSession({ file }, smallPlan('table', 5).header).close('stopped');
    const store = new SessionStore(file);
    expect(() => exportModel(store, 0, join(folder, 'none'))).toThrow('has no weights yet');
    expect(() => exportModel(store, 9, join(folder, 'none'))).toThrow('has no run 9');
    expect(existsSync(join(folder, 'none'))).toBe(false);
    store.close();
  });
});
