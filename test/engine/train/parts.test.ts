/** What feeds a training and what measures it. */
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '#app/run/random.ts';
import type { StepRecord } from '../../../main/engine/session/types.ts';
import { batchSizes, epochBatches, groupSizesOf, nextFirstBatch } from '../../../main/engine/train/batches.ts';
import { classWeightsOf, metricsOf } from '../../../main/engine/train/metrics.ts';
import { Recorder } from '../../../main/engine/train/recorder.ts';

describe('the batches of an epoch', () => {
  const rows = Array.from({ length: 65 }, (_, row) => ({ row, group: row % 5 === 0 ? 1 : 0, target: row % 2 }));

  it('hold every row once', () => {
    const seen = epochBatches(rows, 16, new SeededRandom(1)).flatMap((batch) => batch.map(({ row }) => row));
    expect(seen.toSorted((a, b) => a - b)).toEqual(rows.map(({ row }) => row));
  });

  it('are sorted by group, so that a group is a slice', () => {
    for (const batch of epochBatches(rows, 16, new SeededRandom(1))) {
      const groups = batch.map(({ group }) => group);
      expect(groups).toEqual(groups.toSorted((a, b) => a - b));
    }
  });

  it('hold each group in its proportion', () => {
    for (const batch of epochBatches(rows, 16, new SeededRandom(4))) {
      const [, second = 0] = groupSizesOf(batch, 2);
      expect(second).toBeGreaterThanOrEqual(2);
      expect(second).toBeLessThanOrEqual(5);
    }
  });

  it('are the same for the same seed and others for another', () => {
    const order = (seed: number) => epochBatches(rows, 16, new SeededRandom(seed));
    expect(order(3)).toEqual(order(3));
    expect(order(3)).not.toEqual(order(4));
  });

  it('differ in size by one sample at most, and are as few as the batch size allows', () => {
    expect(batchSizes(65, 16)).toEqual([13, 13, 13, 13, 13]);
    expect(batchSizes(144, 32)).toEqual([28, 29, 29, 29, 29]);
    expect(batchSizes(64, 16)).toEqual([16, 16, 16, 16]);
    expect(batchSizes(5, 16)).toEqual([5]);
  });

  it('are known before their epoch begins, and are the same when it does', () => {
    const random = new SeededRandom(8);
    epochBatches(rows, 16, random);
    const expected = nextFirstBatch(rows, 16, random);
    expect(epochBatches(rows, 16, random)[0]).toEqual(expected);
  });

  it('count an absent group as empty', () => {
    expect(groupSizesOf([{ row: 0, group: 2, target: 0 }], 3)).toEqual([0, 0, 1]);
  });
});

describe('metrics', () => {
  const metrics = (ofSecond: number[], targets: number[]) =>
    metricsOf(
      {
        outputs: Float32Array.from(ofSecond.flatMap((p) => [1 - p, p])),
        losses: Float32Array.from(ofSecond, (p, i) => -Math.log(targets[i] === 1 ? p : 1 - p)),
        targets,
      },
      [1, 1],
    );

  it('give accuracy and area, ties counted half', () => {
    const { accuracy, auc } = metrics([0.1, 0.4, 0.4, 0.8], [0, 0, 1, 1]);
    expect(accuracy).toBe(0.75);
    expect(auc).toBeCloseTo(3.5 / 4, 10);
  });

  it('have no area where a class is absent, and nothing for nobody', () => {
    expect(metrics([0.1, 0.4], [0, 0]).auc).toBeNull();
    expect(metrics([], [])).toEqual({ loss: null, accuracy: null, auc: null });
  });

  it('average one against the rest for three classes', () => {
    const outputs = Float32Array.of(0.8, 0.1, 0.1, 0.1, 0.8, 0.1, 0.1, 0.1, 0.8);
    expect(metricsOf({ outputs, losses: new Float32Array(3), targets: [0, 1, 2] }, [1, 1, 1]).auc).toBe(1);
  });

  it('weigh classes so that each has the same total', () => {
    expect(classWeightsOf([0, 0, 0, 1], 2, true)).toEqual([4 / 6, 2]);
    expect(classWeightsOf([0, 0, 0, 1], 2, false)).toEqual([1, 1]);
  });
});

describe('the recorder', () => {
  const record = (step: number, captured: boolean) => ({
    run: 0,
    step,
    epoch: 0,
    scalars: Float32Array.of(step),
    groupSizes: Int32Array.of(1),
    subjects: Int32Array.of(0),
    captured,
  });

  it('writes steps in order, each when its spectra are there', () => {
    const written: StepRecord[] = [];
    const ready: { step: number; rows: Float32Array[] }[] = [];
    const take = () => ready.splice(0);
    const recorder = new Recorder({ step: (each) => written.push(each) }, { collect: take, drain: take });
    recorder.add(record(0, true));
    recorder.add(record(1, false));
    expect(written).toEqual([]);
    ready.push({ step: 0, rows: [Float32Array.of(5)] });
    recorder.add(record(2, true));
    expect(written.map(({ step }) => step)).toEqual([0, 1]);
    expect(written[0]?.spectra).toEqual([Float32Array.of(5)]);
    expect(written[1]?.spectra).toBeNull();
    ready.push({ step: 2, rows: [Float32Array.of(6)] });
    recorder.drain();
    expect(written.map(({ step }) => step)).toEqual([0, 1, 2]);
  });
});
