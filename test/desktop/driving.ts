/** How a person drives the window: keys, buttons, waiting for what the page says. */
import type { Page } from 'playwright';
import { expect } from 'vitest';

export const patience = { timeout: 20_000 };

/** Presses keys until the page shows the heading or button that marks it. */
export async function goTo(page: Page, shortcut: string, marks: string | RegExp): Promise<void> {
  await page.keyboard.press(shortcut);
  await page.getByText(marks).first().waitFor(patience);
}

/** Waits until what the page shows satisfies a condition. */
export async function until(page: Page, holds: (text: string) => boolean, timeout = 60_000): Promise<void> {
  await expect.poll(async () => holds(await page.locator('body').innerText()), { timeout, interval: 100 }).toBe(true);
}

export async function button(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole('button', { name }).first().click(patience);
}
