/** Texts that have less room than they need, as a page shows them. */
import type { Page } from 'playwright';

/** What must be read whole, but for words that are for screen readers alone; where the end of a text may be left out (`text-overflow`), the whole is in its title. */
const whole = 'button, [role="radio"], [role="tab"], nav a, th, label, dt, h2, h3, select, .caption';

/** @returns a line for each text that is wider than its place, and for each part of the page that has to be scrolled sideways */
export async function overflows(page: Page): Promise<string[]> {
  return await page.evaluate((selector) => {
    const { document, getComputedStyle } = globalThis as unknown as {
      document: Document;
      getComputedStyle(element: Element): CSSStyleDeclaration;
    };
    interface Element {
      className: string;
      tagName: string;
      textContent: string | null;
      scrollWidth: number;
      clientWidth: number;
      getClientRects(): { length: number };
      closest(selector: string): Element | null;
    }
    interface Document {
      documentElement: Element;
      querySelectorAll(selector: string): Iterable<Element>;
    }
    interface CSSStyleDeclaration {
      display: string;
      textOverflow: string;
      overflowX: string;
    }
    const wide = ({ scrollWidth, clientWidth }: Element): boolean => clientWidth > 0 && scrollWidth > clientWidth + 1;
    const told = (element: Element, what: string): string =>
      `${what}: ${element.tagName.toLowerCase()}.${element.className} '${(element.textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 60)}' needs ${element.scrollWidth} of ${element.clientWidth}`;
    const lines: string[] = [];
    if (wide(document.documentElement)) lines.push(told(document.documentElement, 'sideways'));
    for (const element of document.querySelectorAll('body *')) {
      if (!wide(element) || element.getClientRects().length === 0) continue;
      const { overflowX } = getComputedStyle(element);
      if ((overflowX === 'auto' || overflowX === 'scroll') && element.closest('[role="grid"]') === null)
        lines.push(told(element, 'sideways'));
    }
    for (const element of document.querySelectorAll(selector)) {
      if (!wide(element) || element.getClientRects().length === 0 || element.closest('.hidden-words') !== null)
        continue;
      const { display, textOverflow } = getComputedStyle(element);
      if (!display.startsWith('inline ') && display !== 'inline' && textOverflow !== 'ellipsis')
        lines.push(told(element, 'cut off'));
    }
    return lines;
  }, whole);
}
