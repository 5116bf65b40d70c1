/** What the benches of the window share: a display, and how smoothly the page draws while something is done to it. */
import type { Page } from 'playwright';
import { hasDisplay, startVirtualDisplay } from '../../scripts/setup/display.mjs';

/** Runs it where there is a display, or on one without a screen. */
export async function onDisplay<T>(work: () => Promise<T>): Promise<T> {
  if (hasDisplay()) return await work();
  const display = await startVirtualDisplay();
  process.env['DISPLAY'] = display.name;
  try {
    return await work();
  } finally {
    display.stop();
  }
}

export interface Frames {
  perSecond: number;
  medianMs: number;
  /** 95 of 100 frames came at most so long after the one before. */
  p95Ms: number;
  longestMs: number;
  /** Time of its processor that the page's own thread took for one: what is left of it on a machine with other work. */
  threadMs: number;
}

/**
 * Frames of the page while an element is scrolled by a row and a half with each frame, or the wheel turns over it.
 *
 * @param element a selector; the first that it finds
 */
export async function framesWhile(
  page: Page,
  durationMs: number,
  element: string,
  what: 'scroll' | 'zoom',
): Promise<Frames> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const taskSeconds = async (): Promise<number> => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
  };
  const before = await taskSeconds();
  // As a text: what runs in the page has a browser's names, which these files have not.
  const times = await page.evaluate<number[]>(`(${drawing})(${JSON.stringify({ durationMs, element, what })})`);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  gaps.sort((a, b) => a - b);
  const quantile = (part: number): number => gaps[Math.min(gaps.length - 1, Math.floor(part * gaps.length))] ?? 0;
  return {
    perSecond: (1000 * gaps.length) / ((times.at(-1) ?? 0) - (times[0] ?? 0)),
    medianMs: quantile(0.5),
    p95Ms: quantile(0.95),
    longestMs: gaps.at(-1) ?? 0,
    threadMs: (1000 * ((await taskSeconds()) - before)) / Math.max(1, gaps.length),
  };
}

/** @returns what the work answers, and the longest task of the page meanwhile in milliseconds (0: none of over 50) */
export async function blocksWhile<T>(page: Page, work: () => Promise<T>): Promise<{ answer: T; longestMs: number }> {
  await page.evaluate<boolean>(watchBlocks);
  const answer = await work();
  return { answer, longestMs: await page.evaluate<number>(longestBlock) };
}

const watchBlocks = `(() => {
  const blocks = (globalThis.blocksOfBench = []);
  new PerformanceObserver((list) => blocks.push(...list.getEntries().map(({ duration }) => duration))).observe({
    type: 'longtask',
  });
  return true;
})()`;

/** Long tasks are told of a moment after they end. */
const longestBlock = `new Promise((resolve) => setTimeout(() => resolve(Math.max(0, ...globalThis.blocksOfBench)), 500))`;

/** Does it once a frame, in for a while and out for a while where it zooms. Answers when each frame came. */
const drawing = `async ({ durationMs, element, what }) => {
  const target = document.querySelector(element);
  const box = target.getBoundingClientRect();
  const at = { clientX: box.left + box.width * 0.55, clientY: box.top + box.height * 0.4 };
  const wheel = (deltaY) =>
    target.dispatchEvent(new WheelEvent('wheel', { ...at, deltaY, ctrlKey: true, bubbles: true, cancelable: true }));
  const times = [];
  const start = performance.now();
  let top = target.scrollTop;
  return await new Promise((resolve) => {
    const frame = (now) => {
      times.push(now);
      if (now - start > durationMs) return resolve(times);
      if (what === 'scroll') target.scrollTop = top += 51;
      else wheel(Math.floor(times.length / 40) % 2 === 0 ? -60 : 60);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
}`;
