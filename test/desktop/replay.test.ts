/** A session of scans looked at under other groups by replay, in the real window. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerDialogs, launchApp, type RunningApp } from './app.ts';
import { button, patience, until } from './driving.ts';
import { copyLesionStudy } from './lesion-study.ts';

const root = resolve(import.meta.dirname, '..', '..');

describe('replay', () => {
  let app: RunningApp;
  let work: string;
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'spectroscope-replay-'));
    const scans = copyLesionStudy(join(work, 'study'), 24);
    const rows = scans.map((scan, i) => `${basename(scan, '.nii.gz')}\t${i % 3 === 0 ? 'early' : 'late'}`);
    writeFileSync(join(work, 'labels.tsv'), `subject\tgroup\n${rows.join('\n')}\n`);
    const words = [
      '--group',
      'score_group',
      '--model',
      'cnn3d',
      '--set',
      'filters=4,4',
      '--epochs',
      '4',
      '--batch',
      '8',
    ];
    const kept = ['--folds', '2', '--keep-grams', '--replay-checkpoints', '2', '--out', join(work, 'lesion.spectra')];
    const cli = join(root, 'main', 'cli', 'spectroscope.ts');
    const run = spawnSync(process.execPath, [cli, 'train', join(work, 'study'), ...words, ...kept], {
      cwd: root,
      encoding: 'utf8',
    });
    if (run.status !== 0) throw new Error(run.stderr);
    const library = join(work, 'library');
    mkdirSync(join(library, 'sessions'), { recursive: true });
    cpSync(join(work, 'lesion.spectra'), join(library, 'sessions', 'lesion.spectra'));
    app = await launchApp({ library, size: { width: 1280, height: 800 } });
  }, 90_000);
  afterAll(async () => {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  });

  async function openDialog(): Promise<ReturnType<RunningApp['page']['getByRole']>> {
    await app.page.getByRole('button', { name: 'Regroup…' }).first().click(patience);
    const dialog = app.page.getByRole('dialog');
    await dialog.getByText('Replay at checkpoints').waitFor(patience);
    return dialog;
  }

  it('is offered beside what Grams give, with what each gives of each layer', async () => {
    const { page } = app;
    await button(page, 'Sessions');
    await page
      .getByRole('button', { name: /^lesion/ })
      .first()
      .click(patience);
    await page.getByText('At the cursor').first().waitFor(patience);
    const dialog = await openDialog();
    await dialog.getByText('alignment only').first().waitFor(patience);
    expect(await dialog.getByRole('row', { name: /^conv3d_1/ }).innerText()).not.toContain('from products');
    expect(await dialog.getByRole('row', { name: /^dense_1/ }).innerText()).toContain('from products');
    await dialog.getByText('Replay at checkpoints').click();
    expect(await dialog.getByRole('row', { name: /^conv3d_1/ }).innerText()).toMatch(/replayed.*replayed.*replayed/s);
    expect(await dialog.getByRole('row', { name: /^dense_1/ }).innerText()).toContain('both');
    await dialog.getByText('4 steps').waitFor(patience);
    if (process.env['PICTURES'] !== undefined)
      await page.screenshot({ path: join(process.env['PICTURES'], 'regroup.png') });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  it('says what to do when the scans are not found, and goes on with the folder that is named', async () => {
    const { page, electron } = app;
    let dialog = await openDialog();
    await dialog.getByText('Replay at checkpoints').click();
    await dialog.getByLabel('Column of the study').fill('score_group');
    await dialog.getByRole('button', { name: 'Regroup', exact: true }).click();
    await page
      .getByRole('alert')
      .getByText(/name the folder/)
      .waitFor(patience);
    dialog = await openDialog();
    await dialog.getByText('Replay at checkpoints').click();
    await answerDialogs(electron, [join(work, 'study')]);
    await dialog.getByRole('button', { name: 'They are elsewhere…' }).click();
    await dialog.getByText('Scans in study.').waitFor(patience);
    await answerDialogs(electron, [join(work, 'labels.tsv')]);
    await dialog.getByRole('button', { name: 'From a table…' }).click();
    await until(page, (text) => /regrouped by a list/.test(text));
    await page.getByRole('switch', { name: /^early/ }).waitFor(patience);
    await page.getByRole('radio', { name: /conv3d_1/ }).waitFor(patience);
    if (process.env['PICTURES'] !== undefined)
      await page.screenshot({ path: join(process.env['PICTURES'], 'regrouped.png') });
    expect(app.errors).toEqual([]);
  });
});
