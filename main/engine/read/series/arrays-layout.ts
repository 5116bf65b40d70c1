/** What the arrays of all subjects are: series or matrices, which axis is time, how their channels are called. */
import { asymmetry, hasEvenDiagonal, symmetricWithin } from '#app/series/matrices.ts';
import { findOrientation, orientationWords, timesAndChannels, type FoundOrientation } from '#app/series/orientation.ts';
import { numberedChannels } from '#app/study/edit-series.ts';
import { someOf } from '#app/study/labelling.ts';
import type { Problem, SeriesLayout } from '#app/study/study.ts';
import { sentence } from '#app/text/sentence.ts';
import { lengthNotes } from './events-layout.ts';
import type { SeriesRequest } from './find-series.ts';
import type { ImportedSeries, ReadSeries } from './import-series.ts';
import { excluding, note, nothingRead } from './series-problems.ts';
import type { SubjectArray } from './subject-array.ts';

/** Part of the subjects whose arrays must be square, and symmetric or with one value along the diagonal, for all to be matrices of connections. */
const mostlyMatrices = 0.9;

/** @throws SpectroscopeError (kind 'input') when there is none */
export function arraysLayout(
  read: readonly ReadSeries[],
  request: SeriesRequest | null,
  problems: Problem[],
): ImportedSeries {
  if (read.length === 0) throw nothingRead(problems[0]?.message);
  const kind = request?.kind ?? kindOf(read);
  const layout = kind === 'matrices' ? matricesLayout(read, problems) : seriesLayout(read, request, problems);
  const kept = read.filter(({ subject }) => subject.excluded === null);
  for (const { subject, file, content, arrays } of kept) {
    const { array, slice, shape, values } = content;
    const missing = values.reduce((count, value) => count + Number(!Number.isFinite(value)), 0);
    subject.series = { path: file, bytes: arrays.bytes, sha256: arrays.sha256, array, slice, shape, missing };
  }
  problems.push(...sameContent(kept), ...missingNotes(kept));
  return { kind, layout, problems };
}

function kindOf(read: readonly ReadSeries[]): ImportedSeries['kind'] {
  const symmetric = read.filter(({ content: { shape, values } }) => {
    const [rows, columns] = shape;
    if (rows !== columns || rows < 2) return false;
    return asymmetry(values, rows) <= symmetricWithin || hasEvenDiagonal(values, rows);
  });
  return symmetric.length >= read.length * mostlyMatrices ? 'matrices' : 'series';
}

function matricesLayout(read: readonly ReadSeries[], problems: Problem[]): SeriesLayout {
  const size = commonest(read.map(({ content }) => content.shape[1]));
  for (const entry of read) {
    const { id } = entry.subject;
    const [rows, columns] = entry.content.shape;
    if (rows !== columns || columns !== size) {
      const reason = sentence(
        '{id}: {file} has {rows} x {columns} numbers, most have {size} x {size}. Correct the file or leave the subject out.',
        { id, file: entry.file, rows, columns, size },
      );
      problems.push(excluding(entry, 'matrix-size-differs', reason, 'shape'));
      continue;
    }
    const part = asymmetry(entry.content.values, size);
    if (part <= symmetricWithin) continue;
    problems.push({
      ...note(
        'matrix-not-symmetric',
        entry.file,
        sentence(
          '{id}: {file} differs from its mirror image by {percent} % of its largest value. Models of tables take what is above the diagonal; only the connectome CNN sees both halves.',
          { id, file: entry.file, percent: (part * 100).toPrecision(2) },
        ),
        'warning',
      ),
      subject: id,
    });
  }
  const names = namesOf(read, (content) => content.columns ?? content.rows, size);
  return {
    files: 'arrays',
    orientation: 'time-by-roi',
    ...orientationWords(sentence('Matrices of connections have regions along both axes.')),
    channels: channelsOf(names, size),
  };
}

function seriesLayout(read: readonly ReadSeries[], request: SeriesRequest | null, problems: Problem[]): SeriesLayout {
  const found = orientationOf(read, request);
  const { orientation } = found;
  if (!found.isSure) {
    problems.push(
      note(
        'orientation-guessed',
        null,
        sentence('{reason} Look at a subject on the Data page, and turn the series there if that is wrong.', {
          reason: found.reason,
        }),
        'warning',
      ),
    );
  }
  const sizes = read.map(({ content }) => timesAndChannels(content.shape, orientation));
  const count = commonest(sizes.map(({ channels }) => channels));
  read.forEach((entry, i) => {
    const channels = sizes[i]?.channels ?? 0;
    if (channels === count) return;
    const place = { id: entry.subject.id, file: entry.file, channels, number: count };
    const reason =
      sizes[i]?.times === count
        ? sentence(
            '{id}: {file} has {channels} regions and {number} times, most subjects have {number} regions: it is probably the other way round. Turn it in the file or leave the subject out.',
            place,
          )
        : sentence(
            '{id}: {file} has {channels} regions, most subjects have {number}. Correct the file or leave the subject out.',
            place,
          );
    problems.push(excluding(entry, 'channels-differ', reason, 'channels'));
  });
  const names = namesOf(read, (content) => (orientation === 'time-by-roi' ? content.columns : content.rows), count);
  problems.push(...otherNames(read, orientation === 'time-by-roi' ? 'columns' : 'rows', names));
  const kept = sizes.filter(({ channels }) => channels === count);
  problems.push(
    ...lengthNotes(
      kept.map(({ times }) => times),
      'times',
    ),
  );
  return { files: 'arrays', orientation, ...orientationWords(found.reason), channels: channelsOf(names, count) };
}

function orientationOf(read: readonly ReadSeries[], request: SeriesRequest | null): FoundOrientation {
  const chosen = request?.orientation ?? null;
  if (chosen !== null) return { orientation: chosen, reason: sentence('Chosen by a person.'), isSure: true };
  const most = read.length / 2;
  const named = {
    columns: read.filter(({ content }) => content.columns !== null).length > most,
    rows: read.filter(({ content }) => content.rows !== null).length > most,
  };
  const inColumns = read.every(({ file }) => /\.1d$/i.test(file));
  return findOrientation(
    read.map(({ content }) => content.shape),
    named,
    inColumns,
  );
}

/** From the first file that has them along the axis, or a list of texts of that length beside the numbers. */
function namesOf(
  read: readonly ReadSeries[],
  of: (content: SubjectArray) => readonly string[] | null,
  count: number,
): readonly string[] | null {
  const axis = read.map(({ content }) => of(content)).find((names) => names?.length === count) ?? null;
  if (axis !== null) return axis;
  const [first] = read;
  const lists = first?.arrays.texts.filter(({ texts }) => texts.length === count) ?? [];
  // Where there are as many subjects as regions, a list may name either.
  const called = lists.find(({ name }) => /roi|region|label|name|channel|node/i.test(name));
  return (called ?? (read.length === count ? undefined : lists[0]))?.texts ?? null;
}

function otherNames(read: readonly ReadSeries[], axis: 'columns' | 'rows', names: readonly string[] | null): Problem[] {
  if (names === null) return [];
  const others = read.filter(({ content }) => {
    const own = content[axis];
    return own !== null && own.length === names.length && own.some((name, i) => name !== names[i]);
  });
  if (others.length === 0) return [];
  const who = someOf(
    others.map(({ subject }) => subject.id),
    5,
  );
  return [
    note(
      'channel-names-differ',
      others[0]?.file ?? null,
      sentence(
        '{who}: the regions have other names, or another order, than in {file}. Check that column by column they are the same regions.',
        { who, file: read[0]?.file ?? 'the first file' },
      ),
      'warning',
    ),
  ];
}

function channelsOf(names: readonly string[] | null, count: number): SeriesLayout['channels'] {
  if (names === null || new Set(names).size !== count || names.includes('')) return numberedChannels(count);
  return names.map((name) => ({ name, source: name, of: 'number', level: '', included: true }));
}

function commonest(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

function sameContent(read: readonly ReadSeries[]): Problem[] {
  const alike = new Map<string, string[]>();
  for (const { subject, arrays, content, file } of read) {
    if (content.slice !== null || read.filter((other) => other.file === file).length > 1) continue;
    alike.set(arrays.sha256, [...(alike.get(arrays.sha256) ?? []), subject.id]);
  }
  return [...alike.values()]
    .filter((ids) => ids.length > 1)
    .map((ids) =>
      note(
        'series-twice',
        null,
        sentence(
          'The files of {ids} have the same content. Exclude the copies, or a subject is in training and validation at once.',
          { ids: someOf(ids, 5) },
        ),
        'warning',
      ),
    );
}

function missingNotes(read: readonly ReadSeries[]): Problem[] {
  const ids = read.flatMap(({ subject }) => ((subject.series?.missing ?? 0) > 0 ? [subject.id] : []));
  if (ids.length === 0) return [];
  return [
    note(
      'series-values-missing',
      null,
      sentence(
        '{count} subjects have values that are missing or not finite ({ids}); in training they take the mean of their channel.',
        { count: ids.length, ids: someOf(ids, 5) },
      ),
      'warning',
    ),
  ];
}
