/** A matrix of numbers as text: `.1D` of AFNI, `.csv`, `.tsv`, `.txt`; with or without a header line or a column of names. */
import { inputError } from '#app/contract/errors.ts';
import { isMissing, parseNumber, type DecimalMark } from '#app/data/cell.ts';
import { sentence, type Sentence } from '#app/text/sentence.ts';
import { cutTable } from '../table.ts';
import { countOf, type StoredNumbers } from './stored-arrays.ts';

interface Line {
  /** Of the file, from 1. */
  line: number;
  fields: string[];
}

/** Names of a first column that counts time points or rows. */
const indexNames =
  /^(|index|idx|time|t|tr|trs|volume|volumes|vol|frame|frames|scan|timepoint|time[ _.-]?points?|unnamed: \d+|column 1)$/i;

/**
 * A missing cell is NaN.
 * @throws SpectroscopeError (input) naming file, line and column of what is no number, or of a line of another length
 */
export function readTextMatrix(text: string, file: string): StoredNumbers {
  const lines = isPartedBySpaces(text) ? spacedLines(text, file) : cutTable(file, text).rows;
  const [first, ...rest] = lines;
  if (first === undefined) throw notMatrix(file, sentence('the file holds no numbers'), sentence('rows of numbers'));
  const isNumber = (field: string) => numberOf(field, 'point') !== null || numberOf(field, 'comma') !== null;
  const isCount = countsColumns(first, rest);
  const hasHeader =
    isCount || (rest.length > 0 && first.fields.some((field) => field.trim() !== '' && !isNumber(field)));
  const header = hasHeader ? headerOf(first, rest) : null;
  const body = hasHeader ? rest : lines;
  const named = body.every(({ fields }) => fields.length > 1 && !isNumber(fields[0] ?? ''));
  const counted = !named && isIndex(header?.[0] ?? null, body);
  const skipped = named || counted ? 1 : 0;
  const width = (body[0]?.fields.length ?? 0) - skipped;
  countOf([body.length, width], file, '');
  const values = new Float64Array(body.length * width);
  const mark = markOf(body);
  body.forEach(({ line, fields }, row) => {
    if (fields.length - skipped !== width) {
      throw notMatrix(
        file,
        sentence('line {line} has {fields} fields, the first has {width}', {
          line,
          fields: fields.length,
          width: width + skipped,
        }),
        sentence('{width} fields in each line', { width: width + skipped }),
      );
    }
    for (let column = 0; column < width; column++) {
      const field = fields[column + skipped] ?? '';
      const value = numberOf(field, mark);
      if (value === null) {
        throw notMatrix(
          file,
          sentence("line {line}, column {column}: '{field}' is not a number", {
            line,
            column: column + skipped + 1,
            field: field.slice(0, 40),
          }),
          sentence('a number, or n/a'),
        );
      }
      values[row * width + column] = value;
    }
  });
  return {
    name: '',
    shape: [body.length, width],
    values,
    // Numbers in order name nothing: they would be there for times as for regions.
    columns: header === null || isCount ? null : header.slice(skipped),
    rows: named ? body.map(({ fields }) => (fields[0] ?? '').trim()) : null,
  };
}

function isPartedBySpaces(text: string): boolean {
  const line = text.split(/\r\n|\n|\r/).find((each) => each.trim() !== '' && !each.trim().startsWith('#')) ?? '';
  return !/[\t,;|]/.test(line.trim());
}

/** AFNI: '#' begins a remark, '3@1.5' is 1.5 three times. A remark before the numbers with as many words names the columns. */
function spacedLines(text: string, file: string): Line[] {
  const lines: Line[] = [];
  let remark: Line | null = null;
  text.split(/\r\n|\n|\r/).forEach((whole, i) => {
    const bare = whole.replace(/#.*$/, '').trim();
    if (bare === '') {
      const words = whole.replace(/^[\s#]+/, '').split(/\s+/);
      if (lines.length === 0 && whole.includes('#')) remark = { line: i + 1, fields: words };
      return;
    }
    const fields = bare.split(/\s+/).flatMap((field) => repeated(field, file, i + 1));
    lines.push({ line: i + 1, fields });
  });
  const named = remark as Line | null;
  const width = lines[0]?.fields.length;
  return named !== null && width !== undefined && width > 1 && named.fields.length === width
    ? [named, ...lines]
    : lines;
}

function repeated(field: string, file: string, line: number): string[] {
  const match = /^(\d+)@(.+)$/.exec(field);
  if (match === null) return [field];
  const times = Number(match[1]);
  if (times > 1e6)
    throw notMatrix(
      file,
      sentence("line {line}: '{field}' repeats a number {times} times", { line, field: field.slice(0, 40), times }),
      sentence('a series'),
    );
  return Array.from({ length: times }, () => match[2] ?? '');
}

/** R writes no name for its column of row names. */
function headerOf({ fields }: Line, rest: readonly Line[]): string[] {
  const names = fields.map((name) => name.trim());
  return rest.every((line) => line.fields.length === names.length + 1) ? ['', ...names] : names;
}

/** A header of 0, 1, 2, … or 1, 2, 3, …, as pandas writes where columns have no names, over numbers that are no counts. */
function countsColumns({ fields }: Line, rest: readonly Line[]): boolean {
  const aboveIndex = fields[0]?.trim() === '';
  const numbers = (aboveIndex ? fields.slice(1) : fields).map((field) => (field.trim() === '' ? NaN : Number(field)));
  const [from] = numbers;
  if (rest.length === 0 || numbers.length < 3 || (from !== 0 && from !== 1)) return false;
  if (!numbers.every((value, at) => value === from + at)) return false;
  return aboveIndex || rest.some((line) => line.fields.some((field) => /^[^a-z]*\d[.,]\d/i.test(field.trim())));
}

/** A first column of 0, 1, 2, … or 1, 2, 3, … that is called so, or that has no name among names. */
function isIndex(name: string | null, body: readonly Line[]): boolean {
  if (body.length < 3 || (body[0]?.fields.length ?? 0) < 3 || (name !== null && !indexNames.test(name))) return false;
  const first = Number(body[0]?.fields[0]);
  // Without a name, seconds may be measured as well as counted: only whole numbers from 0 or 1 count.
  if (name === null && first !== 0 && first !== 1) return false;
  const step = Number(body[1]?.fields[0]) - first;
  if (!(step > 0) || (name === null && step !== 1)) return false;
  return body.every(
    ({ fields }, row) => Math.abs(Number(fields[0]) - first - row * step) <= 1e-3 * step * Math.max(1, row),
  );
}

function markOf(body: readonly Line[]): DecimalMark {
  const fields = body.slice(0, 50).flatMap((line) => line.fields);
  return fields.some((field) => numberOf(field, 'point') === null && numberOf(field, 'comma') !== null)
    ? 'comma'
    : 'point';
}

/** @returns NaN for a missing value, null for what is no number */
function numberOf(field: string, mark: DecimalMark): number | null {
  const text = field.trim();
  if (isMissing(text) || /^[+-]?inf(inity)?$/i.test(text)) return NaN;
  return parseNumber(text, mark);
}

function notMatrix(file: string, what: Sentence, expected: Sentence) {
  return inputError(
    'series-not-numbers',
    sentence('{file}: {what} (expected {expected}). Correct the file or exclude the subject.', {
      file,
      what,
      expected,
    }),
    {
      file,
      expected,
    },
  );
}
