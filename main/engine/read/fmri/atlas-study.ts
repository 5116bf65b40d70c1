/** What a study of 4-D scans with an atlas is made of: of each subject the mean series of the atlas's regions. */
import { basename, join, relative } from 'node:path';
import { inputError, SpectroscopeError } from '#app/contract/errors.ts';
import { groupedBy } from '#app/data/grouped-by.ts';
import type { ScanProblem } from '#app/data/volume.ts';
import { orientationWords } from '#app/series/orientation.ts';
import { someOf } from '#app/study/labelling.ts';
import { told, toldOf } from '#app/study/problem-words.ts';
import type { Problem, SeriesLayout, SourceFile, Study, Subject } from '#app/study/study.ts';
import { sentence } from '#app/text/sentence.ts';
import { t } from '#app/text/text.ts';
import type { Call } from '../../serve/handlers.ts';
import type { Gathered } from '../gather.ts';
import { scansOnDisk } from '../gather-scans.ts';
import { slashes } from '../folders.ts';
import type { Sources } from '../import-sources.ts';
import { inParallel } from '../in-parallel.ts';
import { lengthNotes } from '../series/events-layout.ts';
import { excluding, note, nothingRead, type SeriesOf } from '../series/series-problems.ts';
import { readAtlas, type AtlasFiles, type ReadAtlas } from './atlas.ts';
import { offeredConfounds, type ConfoundsRequest } from './offered-confounds.ts';
import { regionSeries, type RegionSeries } from './region-series.ts';
import { repetitionTime } from './repetition-time.ts';

export interface AtlasRequest extends AtlasFiles {
  /** null: those of fMRIPrep, where there are some beside the scans. */
  confounds: ConfoundsRequest | null;
}

interface ReadScan extends SeriesOf {
  series: RegionSeries;
  repetitionTimeS: number | null;
}

/** Each inflates in a thread of its own; more would only take memory. */
const scansAtOnce = 4;
const fewestVolumes = 2;

/**
 * Fills in the series of the subjects; a subject whose scan is broken is excluded with the reason.
 *
 * @param cache folder of the means that were computed before; null: nothing is kept
 * @throws SpectroscopeError (kind 'input': the atlas is none, no scan can be read; 'cancelled')
 */
export async function importAtlasStudy(
  sources: Sources,
  { cohort, files }: Gathered,
  request: AtlasRequest,
  cache: string | null,
  call: Pick<Call, 'signal' | 'progress'>,
): Promise<Pick<Study, 'kind' | 'series' | 'columns' | 'subjects' | 'problems'>> {
  const { root } = sources;
  const atlas = await readAtlas(request, call.signal);
  const subjects = cohort.rows.map(({ id, values, excluded }): Subject => ({ id, scan: null, values, excluded }));
  const entries = scansOnDisk(sources, subjects, files)
    .filter(({ subject }) => subject.excluded === null)
    .map(({ subject, path }) => ({ subject, file: path }));
  const problems: Problem[] = [...cohort.problems, ...ofFile(atlas.problems, basename(request.labels), null)];
  const read = await readScans(root, entries, atlas, cache, problems, call);
  if (read.length === 0) {
    throw nothingRead(
      problems.find(({ severity }) => severity === 'error')?.message ?? sentence('no subject has a 4-D scan'),
    );
  }
  for (const { subject, file, series } of read) {
    const missing = series.values.reduce((count, value) => count + Number(Number.isNaN(value)), 0);
    const shape: [number, number] = [series.times, atlas.labels.length];
    const { bytes, sha256 } = series;
    subject.series = { path: file, bytes, sha256, array: '', slice: null, shape, missing };
  }
  const lengths = read.map(({ series }) => series.times);
  const confounds = await offeredConfounds(root, entries, request.confounds, call.signal);
  entries.forEach(({ subject }, i) => {
    const table = confounds.tables[i] ?? null;
    if (table !== null) subject.confounds = table;
  });
  problems.push(...lengthNotes(lengths, 'volumes'), ...sameContent(read), ...confounds.problems);
  const layout: SeriesLayout = {
    files: 'atlas',
    orientation: 'time-by-roi',
    ...orientationWords(
      sentence('Means of the regions of {labels} in each volume.', { labels: basename(request.labels) }),
    ),
    channels: channelsOf(atlas, read, problems),
    atlas: describe(root, atlas),
    repetitionTimeS: commonTime(read, problems),
    confounds: confounds.found,
  };
  return { kind: 'series', series: layout, columns: cohort.columns, subjects, problems };
}

async function readScans(
  root: string,
  entries: readonly SeriesOf[],
  atlas: ReadAtlas,
  cache: string | null,
  problems: Problem[],
  call: Pick<Call, 'signal' | 'progress'>,
): Promise<ReadScan[]> {
  let done = 0;
  call.progress(t('Averaging regions'), 0, entries.length, '');
  const read = await inParallel(
    entries,
    scansAtOnce,
    { what: t('The import'), signal: call.signal },
    async (entry): Promise<ReadScan | null> => {
      const { subject, file } = entry;
      try {
        const series = await regionSeries(join(root, file), atlas, cache, call.signal);
        if (series.times < fewestVolumes) throw oneVolume(file);
        const time = await repetitionTime(root, file, series.header);
        problems.push(...ofFile([...series.header.problems, ...time.problems], file, subject.id));
        return { ...entry, series, repetitionTimeS: time.repetitionTimeS };
      } catch (error) {
        if (!(error instanceof SpectroscopeError) || error.kind !== 'input') throw error;
        problems.push({
          ...excluding(entry, error.code, error.said.message ?? error.message, error.field ?? null),
          ...toldOf(error),
        });
        return null;
      } finally {
        call.progress(t('Averaging regions'), ++done, entries.length, file);
      }
    },
  );
  return read.filter((each) => each !== null);
}

function oneVolume(file: string) {
  const name = basename(file);
  return inputError(
    'scan-not-4d',
    sentence(
      '{name}: holds one volume, which is no series over time (expected at least {fewestVolumes} volumes). Choose the 4-D scan of the subject, or import without an atlas.',
      { name, fewestVolumes },
    ),
    {
      file: name,
      field: 'dim',
      found: sentence('one volume'),
      expected: sentence('at least {fewestVolumes} volumes', { fewestVolumes }),
    },
  );
}

function ofFile(problems: readonly ScanProblem[], file: string, subject: string | null): Problem[] {
  return problems.map((problem) => ({ ...problem, file, subject }));
}

function describe(root: string, { image, names, mask, labels }: ReadAtlas): NonNullable<SeriesLayout['atlas']> {
  const source = ({ path, bytes, sha256 }: SourceFile): SourceFile => ({
    path: slashes(relative(root, path)),
    bytes,
    sha256,
  });
  return {
    name: basename(image.path),
    image: source(image),
    names: names === null ? null : source(names),
    mask: mask === null ? null : source(mask),
    labels: [...labels],
  };
}

/** A region that no scan reaches is not included; who lacks one that others have is told. */
function channelsOf(
  { labels, labelNames, image }: ReadAtlas,
  read: readonly ReadScan[],
  problems: Problem[],
): SeriesLayout['channels'] {
  const reached = labels.map((_, label) => read.some(({ series }) => (series.counts[label] ?? 0) > 0));
  const nowhere = labelNames.filter((_, label) => reached[label] === false);
  if (nowhere.length > 0) {
    problems.push(
      note(
        'regions-outside',
        basename(image.path),
        sentence('{nowhere} of {labels} regions have no voxel in any scan ({names}) and are not included.', {
          nowhere: nowhere.length,
          labels: labels.length,
          names: someOf(nowhere, 8),
        }),
        'warning',
      ),
    );
  }
  for (const { subject, file, series } of read) {
    const lacking = labelNames.filter((_, label) => reached[label] === true && series.counts[label] === 0);
    if (lacking.length === 0) continue;
    const message = sentence(
      '{id}: {lacking} of {labels} regions have no voxel in {file} ({names}); their series is missing. Check that the scan covers them, or leave the subject or the regions out.',
      {
        id: subject.id,
        lacking: lacking.length,
        labels: labels.length,
        file: basename(file),
        names: someOf(lacking, 8),
      },
    );
    problems.push({
      ...note('regions-missing', file, message, 'warning'),
      subject: subject.id,
      field: 'atlas',
      ...told({
        found: sentence('no voxel of {lacking}', { lacking: someOf(lacking, 8) }),
        expected: sentence('at least one voxel of each region'),
        message,
      }),
    });
  }
  return labelNames.map((name, label) => ({
    name,
    source: name,
    of: 'number',
    level: '',
    included: reached[label] === true,
  }));
}

/** The time of most scans; who has another is told, since a band of frequencies means another thing there. */
function commonTime(read: readonly ReadScan[], problems: Problem[]): number | null {
  const known = read.flatMap(({ repetitionTimeS }) => (repetitionTimeS === null ? [] : [repetitionTimeS]));
  const [common] = [...groupedBy(known, (time) => time)].sort((a, b) => b[1].length - a[1].length)[0] ?? [];
  if (common === undefined) {
    const message = sentence(
      'No header and no sidecar says how long a volume takes (RepetitionTime): give the seconds between time points on the Design page before you filter.',
    );
    problems.push(note('repetition-time-unknown', null, message));
    return null;
  }
  const others = read.filter(({ repetitionTimeS }) => repetitionTimeS !== null && repetitionTimeS !== common);
  for (const { subject, file, repetitionTimeS } of others) {
    const message = sentence(
      '{id}: {file} has a repetition time of {repetitionTimeS} s, most have {common} s, which is used for all. Leave the subject out, or resample its series first.',
      { id: subject.id, file: basename(file), repetitionTimeS: repetitionTimeS ?? '', common },
    );
    problems.push({
      ...note('repetition-time-differs', file, message, 'warning'),
      subject: subject.id,
      field: 'RepetitionTime',
      found: `${repetitionTimeS ?? ''} s`,
      expected: `${common} s`,
    });
  }
  return common;
}

function sameContent(read: readonly ReadScan[]): Problem[] {
  return [...groupedBy(read, ({ series }) => series.sha256).values()]
    .filter((alike) => alike.length > 1)
    .map((alike) => {
      const ids = alike.map(({ subject }) => subject.id);
      const message = sentence(
        'The scans of {ids} have the same content. Exclude the copies, or a subject is in training and validation at once.',
        { ids: someOf(ids, 5) },
      );
      return note('series-twice', null, message, 'warning');
    });
}
