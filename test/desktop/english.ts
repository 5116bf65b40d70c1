/** English that a window in another language still shows: its texts, held against the texts that have a translation. */
import type { Page } from 'playwright';
import type { Messages } from '#app/text/text.ts';

/** All that is read on a page: its text nodes, and what is read out or shown on hover. Text that a person or a file wrote is among it. */
export async function visibleTexts(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    interface Node {
      nodeValue: string | null;
      parentElement: Element | null;
    }
    interface Element {
      getClientRects(): { length: number };
      getAttribute(name: string): string | null;
    }
    const { document } = globalThis as unknown as {
      document: {
        body: unknown;
        createTreeWalker(root: unknown, what: number): { nextNode(): Node | null };
        querySelectorAll(selector: string): Iterable<Element>;
      };
    };
    const texts: string[] = [];
    const walker = document.createTreeWalker(document.body, 4);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if ((node.parentElement?.getClientRects().length ?? 0) > 0) texts.push(node.nodeValue ?? '');
    }
    const read = [
      'title',
      'aria-label',
      'aria-description',
      'aria-roledescription',
      'aria-valuetext',
      'placeholder',
      'alt',
    ];
    for (const name of read) {
      for (const element of document.querySelectorAll(`[${name}]`)) texts.push(element.getAttribute(name) ?? '');
    }
    return [...new Set(texts.map((text) => text.replace(/\s+/g, ' ').trim()).filter((text) => text !== ''))];
  });
}

const value = /\{\w+\}/g;
const word = /\p{L}{2,}/gu;
/** With fewer words of its own, a text with values in it fits other texts too: '{done} of {total}'. */
const fewestWords = 3;

/**
 * @param messages English text to that of the window's language
 * @returns whether a whole text is English, though the language has words of its own for it
 */
export function englishIn(messages: Messages): (text: string) => boolean {
  const own = new Set(Object.values(messages));
  const plain = new Set<string>();
  const patterns: RegExp[] = [];
  for (const [english, said] of Object.entries(messages)) {
    if (said === english || own.has(english)) continue;
    if (!english.includes('{')) plain.add(english);
    else if ((english.replace(value, '').match(word) ?? []).length >= fewestWords) patterns.push(patternOf(english));
  }
  return (text) => plain.has(text) || patterns.some((pattern) => pattern.test(text));
}

function patternOf(english: string): RegExp {
  const parts = english.split(value).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 'u');
}
