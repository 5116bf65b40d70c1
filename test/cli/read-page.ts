/** Reads a report's page as a browser would: elements, attributes and texts, with every tag closed where it should be. */

export interface PageElement {
  name: string;
  attributes: Record<string, string>;
  children: (PageElement | string)[];
}

const empty = new Set(['meta', 'br', 'col', 'hr', '!doctype']);
const raw = new Set(['script', 'style']);

/** @throws Error where a tag is not closed, or closed where it was not open */
export function readPage(html: string): PageElement {
  const root: PageElement = { name: '', attributes: {}, children: [] };
  const open = [root];
  const tag = /<(\/?)([!a-zA-Z][\w-]*)((?:\s+[\w:-]+(?:="[^"]*")?)*)\s*(\/?)>/y;
  let at = 0;
  while (at < html.length) {
    const inside = open.at(-1) as PageElement;
    if (raw.has(inside.name)) {
      const end = html.indexOf(`</${inside.name}`, at);
      inside.children.push(html.slice(at, end));
      at = end;
    }
    tag.lastIndex = at;
    const found = tag.exec(html);
    if (found === null) {
      const next = html.indexOf('<', at + 1);
      const end = next < 0 ? html.length : next;
      const text = html.slice(at, end);
      if (text.includes('<')) throw new Error(`A tag that cannot be read: ${text.slice(0, 80)}`);
      inside.children.push(decoded(text));
      at = end;
      continue;
    }
    at = tag.lastIndex;
    const [, closing, name = '', attributes = '', selfClosing] = found;
    if (closing !== '') {
      const last = open.pop();
      if (last?.name !== name) throw new Error(`</${name}> closes <${last?.name ?? ''}>`);
      continue;
    }
    const element: PageElement = { name: name.toLowerCase(), attributes: attributesOf(attributes), children: [] };
    inside.children.push(element);
    if (!empty.has(element.name) && selfClosing === '') open.push(element);
  }
  if (open.length > 1) throw new Error(`<${open.at(-1)?.name ?? ''}> is not closed`);
  return root;
}

export function all(element: PageElement, name: string): PageElement[] {
  return element.children.flatMap((child) =>
    typeof child === 'string' ? [] : [...(child.name === name ? [child] : []), ...all(child, name)],
  );
}

export function everything(element: PageElement): PageElement[] {
  return element.children.flatMap((child) => (typeof child === 'string' ? [] : [child, ...everything(child)]));
}

/** What a reader sees of it: neither data nor styles, and no difference between spaces. */
export function textOf(element: PageElement): string {
  return element.children
    .map((child) =>
      typeof child === 'string' ? child.replaceAll('\u00a0', ' ') : raw.has(child.name) ? '' : textOf(child),
    )
    .join('');
}

/** Rows of the table whose caption has the words: the texts of its cells by the names of its columns. */
export function tableOf(page: PageElement, words: string): Record<string, string>[] {
  const table = all(page, 'table').find((each) =>
    all(each, 'caption').some((caption) => textOf(caption).includes(words)),
  );
  if (table === undefined) throw new Error(`There is no table with '${words}' in its caption.`);
  const [head, ...rows] = all(table, 'tr').map((row) =>
    row.children.map((cell) => (typeof cell === 'string' ? cell : textOf(cell))),
  );
  return rows.map((row) => Object.fromEntries(row.map((cell, i) => [head?.[i] ?? '', cell])));
}

export function sectionOf(page: PageElement, id: string): PageElement {
  const found = all(page, 'section').find(({ attributes }) => attributes['id'] === id);
  if (found === undefined) throw new Error(`There is no section '${id}'.`);
  return found;
}

/** The numbers that the page carries for programs. */
export function dataOf(page: PageElement): Record<string, unknown> {
  const script = all(page, 'script').find(({ attributes }) => attributes['id'] === 'report-data');
  return JSON.parse(rawText(script)) as Record<string, unknown>;
}

/** What stands in a script or a style sheet. */
export function rawText(element: PageElement | undefined): string {
  const [text = ''] = element?.children ?? [];
  return typeof text === 'string' ? text : '';
}

function attributesOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/([\w:-]+)(?:="([^"]*)")?/g)].map(([, name = '', value = '']) => [name, decoded(value)]),
  );
}

function decoded(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
