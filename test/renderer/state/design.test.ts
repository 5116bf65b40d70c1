import { createPinia, setActivePinia } from 'pinia';
import { nextTick } from 'vue';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SerialisedError } from '#app/contract/errors.ts';
import type { Bridge } from '#app/contract/events.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { catalogue } from '#app/model/catalogue.ts';
import { exampleStudy, viewOf } from '../pages/example-study.ts';

type Reply = { ok: true; answer: unknown } | { ok: false; error: SerialisedError };
const checked = (stepsPerEpoch: number): Reply => ({
  ok: true,
  answer: {
    inputShape: [1],
    classes: ['patient', 'control'],
    subjects: [],
    stepsPerEpoch,
    session: { spectraBytes: 0, gramBytes: 0, replayBytes: 0, replaySteps: 0 },
    memoryBytes: 1,
    proposedSpacingMm: null,
    warnings: [],
    preparation: [],
    plan: { layers: [], operations: 0, bytes: 0, stepOperations: 0 },
  },
});

/** Answers of the engine's check, in the order in which they are asked for. */
let check: (configuration: RunConfiguration) => Promise<Reply> | Reply;
let started: RunConfiguration[];

beforeEach(() => {
  vi.useFakeTimers();
  check = () => checked(2);
  started = [];
  const bridge: Bridge = {
    language: 'en',
    request: async (operation, input) => {
      const { configuration } = input as { configuration: RunConfiguration };
      if (operation === 'run.check') return check(configuration);
      started.push(configuration);
      return { ok: true, answer: { session: 'session-1' } };
    },
    onEvent: () => () => undefined,
    tokenFor: async () => null,
  };
  vi.stubGlobal('window', { spectroscope: bridge, matchMedia: () => ({ matches: false, addEventListener: vi.fn() }) });
  vi.stubGlobal('document', { documentElement: { classList: { toggle: vi.fn() } } });
  setActivePinia(createPinia());
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function openDesign() {
  const { useStudy } = await import('../../../renderer/state/study.ts');
  const { useDesign } = await import('../../../renderer/state/design.ts');
  useStudy().view = viewOf(exampleStudy());
  const design = useDesign();
  await nextTick();
  return design;
}
const settle = async (): Promise<void> => {
  await nextTick();
  await vi.advanceTimersByTimeAsync(400);
};

describe('the design of a run', () => {
  it('begins with the model for this kind of study and says why another cannot be chosen', async () => {
    const design = await openDesign();
    expect(design.configuration?.model.name).toBe('mlp');
    const other = catalogue.find((model) => model.inputs.includes('volumes'))!;
    expect(design.modelRefused(other)).toBe('Takes scans, and this study is of tables.');
    expect(design.modelRefused(design.definition!)).toBeNull();
  });
  it('describes another model before the engine is asked, and takes its task where it has but one', async () => {
    const design = await openDesign();
    await settle();
    expect(design.described.model?.inputShape).toEqual([1]);
    design.chooseModel('lstm');
    expect(design.described.model?.layers[0]).toMatchObject({ kind: 'lstm', inputShape: [1, 1] });
    design.chooseModel('autoencoder');
    expect(design.configuration?.task).toEqual({ kind: 'reconstruction', loss: 'mse' });
    expect(design.described.model?.layers.at(-1)?.outputShape).toEqual([1]);
    design.chooseModel('mlp');
    expect(design.configuration?.task.kind).toBe('classification');
  });
  it('leaves it to the engine to say why a table is no connectome', async () => {
    const design = await openDesign();
    check = () => ({ ok: false, error: { kind: 'setting', code: 'not-a-connectome', message: 'It has 2 features.' } });
    design.chooseModel('connectome-cnn');
    expect(design.described).toEqual({ model: null, refused: '' });
    await settle();
    expect(design.refused).toBe('It has 2 features.');
  });
  it('can be started once the engine has agreed, and starts what was designed', async () => {
    const design = await openDesign();
    expect(design.refused).toBe('The design is being checked.');
    await settle();
    expect(design.refused).toBeNull();
    design.set({ epochs: 7 });
    await settle();
    await design.start();
    expect(started[0]?.epochs).toBe(7);
    const { useUi } = await import('../../../renderer/state/ui.ts');
    expect([useUi().page, useUi().session]).toEqual(['train', 'session-1']);
  });
  it('is refused in the words of the engine', async () => {
    check = () => ({
      ok: false,
      error: { kind: 'setting', code: 'folds', message: 'patient has 3 subjects: use at most 3 folds.' },
    });
    const design = await openDesign();
    await settle();
    expect(design.refused).toBe('patient has 3 subjects: use at most 3 folds.');
    expect(design.check).toBeNull();
  });
  it('is refused by its fields first, and the engine is not asked meanwhile', async () => {
    const design = await openDesign();
    await settle();
    const asked = vi.fn(() => checked(2));
    check = asked;
    design.refuse('batch', 'Batch: At least 1.');
    await settle();
    expect(design.refused).toBe('Batch: At least 1.');
    expect(asked).not.toHaveBeenCalled();
    design.refuse('batch', null);
    await settle();
    expect(design.refused).toBeNull();
  });
  it('keeps the answer to the newest question when an older one comes late', async () => {
    let release: (reply: Reply) => void = () => undefined;
    check = (configuration) =>
      configuration.epochs === 3 ? new Promise((resolve) => (release = resolve)) : checked(configuration.epochs);
    const design = await openDesign();
    design.set({ epochs: 3 });
    await settle();
    design.set({ epochs: 9 });
    await settle();
    release(checked(3));
    await settle();
    expect(design.check?.stepsPerEpoch).toBe(9);
  });
  it('refuses settings of a model that cannot give a network', async () => {
    const design = await openDesign();
    design.setModelSetting('dropout', 5);
    await settle();
    expect(design.described.model).toBeNull();
    expect(design.refused).toContain('Dropout');
  });
  it('records every layer until one is left out, and again when it is taken back', async () => {
    const design = await openDesign();
    const [first, ...rest] = design.weightLayers.map((layer) => layer.name);
    design.record(first!, false);
    expect(design.configuration?.capture.layers).toEqual(rest);
    design.record(first!, true);
    expect(design.configuration?.capture.layers).toBeNull();
  });
});
