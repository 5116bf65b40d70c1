/** Runs through the engine's own operations, on the bundled samples: results with nothing changed, and control. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { defaultConfiguration } from '#app/run/defaults.ts';
import { TestedEngine, type Progress } from './engine.ts';

let engine: TestedEngine;
beforeEach(() => {
  engine = new TestedEngine();
});
afterEach(async () => {
  await engine.close();
});

const ask: TestedEngine['ask'] = (operation, input) => engine.ask(operation, input);
const heard: TestedEngine['heard'] = (matches) => engine.heard(matches);
const ended = (): Promise<Progress> => engine.ended();

async function configured(sample: string, model: string, changes: Partial<RunConfiguration> = {}) {
  const { study } = await ask('sample.open', { sample });
  return { ...defaultConfiguration(study, model), ...changes };
}

const startOf = (configuration: RunConfiguration) => ask('run.start', { configuration, title: 'test', file: null });

describe('a step that is tried before training', () => {
  it('is measured with and without capture, and begins no session', async () => {
    const configuration = await configured('ucla-cnp-cognition', 'lstm');
    const tried = await ask('run.dry-run', { configuration });
    expect(tried.plainMs).toBeGreaterThan(0);
    expect(tried.capturedMs).toBeGreaterThan(0);
    expect(tried.storedBytes).toBeGreaterThan(1000);
    expect(tried.secondsInAll).toBeGreaterThan((tried.plainMs * configuration.epochs * 5) / 1000);
    const without = { ...configuration, capture: { ...configuration.capture, every: 0 } };
    expect(await ask('run.dry-run', { configuration: without })).toMatchObject({ capturedMs: null, storedBytes: 0 });
    expect(await ask('session.list', {})).toEqual([]);
  });

  it('is refused in words where it would not fit into memory', async () => {
    const configuration = await configured('ucla-cnp-cognition', 'mlp');
    // A thousand layers: a terabyte.
    const settings = { hidden: new Array<number>(1000).fill(8192) };
    const large = { ...configuration, model: { name: 'mlp', settings } };
    await expect(ask('run.dry-run', { configuration: large })).rejects.toMatchObject({
      code: 'out-of-memory',
      message: expect.stringContaining('will not fit') as string,
    });
  });
});

describe('with nothing changed', () => {
  it('a multilayer perceptron reaches an AUC of 0.87 on the cognition tables', async () => {
    const configuration = await configured('ucla-cnp-cognition', 'mlp');
    const end = ended();
    const { session } = await startOf(configuration);
    expect(await end).toMatchObject({ status: 'finished', session });
    const view = await ask('session.view', { session });
    expect(view.sessionRuns.map(({ status }) => status)).toEqual(Array(5).fill('finished'));
    expect(view.validation.auc).toBeGreaterThanOrEqual(0.87);
    const steps = view.sessionRuns.reduce((sum, run) => sum + run.steps, 0);
    expect(view.captured).toBe(steps * view.layers.length);
  }, 120_000);

  it('a 3-D CNN reaches an AUC of 0.80 on the lesion maps', async () => {
    const configuration = await configured('lesymap-lesions', 'cnn3d');
    const end = ended();
    const { session } = await startOf(configuration);
    expect((await end).status).toBe('finished');
    expect((await ask('session.view', { session })).validation.auc).toBeGreaterThanOrEqual(0.8);
  }, 400_000);
});

describe('a run', () => {
  it('refuses a second one, pauses, goes on, and stops after the step in flight with what it has', async () => {
    const configuration = await configured('ucla-cnp-cognition', 'mlp', { epochs: 2000 });
    const end = ended();
    const moving = heard(({ status, step }) => status === 'running' && step > 10);
    const { session } = await startOf(configuration);
    await moving;
    await expect(startOf(configuration)).rejects.toThrow('is running');

    const paused = heard(({ status }) => status === 'paused');
    await ask('run.pause', {});
    const { step } = await paused;
    const runNow = async () => (await ask('session.view', { session })).sessionRuns[0];
    const stored = await runNow();
    expect(stored?.status).toBe('paused');
    // Progress is told less often than steps are made; what is stored is never behind it.
    expect(stored?.steps).toBeGreaterThanOrEqual(step);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await runNow())?.steps).toBe(stored?.steps);

    const again = heard((progress) => progress.status === 'running' && progress.step > step);
    await ask('run.resume', {});
    await again;
    await ask('run.stop', {});
    expect((await end).status).toBe('stopped');
    const view = await ask('session.view', { session });
    expect(view.status).toBe('stopped');
    expect(view.sessionRuns[0]?.steps).toBeGreaterThan(step);
    expect(view.sessionRuns.slice(1).map(({ steps }) => steps)).toEqual([0, 0, 0, 0]);
    await expect(ask('run.pause', {})).rejects.toThrow('Nothing');
  });

  it('begins no session when it is stopped while the preparation of streamed scans is fitted, and soon ends', async () => {
    const configuration = await configured('lesymap-lesions', 'cnn3d');
    const preparation = { ...configuration.preparation, storage: 'disk' as const, minimumVariance: 0.0001 };
    const end = ended();
    const fitting = heard(({ status, message }) => status === 'preparing' && message.startsWith('Fitting'));
    const started = startOf({ ...configuration, preparation });
    const refused = expect(started).rejects.toMatchObject({ kind: 'cancelled' });
    expect((await fitting).message).toMatch(/^Fitting the preparation, pass 1: \d+ of \d+$/);
    await ask('run.stop', {});
    await refused;
    expect((await end).status).toBe('stopped');
    expect(await ask('session.list', {})).toEqual([]);
  }, 400_000);

  it('fails in words when the loss is not a number any more, and can be followed by another', async () => {
    const configuration = await configured('ucla-cnp-cognition', 'mlp', { learningRate: 1e30, optimizer: 'sgd' });
    const end = ended();
    await startOf(configuration);
    const { status, message } = await end;
    expect(status).toBe('failed');
    expect(message).toContain('learning rate');
    const next = ended();
    await startOf({ ...configuration, learningRate: 1e-3, epochs: 1, folds: 2 });
    expect((await next).status).toBe('finished');
  });

  it('is checked without being started', async () => {
    const configuration = await configured('ucla-cnp-cognition', 'mlp');
    const check = await ask('run.check', { configuration });
    expect(check.stepsPerEpoch).toBe(5);
    expect(check.memoryBytes).toBeGreaterThan(0);
    await expect(
      ask('run.check', { configuration: { ...configuration, model: { name: 'cnn3d', settings: {} } } }),
    ).rejects.toThrow();
    const series = { ...configuration, model: { name: 'lstm', settings: {} } };
    const { inputShape, warnings } = await ask('run.check', { configuration: series });
    expect(inputShape).toEqual([...check.inputShape, 1]);
    expect(warnings.join()).toContain('are read as a series of single numbers');
    await expect(ask('run.check', { configuration: { ...configuration, device: 'webgpu' } })).rejects.toThrow('WebGPU');
    await expect(ask('run.check', { configuration: { ...configuration, folds: 90 } })).rejects.toThrow('folds');
  });

  it('is told by its check what it will keep, what is too much, and what is too large to be kept', async () => {
    const configuration = await configured('ucla-cnp-cognition', 'mlp');
    const captured = (change: Partial<RunConfiguration['capture']>) => ({
      configuration: { ...configuration, capture: { ...configuration.capture, ...change } },
    });
    const grams = { every: 1, layers: null, megabytes: 500 };
    const { session } = await ask('run.check', captured({ grams }));
    expect(session.gramBytes).toBeGreaterThan(1e6);
    expect(session.replaySteps).toBe(20);
    await expect(ask('run.check', captured({ grams: { ...grams, megabytes: 1 } }))).rejects.toMatchObject({
      code: 'grams-too-large',
    });
    const { warnings } = await ask('run.check', captured({ replay: { checkpoints: 20, megabytes: 0.01 } }));
    expect(warnings.join()).toContain('No weights are kept for replay');
  });

  it('is taken to need no more memory for a batch of more subjects than there are', async () => {
    const configuration = await configured('ucla-cnp-cognition', 'mlp');
    const check = async (batchSize: number) =>
      (await ask('run.check', { configuration: { ...configuration, batchSize } })).memoryBytes;
    expect(await check(100_000)).toBe(await check(1000));
  });
});
