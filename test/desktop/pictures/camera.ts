/** Takes pictures of the page as it is, once it stands still. */
import type { Page } from 'playwright';
import { resize, type RunningApp } from '../app.ts';

export type Theme = 'light' | 'dark';
export interface Size {
  width: number;
  height: number;
}

/** What the tours are driven at; pictures are taken at it and at others. */
export const tourSize: Size = { width: 1440, height: 900 };

/** What becomes of a view that a tour has come to. It leaves the page as it was. */
export type Camera = (app: RunningApp, name: string) => Promise<void>;

/** Frames are compared so often, at this distance, before a page that never rests (a training) is taken as it is. */
const mostFrames = 12;
const betweenFramesMs = 120;

/** Shows the page in a size and theme and waits until two frames are alike. @returns the PNG */
export async function picture({ electron, page }: RunningApp, size: Size, theme: Theme): Promise<Buffer> {
  await page.mouse.move(2, 2);
  await resize(electron, size);
  await page.waitForFunction(
    ({ width }) => (globalThis as unknown as { innerWidth: number }).innerWidth === width,
    size,
  );
  await page.emulateMedia({ colorScheme: theme });
  return await stillFrame(page);
}

/** The page as the tours drive it. */
export async function asDriven({ electron, page }: RunningApp): Promise<void> {
  await resize(electron, tourSize);
  await page.emulateMedia({ colorScheme: 'light' });
}

async function stillFrame(page: Page): Promise<Buffer> {
  let before: Buffer = Buffer.alloc(0);
  for (let frame = 0; frame < mostFrames; frame++) {
    await page.waitForTimeout(betweenFramesMs);
    const now = await page.screenshot();
    if (now.equals(before)) return now;
    before = now;
  }
  return before;
}
