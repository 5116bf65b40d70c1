/** Names of the labels of an atlas: a table, a colour table of FreeSurfer, the description of an FSL atlas. */

/** What the names of the two columns of a table mean. */
const indexNames =
  /^(index|label|value|id|no\.?|number|roi|roi[ _.-]?(id|index|number)|label[ _.-]?(id|index|number|value))$/i;
const nameNames =
  /^(name|names|label[ _.-]?names?|region|regions|structure|abbreviation|abbr|description|roi[ _.-]?name)$/i;

/**
 * `index`, `name` by a header (BIDS' `_dseg.tsv`) or in the first two columns, in any order of columns; FreeSurfer's
 * `ColorLUT.txt`, parted by spaces; an FSL atlas (XML), whose indices start at 0 where it is probabilistic.
 *
 * @returns name by label; null: the text holds no such pairs
 */
export function parseLabelNames(text: string): Map<number, string> | null {
  const names = /^\s*(<\?xml|<atlas)/i.test(text) ? ofXml(text) : ofLines(text);
  return names.size === 0 ? null : names;
}

/** In FSL's maximum-probability images the label is the index and 1, since 0 is background. */
function ofXml(text: string): Map<number, string> {
  const first = /<type>\s*label\s*<\/type>/i.test(text) ? 0 : 1;
  const found = [...text.matchAll(/<label\b[^>]*\bindex="(\d+)"[^>]*>([^<]*)<\/label>/gi)];
  return new Map(
    found.map(([, index = '', name = '']): [number, string] => [Number(index) + first, unescaped(name.trim())]),
  );
}

function unescaped(text: string): string {
  const marks: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (whole, name: string) => marks[name] ?? whole);
}

function ofLines(text: string): Map<number, string> {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== '' && !/^\s*(#|%)/.test(line));
  const cut = cutter(lines);
  const rows = lines.map(cut);
  const [header = []] = rows;
  const index = header.findIndex((field) => indexNames.test(field));
  const name = header.findIndex((field, at) => at !== index && nameNames.test(field));
  const [indexAt, nameAt] = index >= 0 && name >= 0 ? [index, name] : [0, 1];
  const names = new Map<number, string>();
  for (const fields of rows) {
    const label = Number(fields[indexAt] === '' ? NaN : fields[indexAt]);
    const called = fields[nameAt] ?? '';
    if (Number.isInteger(label) && called !== '' && !names.has(label)) names.set(label, called);
  }
  return names;
}

/** Tabs, else semicolons or commas outside quotes, else spaces, of which a name in the middle may have some. */
function cutter(lines: readonly string[]): (line: string) => string[] {
  const isIn = (mark: string): boolean => lines.filter((line) => line.includes(mark)).length * 2 > lines.length;
  const mark = ['\t', ';', ','].find(isIn);
  if (mark === undefined) return spaced;
  return (line) => quoted(line, mark).map((field) => field.trim());
}

/** '17 Left-Hippocampus 220 216 20 0': the four numbers at the end are a colour. */
function spaced(line: string): string[] {
  const match = /^\s*(\S+)\s+(.+?)(?:\s+\d+\s+\d+\s+\d+\s+\d+)?\s*$/.exec(line);
  return match === null ? [] : [match[1] ?? '', match[2] ?? ''];
}

function quoted(line: string, mark: string): string[] {
  const fields: string[] = [];
  let [field, inside] = ['', false];
  for (const sign of line) {
    if (sign === '"') inside = !inside;
    else if (sign === mark && !inside) {
      fields.push(field);
      field = '';
    } else field += sign;
  }
  return [...fields, field];
}
