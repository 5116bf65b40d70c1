/** A table of one's own, with four groups under long names of which one is small. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerDialogs, launchApp } from '../app.ts';
import { tourSize, type Camera } from './camera.ts';
import { fill, goTo, press, reviewFinished, see, train } from './steps.ts';

const table = join(import.meta.dirname, '../../../main/samples/ucla-cnp-cognition/cognition.tsv');
const names = ['first episode psychosis', 'healthy control', 'bipolar disorder, type I', 'unaffected sibling'];

export async function groupsTour(camera: Camera): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'spectroscope-pictures-'));
  const app = await launchApp({ size: tourSize });
  try {
    const { page, electron } = app;
    await answerDialogs(electron, [fourGroups(work)]);
    await press(page, 'Import data…');
    await press(page, 'Table…');
    await see(page, 'a study with');
    await press(page, /^Import$/);
    await see(page, '180 subjects');
    await goTo(page, 'Control+2', 'Groups to compare');
    await page.getByRole('combobox', { name: 'Groups from a column' }).click();
    await page.getByRole('option', { name: /^cohort/ }).click();
    await see(page, 'cohort is');
    await camera(app, 'cohort-groups');
    await goTo(page, 'Control+3', 'Network');
    await fill(page, 'Folds', '3');
    await fill(page, 'Epochs', '10');
    await train(page, 3);
    await reviewFinished(page);
    await camera(app, 'review-groups');
  } finally {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  }
}

function fourGroups(folder: string): string {
  const [header, ...rows] = readFileSync(table, 'utf8').trim().split('\n');
  const labelled = rows.map((row, at) => `${row}\t${names[at % 23 === 0 ? 3 : at % 3]}`);
  const file = join(folder, 'a study with a rather long name of several sites and years.tsv');
  writeFileSync(file, `${header}\tcohort\n${labelled.join('\n')}\n`);
  return file;
}
