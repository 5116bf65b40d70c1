/**
 * Pictures of every page in both themes at two sizes, of the real window on the ways of `pictures/tours.ts`. They go to
 * test-results/pictures, to be looked at; here is checked what can be said without eyes.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunningApp } from './app.ts';
import { overflows } from './overflows.ts';
import { contrast, greyOf, type Picture } from './picture.ts';
import { asDriven, picture, type Size, type Theme } from './pictures/camera.ts';
import { tours } from './pictures/tours.ts';

const folder = resolve(import.meta.dirname, '..', '..', 'test-results', 'pictures');
const themes: readonly Theme[] = ['light', 'dark'];
/** Decoding a picture takes a second or more: the smaller ones are looked into. */
const narrow: Size = { width: 1280, height: 800 };
const sizes: readonly Size[] = [narrow, { width: 1920, height: 1080 }];
/** A value that was not filled in, or that is none. */
const unfinished = /\bundefined\b|\[object |\{\w+\}|\bNaN\b/;
/** Of fewer shades of grey than this, by their standard deviation, nothing can be seen. */
const leastContrast = 1;

const pages = new Set<string>();
const seen = new Set<string>();

async function notePages({ page }: RunningApp): Promise<void> {
  seen.add((await page.locator('main').getAttribute('aria-label')) ?? '');
  for (const entry of await page.locator('nav [data-title]').all()) {
    pages.add((await entry.getAttribute('data-title')) ?? '');
  }
}

/** Lines of the page that say what no person can read. */
async function unread({ page }: RunningApp): Promise<string[]> {
  const text = await page.locator('body').innerText();
  return text.split('\n').filter((line) => unfinished.test(line));
}

/** Charts and scans of which the picture shows nothing. What a dialog covers is left out. */
async function undrawn({ page }: RunningApp, grey: Picture): Promise<string[]> {
  if ((await page.getByRole('dialog').count()) > 0) return [];
  const faults: string[] = [];
  for (const canvas of await page.locator('canvas:visible').all()) {
    const box = await canvas.boundingBox();
    if (box === null) continue;
    const [right, bottom] = [Math.min(box.x + box.width, grey.width), Math.min(box.y + box.height, grey.height)];
    const part = { x: Math.max(0, box.x), y: Math.max(0, box.y), width: right - box.x, height: bottom - box.y };
    if (part.width < 40 || part.height < 40 || contrast(grey, part) >= leastContrast) continue;
    faults.push(`nothing is drawn at ${Math.round(box.x)}, ${Math.round(box.y)}`);
  }
  return faults;
}

/** What is wrong with the page as it is, in both themes at one size. */
async function faultsAt(app: RunningApp, name: string, size: Size): Promise<string[]> {
  const faults: string[] = [];
  const means: number[] = [];
  for (const theme of themes) {
    const png = await picture(app, size, theme);
    writeFileSync(join(folder, `${name}-${theme}-${size.width}.png`), png);
    if (size !== narrow) continue;
    const grey = greyOf(png);
    means.push(grey.grey.reduce((sum, value) => sum + value, 0) / grey.grey.length);
    faults.push(...(await undrawn(app, grey)).map((what) => `${theme}: ${what}`));
    if (contrast(grey, { x: 0, y: 0, width: grey.width, height: grey.height }) < leastContrast) faults.push('blank');
  }
  const [light, dark] = means;
  if (light !== undefined && dark !== undefined && dark >= light) faults.push('the dark theme is not darker');
  return [...faults, ...(await overflows(app.page)), ...(await unread(app))];
}

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
});

describe('every page, in both themes at two sizes,', () => {
  it.each(Object.entries(tours))('is whole and drawn: %s', { timeout: 600_000 }, async (_, tour) => {
    const faults: string[] = [];
    await tour(async (app, name) => {
      await notePages(app);
      for (const size of sizes) {
        faults.push(...(await faultsAt(app, name, size)).map((what) => `${name} at ${size.width}: ${what}`));
      }
      faults.push(...app.errors.splice(0).map((error) => `${name}: ${error}`));
      await asDriven(app);
    });
    expect(faults).toEqual([]);
  });

  it('is among the pictures, if the rail leads to it', () => {
    expect(pages.size).toBeGreaterThan(0);
    expect([...pages].filter((page) => !seen.has(page))).toEqual([]);
  });
});
