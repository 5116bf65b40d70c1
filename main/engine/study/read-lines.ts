/**
 * A study file as `studyText` lays it out, read subject by subject: a large one takes seconds, in which the engine still
 * answers, and the values' bytes are at hand when the file is written again.
 */
import { setImmediate } from 'node:timers/promises';
import * as v from 'valibot';
import { subjectSchema, type Subject } from '#app/study/study.ts';
import { rememberValues } from './study-text.ts';

/** Bytes between two pauses: some 20 ms of reading. */
const bytesAtOnce = 1_500_000;
const newLine = 0x0a;
const opening = Buffer.from('\n  "subjects": [\n');
const closing = Buffer.from('\n  ],\n');
const beforeValues = Buffer.from(',"values":');

interface Place {
  /** First byte of the first subject's line. */
  start: number;
  /** The line end after the last one. */
  end: number;
  /** The file with no subjects in it. */
  rest: string;
}

/** @returns null where the file is laid out in another way */
function placeOf(bytes: Buffer): Place | null {
  const found = bytes.indexOf(opening);
  const start = found + opening.length;
  const end = found < 0 ? -1 : bytes.indexOf(closing, start);
  return end < 0 ? null : { start, end, rest: `${bytes.toString('utf8', 0, start)}${bytes.toString('utf8', end)}` };
}

/**
 * How many subjects a file has, of whom nothing is read.
 *
 * @returns null where it is laid out in another way
 */
export function countLines(bytes: Buffer): { rest: string; subjects: number } | null {
  const place = placeOf(bytes);
  if (place === null) return null;
  let subjects = 0;
  for (let at = place.start; at > 0 && at < place.end; at = bytes.indexOf(newLine, at) + 1) subjects += 1;
  return { rest: place.rest, subjects };
}

/**
 * @returns the file with no subjects in it as a text, and its subjects; null where it is laid out in another way, or
 *   anything in it is wrong: whoever reads it as a whole can say what
 */
export async function readLines(bytes: Buffer): Promise<{ rest: string; subjects: Subject[] } | null> {
  const place = placeOf(bytes);
  if (place === null) return null;
  const { start, end, rest } = place;
  const subjects: Subject[] = [];
  let paused = start;
  for (let at = start; at < end;) {
    const found = bytes.indexOf(newLine, at);
    const stop = found < 0 || found > end ? end : found;
    const subject = subjectOf(bytes.subarray(at, stop), stop < end);
    if (subject === null) return null;
    subjects.push(subject);
    at = stop + 1;
    if (at - paused < bytesAtOnce) continue;
    paused = at;
    await setImmediate();
  }
  return { rest, subjects };
}

/** @param followed by another: then a comma ends the line */
function subjectOf(line: Buffer, followed: boolean): Subject | null {
  const text = line.toString('utf8');
  if (text.endsWith(',') !== followed) return null;
  const parsed = v.safeParse(subjectSchema, jsonOf(followed ? text.slice(0, -1) : text));
  if (!parsed.success) return null;
  const values = line.indexOf(beforeValues) + beforeValues.length;
  const own = line.subarray(values, line.length - (followed ? 2 : 1));
  // Of a line that a person wrote in another order, or with braces in a text, nothing is kept.
  const isWhole = own.indexOf('{') === 0 && own.lastIndexOf('{') === 0 && own.indexOf('}') === own.length - 1;
  if (values >= beforeValues.length && isWhole) rememberValues(parsed.output.values, own);
  return parsed.output;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
