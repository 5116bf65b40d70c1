/** A study of scans: pictures of it, the viewer, preparation and the spectra of convolutions. */
import { launchApp } from '../app.ts';
import { tourSize, type Camera } from './camera.ts';
import { choose, fill, goTo, patience, pointAt, press, reviewFinished, see, train } from './steps.ts';

export async function scansTour(camera: Camera): Promise<void> {
  const app = await launchApp({ size: tourSize });
  try {
    const { page } = app;
    await press(page, /lesion maps/);
    await see(page, '131 subjects');
    await page.getByRole('row').nth(9).click();
    await page.locator('[aria-label*=" plane: "]').first().waitFor(patience);
    await camera(app, 'data-scans');
    await choose(page, 'Scans');
    await page.getByRole('option').first().waitFor(patience);
    await camera(app, 'data-pictures');
    await choose(page, 'Viewer');
    await page.getByRole('checkbox', { name: /^Prepared as in the design/ }).check(patience);
    await page.locator('.pane').nth(1).locator('.marks').first().waitFor({ timeout: 120_000 });
    await camera(app, 'viewer');
    await choose(page, 'Table');
    await goTo(page, 'Control+2', 'Groups to compare');
    await camera(app, 'cohort-scans');
    await goTo(page, 'Control+3', 'Network');
    await camera(app, 'design-scans');
    await fill(page, 'Folds', '2');
    await fill(page, 'Epochs', '3');
    await train(page, 2);
    await reviewFinished(page);
    await page.getByLabel('Layer').getByRole('radio').nth(2).click();
    await pointAt(page, 0.5);
    await camera(app, 'review-scans');
  } finally {
    await app.close();
  }
}
