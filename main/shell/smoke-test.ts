/**
 * `--smoke-test`: the packed app shows that window, engine and TensorFlow work: it trains the sample for two epochs. It prints
 * one line of JSON on stdout and ends within two minutes, whatever happens: what it waited for is named.
 */
import { app } from 'electron';
import { defaultConfiguration } from '#app/run/defaults.ts';
import type { EventPayload } from '#app/contract/events.ts';
import type { EngineSupervisor } from './engine-supervisor.ts';
import type { MainWindow } from './window.ts';

const sample = 'ucla-cnp-cognition';
const patienceMs = 110_000;

export class SmokeTest {
  private stage = 'Chromium to start';

  /** Before the app is ready: from now on it ends. An error that nobody catches would else open a dialog and wait for a person. */
  constructor() {
    setTimeout(() => this.fail(`Waited ${patienceMs / 1000} s for ${this.stage}.`), patienceMs);
    process.on('uncaughtException', (error) => this.fail(`${String(error)}, waiting for ${this.stage}`));
  }

  async run(engine: EngineSupervisor, window: MainWindow): Promise<void> {
    try {
      const title = await this.waitFor('the page to load', loadedTitle(window));
      const device = await this.waitFor('the device', engine.request('device.describe', { device: 'auto' }));
      const { study } = await this.waitFor('the sample', engine.request('sample.open', { sample }));
      const configuration = { ...defaultConfiguration(study, 'mlp'), epochs: 2, folds: 2 };
      const finished = endOfTraining(engine);
      const started = engine.request('run.start', { configuration, title: 'Smoke test', file: null });
      const { session } = await this.waitFor('training to start', started);
      const end = await this.waitFor('training to end', finished);
      const view = await this.waitFor('the session', engine.request('session.view', { session }));
      const steps = view.sessionRuns.reduce((sum, run) => sum + run.steps, 0);
      const { captured } = view;
      print({ window: title, device: device.name, study: study.name, status: end.status, steps, captured });
      await this.waitFor('the engine to end', engine.dispose());
      app.exit(end.status === 'finished' && captured > 0 ? 0 : 3);
    } catch (error) {
      this.fail(`${String(error)}, waiting for ${this.stage}`);
    }
  }

  private waitFor<T>(stage: string, promise: Promise<T>): Promise<T> {
    this.stage = stage;
    return promise;
  }

  /** The engine ends when its channel closes. */
  private fail(error: string): void {
    print({ error });
    app.exit(3);
  }
}

function print(result: object): void {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

async function loadedTitle(window: MainWindow): Promise<string> {
  const contents = window.browserWindow?.webContents;
  if (contents === undefined) throw new Error('The window did not open.');
  if (contents.isLoading()) {
    await new Promise<void>((resolve, reject) => {
      contents.once('did-stop-loading', () => resolve());
      contents.once('did-fail-load', (_, code, description) => reject(new Error(`${description} (${code})`)));
    });
  }
  return contents.getTitle();
}

function endOfTraining(engine: EngineSupervisor): Promise<EventPayload<'run.progress'>> {
  return new Promise((resolve) => {
    const stop = engine.onEvent((event, payload) => {
      const progress = payload as EventPayload<'run.progress'>;
      if (event !== 'run.progress' || !['finished', 'stopped', 'failed'].includes(progress.status)) return;
      stop();
      resolve(progress);
    });
  });
}
