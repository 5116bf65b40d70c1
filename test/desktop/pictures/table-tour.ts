/** A study of tables: from the first start over a refused file, the cohort, the design and a training to the sessions. */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerDialogs, launchApp, type RunningApp } from '../app.ts';
import { tourSize, type Camera } from './camera.ts';
import { arrive, choose, fill, goTo, patience, pointAt, press, reviewFinished, see, train } from './steps.ts';

const table = join(import.meta.dirname, '../../../main/samples/ucla-cnp-cognition/cognition.tsv');

export async function tableTour(camera: Camera): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'spectroscope-pictures-'));
  const app = await launchApp({ size: tourSize });
  try {
    await firstStart(app, camera);
    await importing(app, camera, work);
    await dataAndCohort(app, camera);
    await design(app, camera);
    await training(app, camera);
    await afterwards(app, camera);
  } finally {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  }
}

async function firstStart(app: RunningApp, camera: Camera): Promise<void> {
  const { page } = app;
  await see(page, 'Open a sample study');
  await camera(app, 'start');
  await goTo(page, 'Control+4', 'Nothing is being trained');
  await camera(app, 'empty');
  await page.keyboard.press('Control+k');
  await camera(app, 'commands');
  await page.keyboard.press('Escape');
}

async function importing(app: RunningApp, camera: Camera, work: string): Promise<void> {
  const { page, electron } = app;
  const empty = join(work, 'empty.csv');
  writeFileSync(empty, 'participant_id,diagnosis\n');
  const whole = join(work, 'cognition.tsv');
  copyFileSync(table, whole);
  await press(page, 'Spectroscope');
  await press(page, 'Import data…');
  await answerDialogs(electron, [empty]);
  await press(page, 'Table…');
  await see(page, 'empty.csv');
  await page.getByRole('dialog').getByRole('alert').first().waitFor(patience);
  await camera(app, 'error');
  await press(page, /^Remove empty/);
  await answerDialogs(electron, [whole]);
  await press(page, 'Table…');
  await see(page, 'cognition.tsv');
  await camera(app, 'import');
  await page.keyboard.press('Escape');
}

async function dataAndCohort(app: RunningApp, camera: Camera): Promise<void> {
  const { page } = app;
  await press(page, /UCLA CNP/);
  await see(page, '180 subjects');
  await page.getByRole('row').nth(5).click();
  await camera(app, 'data-table');
  await page.getByRole('radio', { name: /Features/ }).click();
  await camera(app, 'data-features');
  await goTo(page, 'Control+2', 'Groups to compare');
  await camera(app, 'cohort');
  await press(page, 'Add a group…');
  await camera(app, 'cohort-rule');
  await page.keyboard.press('Escape');
  await cohortViews(app, camera);
}

/** The scatter with a lasso on it, the covariates, matching and the flow; afterwards the study is as before. */
async function cohortViews(app: RunningApp, camera: Camera): Promise<void> {
  const { page } = app;
  await choose(page, 'Scatter');
  const box = await page.locator('.scatter canvas').first().boundingBox();
  if (box === null) throw new Error('No scatter is shown.');
  const corners = [
    [0.15, 0.1],
    [0.45, 0.15],
    [0.5, 0.6],
    [0.2, 0.7],
    [0.15, 0.12],
  ] as const;
  for (const [at, [x, y]] of corners.entries()) {
    await page.mouse.move(box.x + box.width * x, box.y + box.height * y, { steps: 6 });
    if (at === 0) await page.mouse.down();
  }
  await page.mouse.up();
  await see(page, /\d+ selected/);
  await camera(app, 'cohort-scatter');
  await press(page, 'Clear');
  await choose(page, 'Covariates');
  await camera(app, 'cohort-covariates');
  await press(page, 'Match the groups…');
  await page.getByRole('table', { name: 'Subjects before and after' }).waitFor(patience);
  await camera(app, 'cohort-match');
  await page.getByRole('dialog').getByRole('button', { name: 'Match', exact: true }).click(patience);
  await see(page, 'Not matched on');
  await choose(page, 'Flow');
  await camera(app, 'cohort-flow');
  await page.keyboard.press('Control+z');
  await choose(page, 'Subjects');
}

async function design(app: RunningApp, camera: Camera): Promise<void> {
  const { page } = app;
  await goTo(page, 'Control+3', 'Network');
  await camera(app, 'design');
  await fill(page, 'Folds', '90');
  await camera(app, 'design-refused');
  await fill(page, 'Folds', '5');
}

async function training(app: RunningApp, camera: Camera): Promise<void> {
  const { page } = app;
  // Longer than any camera takes: it is stopped below.
  await fill(page, 'Epochs', '3000');
  await train(page, 5);
  await camera(app, 'train');
  await press(page, 'Stop and review');
  await camera(app, 'train-stop');
  await page.getByRole('dialog').getByRole('button', { name: 'Stop and review' }).click();
  await arrive(page, 'Review');
  await see(page, 'At the cursor');
  await goTo(page, 'Control+3', 'Network');
  await arrive(page, 'Design');
  await fill(page, 'Epochs', '30');
  await train(page, 5);
  await reviewFinished(page);
  await page.getByLabel('Layer').getByRole('radio').nth(1).click();
  await pointAt(page, 0.7);
  await camera(app, 'review');
  await choose(page, 'Session');
  await camera(app, 'review-session');
  await press(page, 'Export numbers…');
  await camera(app, 'export');
  await page.keyboard.press('Escape');
}

async function afterwards(app: RunningApp, camera: Camera): Promise<void> {
  const { page } = app;
  await press(page, 'Sessions');
  await page.getByRole('grid').waitFor(patience);
  await camera(app, 'sessions');
  await press(page, 'Settings');
  await see(page, 'Theme');
  await camera(app, 'settings');
  await page.keyboard.press('F1');
  await see(page, 'What is measured');
  await camera(app, 'help');
}
