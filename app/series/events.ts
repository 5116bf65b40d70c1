/** Tables of events as series: a time for each row, numbers and one-hot levels of its columns as channels. */
import { decimalMarkOf, parseNumber } from '#app/data/cell.ts';
import type { Channel } from '#app/study/study.ts';
import { sentence, type Sentence } from '#app/text/sentence.ts';

/** The events of one subject. */
export interface EventTable {
  columns: readonly {
    name: string;
    /** One per row, as written; '' where missing. */
    texts: readonly string[];
  }[];
  rows: number;
}

export interface DescribedEvents {
  channels: Channel[];
  /** Columns that are no channel, or not included, and why: a sentence each. */
  left: Sentence[];
}

/** Whole numbers of so few values are codes of something. */
const mostCodes = 10;
/** More levels than this name something. */
const mostLevels = 30;
/** Part of the subjects in whose table a column must be. */
const mostlyThere = 0.9;

/**
 * Channels of all columns, with a proposal which are included: not the times of events (which count trials), what is the
 * same throughout, what is the same in all events of each subject (it tells who, not what), or what repeats another channel.
 *
 * Nothing of groups or targets is looked at.
 */
export function describeEvents(tables: readonly EventTable[]): DescribedEvents {
  const left: Sentence[] = [];
  const channels: Channel[] = [];
  const seen = new Map<string, string>();
  for (const source of columnNames(tables)) {
    const column = columnOf(tables, source);
    const proposed = channelsOf(source, column);
    if (!Array.isArray(proposed)) {
      left.push(sentence('{source}: {reason}', { source, reason: proposed }));
      continue;
    }
    const reason = reasonAgainst(source, column);
    const copies = new Set<string>();
    for (const channel of proposed) {
      const twin = reason === null ? twinOf(channel, column, seen) : null;
      if (twin !== null) copies.add(twin);
      channels.push({ ...channel, included: reason === null && twin === null });
    }
    if (reason !== null) left.push(sentence('{source}: {reason}', { source, reason }));
    else if (copies.size > 0)
      left.push(sentence('{source}: repeats {others}', { source, others: [...copies].join(', ') }));
  }
  return { channels, left };
}

/**
 * @returns [rows x channels], row by row; NaN for a number that is missing
 */
export function encodeEvents(table: EventTable, channels: readonly Channel[]): Float64Array {
  const values = new Float64Array(table.rows * channels.length);
  channels.forEach((channel, place) => {
    const texts = table.columns.find(({ name }) => name === channel.source)?.texts ?? [];
    const read = reader(channel, texts);
    for (let row = 0; row < table.rows; row++) values[row * channels.length + place] = read(texts[row] ?? '');
  });
  return values;
}

function reader({ of, level }: Channel, texts: readonly string[]): (text: string) => number {
  if (of === 'missing') return (text) => Number(text === '');
  // Where nothing is known, no level is.
  if (of === 'level') return (text) => Number(text === level);
  const mark = decimalMarkOf(texts) ?? 'point';
  return (text) => (text === '' ? NaN : (parseNumber(text, mark) ?? NaN));
}

/** In the order of the first table. */
function columnNames(tables: readonly EventTable[]): string[] {
  const names = [...new Set(tables.flatMap(({ columns }) => columns.map(({ name }) => name)))];
  const needed = tables.length * mostlyThere;
  return names.filter((name) => tables.filter((table) => textsOf(table, name) !== null).length >= needed);
}

function textsOf({ columns }: EventTable, name: string): readonly string[] | null {
  return columns.find((column) => column.name === name)?.texts ?? null;
}

interface EventColumn {
  /** A list for each subject that has the column. */
  bySubject: (readonly string[])[];
  /** Of those that are not missing; in order where they are few. */
  levels: string[];
  isNumeric: boolean;
  missing: boolean;
}

function columnOf(tables: readonly EventTable[], name: string): EventColumn {
  const bySubject = tables.flatMap((table) => {
    const texts = textsOf(table, name);
    return texts === null ? [] : [texts];
  });
  const distinct = new Set<string>();
  for (const texts of bySubject) for (const text of texts) distinct.add(text);
  const missing = distinct.delete('') || bySubject.length < tables.length;
  const levels = [...distinct];
  // Measurements are put in no order: of many thousands that would take seconds.
  if (levels.length <= mostLevels) levels.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const mark = decimalMarkOf(levels) ?? 'point';
  return { bySubject, levels, missing, isNumeric: levels.every((level) => parseNumber(level, mark) !== null) };
}

/** @returns why there are none */
function channelsOf(source: string, { levels, isNumeric, missing }: EventColumn): Channel[] | Sentence {
  if (levels.length === 0) return sentence('has no values');
  if (levels.length === 1 && !missing) return sentence('is the same in all events');
  const common = { source, level: '', included: true };
  // eslint-disable-next-line spectroscope/bare-text -- a name of a channel, kept in the study
  const indicator: Channel[] = missing ? [{ ...common, name: `${source} missing`, of: 'missing' }] : [];
  const isTruth = levels.length === 2 && levels[0] === '0' && levels[1] === '1';
  const areCodes = levels.length <= mostCodes && levels.every((level) => /^[+-]?\d+$/.test(level));
  if (isNumeric && (isTruth || !areCodes)) return [{ ...common, name: source, of: 'number' }, ...indicator];
  if (levels.length > mostLevels) return sentence('has {n} different texts', { n: levels.length });
  // Of two levels one says all, unless there is a third state: missing.
  const told = levels.length === 2 && !missing ? levels.slice(1) : levels;
  return [
    ...told.map((level): Channel => ({ ...common, name: `${source}=${level}`, of: 'level', level })),
    ...(levels.length > 1 ? indicator : []),
  ];
}

function reasonAgainst(source: string, { bySubject, isNumeric }: EventColumn): Sentence | null {
  if (/^(onset|time ?course)|onset$|(onset|time ?course)_/i.test(source))
    return sentence('is a time of the experiment');
  if (isNumeric && bySubject.every(ascends)) return sentence('ascends from event to event, as times and counts do');
  if (bySubject.length > 1 && bySubject.every((texts) => new Set(texts).size <= 1)) {
    return sentence('is the same in all events of a subject, and so tells who it is');
  }
  return null;
}

function ascends(texts: readonly string[]): boolean {
  const numbers = texts.filter((text) => text !== '').map(Number);
  return numbers.length > 2 && numbers.every((value, i) => i === 0 || value > (numbers[i - 1] as number));
}

/** @returns the name of an earlier channel with the same values, or with 0 for each 1 */
function twinOf(channel: Channel, { bySubject }: EventColumn, seen: Map<string, string>): string | null {
  const values = bySubject.flatMap((texts) => texts.map(reader(channel, texts)));
  const key = fingerprint(values);
  const isBinary = values.every((value) => value === 0 || value === 1);
  const twin = seen.get(key) ?? (isBinary ? seen.get(fingerprint(values.map((value) => 1 - value))) : undefined);
  if (twin === undefined) seen.set(key, channel.name);
  return twin ?? null;
}

/** Length, and two sums that weigh each value by its place: equal for equal lists, and hardly for others. */
function fingerprint(values: readonly number[]): string {
  let [first, second] = [0, 0];
  values.forEach((value, i) => {
    const known = Number.isNaN(value) ? -12345.678 : value;
    first += known * Math.sin(i + 1);
    second += known * Math.cos(3 * i + 2);
  });
  return `${values.length} ${first} ${second}`;
}
