/** What the tours have in common: pressing, seeing, filling, training, pointing. */
import type { Page } from 'playwright';

export const patience = { timeout: 30_000 };
const trainingPatience = { timeout: 240_000 };

export async function press(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole('button', { name }).first().click(patience);
}

export async function see(page: Page, words: string | RegExp): Promise<void> {
  await page.getByText(words).first().waitFor(patience);
}

/** Waits for a page by its name: words of one can stand on another too. */
export async function arrive(page: Page, title: string): Promise<void> {
  await page.locator(`main[aria-label="${title}"]`).waitFor(patience);
}

export async function goTo(page: Page, keys: string, words: string): Promise<void> {
  await page.keyboard.press(keys);
  await see(page, words);
}

export async function choose(page: Page, view: string | RegExp): Promise<void> {
  await page.getByRole('radio', { name: view, exact: true }).first().click(patience);
}

export async function fill(page: Page, label: string, value: string): Promise<void> {
  await page.getByLabel(label).fill(value);
  await page.getByLabel(label).press('Enter');
}

/** Starts training and waits for the first charts. */
export async function train(page: Page, folds: number): Promise<void> {
  await press(page, new RegExp(`^Train ${folds} folds`));
  await page.locator('figure[aria-label*="singular values"]').first().waitFor(trainingPatience);
}

/** Waits for the end of the training and opens it. */
export async function reviewFinished(page: Page): Promise<void> {
  await page
    .getByText(/finished/)
    .first()
    .waitFor(trainingPatience);
  await press(page, 'Review');
  await arrive(page, 'Review');
  await see(page, 'At the cursor');
}

/** Points at a step in the charts: `share` of the way from the first to the newest. */
export async function pointAt(page: Page, share: number): Promise<void> {
  const box = await page.locator('.stack').boundingBox();
  if (box === null) throw new Error('No charts are shown to point at.');
  await page.mouse.click(box.x + 70 + (box.width - 100) * share, box.y + 60);
}
