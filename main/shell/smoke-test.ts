/** `--smoke-test`: the packed app shows that window, engine and TensorFlow work: it trains the sample for two epochs. */
import { defaultConfiguration } from '#app/run/defaults.ts';
import type { EventPayload } from '#app/contract/events.ts';
import type { EngineSupervisor } from './engine-supervisor.ts';
import type { MainWindow } from './window.ts';

const sample = 'ucla-cnp-cognition';
const patienceMs = 120_000;

/** @returns the exit code; prints one line of JSON on stdout */
export async function runSmokeTest(engine: EngineSupervisor, window: MainWindow): Promise<number> {
  try {
    const title = await loadedTitle(window);
    const device = await engine.request('device.describe', { device: 'auto' });
    const { study } = await engine.request('sample.open', { sample });
    const configuration = { ...defaultConfiguration(study, 'mlp'), epochs: 2, folds: 2 };
    const finished = waitForEnd(engine);
    const { session } = await engine.request('run.start', { configuration, title: 'Smoke test', file: null });
    const end = await finished;
    const view = await engine.request('session.view', { session });
    const steps = view.sessionRuns.reduce((sum, run) => sum + run.steps, 0);
    const result = {
      window: title,
      device: device.name,
      study: study.name,
      status: end.status,
      steps,
      captured: view.captured,
    };
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return end.status === 'finished' && view.captured > 0 ? 0 : 3;
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ error: String(error) })}\n`);
    return 3;
  } finally {
    await engine.dispose();
  }
}

async function loadedTitle(window: MainWindow): Promise<string> {
  const contents = window.browserWindow?.webContents;
  if (contents === undefined) throw new Error('The window did not open.');
  if (contents.isLoading()) await new Promise<void>((resolve) => contents.once('did-finish-load', () => resolve()));
  return contents.getTitle();
}

function waitForEnd(engine: EngineSupervisor): Promise<EventPayload<'run.progress'>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The sample did not finish in two minutes.')), patienceMs);
    const stop = engine.onEvent((event, payload) => {
      const progress = payload as EventPayload<'run.progress'>;
      if (event !== 'run.progress' || !['finished', 'stopped', 'failed'].includes(progress.status)) return;
      clearTimeout(timer);
      stop();
      resolve(progress);
    });
  });
}
