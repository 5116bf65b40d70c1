/** Which character parts the fields of a table. */

const candidates = ['\t', ',', ';', '|'] as const;
export type Delimiter = (typeof candidates)[number];

/** How many lines are looked at. */
const looked = 30;

/**
 * The candidate that cuts the header into most fields and the lines after it into as many. Decimal commas do not
 * mislead it: a header has no decimal commas.
 * @returns null where the header is one field by all of them
 */
export function detectDelimiter(text: string): Delimiter | null {
  const lines = logicalLines(text);
  const [header] = lines;
  if (header === undefined) return null;
  let best: Delimiter | null = null;
  let bestScore = 0;
  for (const candidate of candidates) {
    const fields = countFields(header, candidate);
    if (fields < 2) continue;
    const alike = lines.filter((line) => countFields(line, candidate) === fields).length / lines.length;
    const score = alike + fields / 1000;
    if (score > bestScore) {
      best = candidate;
      bestScore = score;
    }
  }
  return best;
}

/** The first lines that hold anything; a line break within quotes does not end a line. */
function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let quoted = false;
  let line = '';
  for (const part of text.slice(0, 200_000).split(/\r\n|\n|\r/)) {
    line += line === '' ? part : `\n${part}`;
    if ((part.split('"').length - 1) % 2 === 1) quoted = !quoted;
    if (quoted) continue;
    if (line.trim() !== '') lines.push(line);
    line = '';
    if (lines.length === looked) break;
  }
  return lines;
}

function countFields(line: string, delimiter: string): number {
  let fields = 1;
  let quoted = false;
  for (const character of line) {
    if (character === '"') quoted = !quoted;
    else if (character === delimiter && !quoted) fields++;
  }
  return fields;
}

/** A field in quotes, where two quotes are one, or what has no space in it. */
const spacedField = /"(?:[^"]|"")*"|\S+/g;

/**
 * R's `write.table`, AFNI, FSL and PLINK part fields by one or more spaces.
 * @returns the text with a tab between its fields, null where its lines have not as many each (R leaves out the name of the
 *   column of row names), or no column of numbers: then the spaces are in texts
 */
export function spacesAsTabs(text: string): string | null {
  const [header, ...body] = logicalLines(text).map((line) => line.match(spacedField) ?? []);
  const width = body[0]?.length ?? 0;
  if (header === undefined || header.length < 2 || ![0, 1].includes(width - header.length)) return null;
  if (body.some((fields) => fields.length !== width)) return null;
  const isNumeric = (column: number): boolean => body.every((fields) => /^[-+]?\.?\d|^NA$/i.test(fields[column] ?? ''));
  if (!header.some((_, column) => isNumeric(column + width - header.length))) return null;
  return text
    .split(/\r\n|\n|\r/)
    .map((line) => line.match(spacedField)?.join('\t') ?? '')
    .join('\n');
}

/** Excel's first line `sep=;` names the delimiter; it is no row. */
export function declaredDelimiter(text: string): { delimiter: string; rest: string } | null {
  const match = /^"?sep=(.)"?\r?\n/i.exec(text);
  return match?.[1] === undefined ? null : { delimiter: match[1], rest: text.slice(match[0].length) };
}
