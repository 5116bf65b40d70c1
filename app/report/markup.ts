/**
 * HTML and SVG as values. Text becomes markup by being escaped and in no other way, so nothing that a session holds (a
 * group's name, a title, a note) can be taken for a tag.
 */

import { escaped } from '#app/text/escaped.ts';
import { unbroken } from '#app/text/unbroken.ts';

/** Made by the functions below alone. */
export interface Markup {
  readonly markup: string;
}

export type Content = Markup | string | number | null | readonly Content[];
export type Attributes = Readonly<Record<string, string | number | null>>;

/** Elements that have no content and no end tag in HTML. */
const empty = new Set(['meta', 'br', 'col', 'hr']);

/** @param attributes those that are null are left out */
export function element(name: string, attributes: Attributes = {}, ...content: Content[]): Markup {
  const given = Object.entries(attributes)
    .filter(([, value]) => value !== null)
    .map(([attribute, value]) => ` ${attribute}="${escaped(String(value))}"`)
    .join('');
  const start = `<${name}${given}>`;
  return { markup: empty.has(name) ? start : `${start}${inside(name, content)}</${name}>` };
}

/** Code is copied: what is typed has no no-break spaces. */
function inside(name: string, content: readonly Content[]): string {
  const isCode = name === 'code' && content.every((part) => typeof part === 'string');
  return isCode ? escaped(content.join('')) : rendered(content);
}

export function rendered(content: Content): string {
  if (content === null) return '';
  if (typeof content === 'string' || typeof content === 'number') return escaped(unbroken(String(content)));
  if (Array.isArray(content)) return (content as readonly Content[]).map(rendered).join('');
  return (content as Markup).markup;
}

/** Data that a program reads: no text in it can end the element. */
export function dataScript(id: string, value: unknown): Markup {
  const json = JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
  return { markup: `<script type="application/json" id="${escaped(id)}">${json}</script>` };
}

/** @param css a constant of the program, never text of a session */
export function styleSheet(css: string): Markup {
  return { markup: `<style>${css}</style>` };
}

/** @param svg made by a part of the program that escapes what it writes */
export function drawing(svg: string): Markup {
  return { markup: svg };
}
