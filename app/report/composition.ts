/** What the parts of a report share while it is put together: numbers of tables and figures, and what has been cited. */
import { references, type Reference, type ReferenceKey } from './references.ts';
import { element, type Content, type Markup } from './markup.ts';

/** Where numbers come from, so that a reader can get them again. */
export interface Source {
  /** Tables of the session file, or entries of its `meta`. */
  tables: readonly string[];
  /** Which rows of them, in words. */
  rows: string;
  /** What follows the program's name on the command line; null: no command gives them, SQLite does. */
  command: string | null;
  /** Where the same numbers are in the data of the page. */
  data: string;
}

export interface TableContent {
  caption: Content;
  head: readonly Content[];
  rows: readonly (readonly Content[])[];
  /** Columns of words, by their index; the others are numbers and stand to the right. Default: the first. */
  words?: readonly number[];
  source: Source | null;
  note?: Content;
  /** Of the style sheet, for widths of its columns. */
  kind?: 'checklist';
}

export class Composition {
  /** The session file's name, for commands. */
  private readonly file: string;
  private readonly cited: ReferenceKey[] = [];
  private tables = 0;
  private figures = 0;

  constructor(file: string) {
    this.file = file;
  }

  /** '[3, 4]', numbered by the order in which works are cited first. */
  cite(...keys: readonly ReferenceKey[]): Markup {
    const links = keys.flatMap((key, i): Content[] => {
      if (!this.cited.includes(key)) this.cited.push(key);
      const number = this.cited.indexOf(key) + 1;
      return [i === 0 ? '' : ', ', element('a', { href: `#reference-${number}` }, number)];
    });
    return element('span', { class: 'cite' }, '[', ...links, ']');
  }

  table({ caption, head, rows, words = [0], source, note = null, kind }: TableContent): Markup {
    this.tables += 1;
    const kindOf = (column: number): string | null => (words.includes(column) ? null : 'number');
    const body = rows.map((row) =>
      element(
        'tr',
        {},
        ...row.map((cell, column) =>
          column === 0 ? element('th', { scope: 'row' }, cell) : element('td', { class: kindOf(column) }, cell),
        ),
      ),
    );
    return element(
      'div',
      { class: kind === undefined ? 'table' : `table ${kind}`, id: `table-${this.tables}` },
      element(
        'table',
        {},
        element('caption', {}, element('b', {}, `Table ${this.tables}. `), caption),
        element(
          'thead',
          {},
          element('tr', {}, ...head.map((cell, i) => element('th', { scope: 'col', class: kindOf(i) }, cell))),
        ),
        element('tbody', {}, ...body),
      ),
      note === null ? null : element('p', { class: 'note' }, note),
      source === null ? null : this.source(source),
    );
  }

  figure(image: Markup, caption: Content, source: Source): Markup {
    this.figures += 1;
    return element(
      'figure',
      { id: `figure-${this.figures}` },
      image,
      element('figcaption', {}, element('b', {}, `Figure ${this.figures}. `), caption),
      this.source(source),
    );
  }

  private source({ tables, rows, command, data }: Source): Markup {
    return element(
      'p',
      { class: 'source' },
      'Source: ',
      ...tables.flatMap((table, i): Content[] => [i === 0 ? '' : ', ', element('code', {}, table)]),
      ` of ${this.file}, ${rows}; `,
      command === null
        ? 'read with SQLite'
        : element('code', {}, `spectroscope ${command.replace('FILE', quoted(this.file))}`),
      '; in the data of this page: ',
      element('code', {}, data),
      '.',
    );
  }

  /** Those that were cited until now. */
  references(): Markup {
    return element(
      'ol',
      { class: 'references' },
      ...this.cited.map((key, i) => element('li', { id: `reference-${i + 1}` }, ...referenceText(references[key]))),
    );
  }
}

function referenceText({ authors, year, title, where, doi }: Reference): Content[] {
  const link = doi === null ? null : element('a', { href: `https://doi.org/${doi}` }, `doi:${doi}`);
  return [`${authors}. ${title}. ${where} (${year}).`, link === null ? '' : ' ', link];
}

/** A name as a shell takes it for one word. */
export function quoted(name: string): string {
  return /^[\w.,:+@%/-]+$/.test(name) ? name : `'${name.replaceAll("'", String.raw`'\''`)}'`;
}

export function section(id: string, title: string, ...content: Content[]): Markup {
  return element(
    'section',
    { id, 'aria-labelledby': `${id}-title` },
    element('h2', { id: `${id}-title` }, title),
    ...content,
  );
}

export function paragraph(...content: Content[]): Markup {
  return element('p', {}, ...content);
}

export function list(items: readonly Content[]): Markup {
  return element('ul', {}, ...items.map((item) => element('li', {}, item)));
}

export function heading(title: Content): Markup {
  return element('h3', {}, title);
}
