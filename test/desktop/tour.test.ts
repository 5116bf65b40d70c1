/** The first-run tour, as a newcomer takes it: from the start page to a finding. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchApp, type RunningApp } from './app.ts';
import { button, patience } from './driving.ts';

let app: RunningApp;
beforeAll(async () => {
  app = await launchApp({ size: { width: 1280, height: 800 } });
});
afterAll(async () => {
  await app.close();
});

describe('the tour', () => {
  it('goes from the start page to a finding with its p value', async () => {
    const { page } = app;
    await button(page, 'Take the tour');
    const card = page.getByRole('region', { name: /.+/ }).filter({ hasText: /^Tour, / });
    const goOn = async (action: string, timeout = 60_000): Promise<void> => {
      await card.getByRole('button', { name: action, exact: true }).click({ timeout });
    };
    await goOn('Open the sample study');
    await goOn('Next: the groups');
    await goOn('Next: the design');
    await goOn('Train');
    await goOn('Next: review', 120_000);
    await goOn('Test it');
    await card.getByRole('heading', { name: 'The finding' }).waitFor({ timeout: 120_000 });
    const text = await card.innerText();
    expect(text).toMatch(/199 exchanges of the labels/);
    expect(text).toMatch(/corrected p [=<] 0\.\d+/);
    await goOn('End the tour');
    await expect.poll(() => card.count(), patience).toBe(0);
    expect(app.errors).toEqual([]);
  });

  it('leaves its finding under Tests, where the session keeps it', async () => {
    const { page } = app;
    await page.getByRole('radio', { name: 'Tests', exact: true }).click(patience);
    const results = page.getByRole('region', { name: 'Results of the tests' });
    await results.getByText(/199 permutations/).waitFor(patience);
    await page.getByText(/^Kept in the session/).waitFor(patience);
  });

  it('can be left at any step with Escape, and taken from the palette', async () => {
    const { page } = app;
    await page.keyboard.press('Control+k');
    await page.keyboard.type('tour');
    await page.keyboard.press('Enter');
    await page.getByText('Tour, 1 of 7').waitFor(patience);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByText('Tour, 1 of 7').count(), patience).toBe(0);
  });

  it('has help beside each quantity, with formula and source', async () => {
    const { page } = app;
    await page.keyboard.press('Control+5');
    await button(page, 'What is: Effective rank');
    await page.getByText('Roy & Vetterli, EUSIPCO 2007').waitFor(patience);
    await button(page, 'What is: Effective rank');
    await expect.poll(() => page.getByText('Roy & Vetterli, EUSIPCO 2007').count(), patience).toBe(0);
  });
});
