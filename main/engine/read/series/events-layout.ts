/** The channels of tables of events, and what each subject has of them. */
import { describeEvents, encodeEvents } from '#app/series/events.ts';
import { orientationWords } from '#app/series/orientation.ts';
import { someOf } from '#app/study/labelling.ts';
import type { Problem, SeriesLayout } from '#app/study/study.ts';
import { sentence, type Sentence } from '#app/text/sentence.ts';
import { note, type SeriesOf } from './series-problems.ts';
import type { ReadEvents } from './read-events.ts';

/** Nothing but the events is looked at: no group, no target. */
export function eventsLayout(
  entries: readonly (SeriesOf & ReadEvents)[],
  problems: Problem[],
): { layout: SeriesLayout; problems: Problem[] } {
  const { channels, left } = describeEvents(entries.map(({ table }) => table));
  for (const { subject, file, table, bytes, sha256 } of entries) {
    const missing = encodeEvents(table, channels).reduce((count, value) => count + Number(Number.isNaN(value)), 0);
    const shape: [number, number] = [table.rows, table.columns.length];
    subject.series = { path: file, bytes, sha256, array: '', slice: null, shape, missing };
  }
  if (left.length > 0) {
    problems.push(
      note('event-columns-left-out', null, sentence('Columns of the events that are not included: {left}.', { left })),
    );
  }
  const lengths = entries.map(({ table }) => table.rows);
  problems.push(...lengthNotes(lengths, 'events'));
  return {
    layout: {
      files: 'events',
      orientation: 'time-by-roi',
      ...orientationWords(sentence('A row is an event.')),
      channels,
    },
    problems,
  };
}

const lengthWords = {
  events: (values: Sentence['values']) =>
    sentence(
      'Subjects have from {shortest} to {longest} events ({distinct}): the Design page says whether the longer are cropped or the shorter are padded; nothing is stretched.',
      values,
    ),
  times: (values: Sentence['values']) =>
    sentence(
      'Subjects have from {shortest} to {longest} time points ({distinct}): the Design page says whether the longer are cropped or the shorter are padded; nothing is stretched.',
      values,
    ),
  volumes: (values: Sentence['values']) =>
    sentence(
      'Subjects have from {shortest} to {longest} volumes ({distinct}): the Design page says whether the longer are cropped or the shorter are padded; nothing is stretched.',
      values,
    ),
};

/** Where subjects have different numbers of times. */
export function lengthNotes(lengths: readonly number[], of: keyof typeof lengthWords): Problem[] {
  const distinct = [...new Set(lengths)].sort((a, b) => a - b);
  const [shortest] = distinct;
  if (distinct.length < 2 || shortest === undefined) return [];
  const values = { shortest, longest: distinct.at(-1) ?? shortest, distinct: someOf(distinct.map(String), 6) };
  return [note('lengths-differ', null, lengthWords[of](values))];
}
