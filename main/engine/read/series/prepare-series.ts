/** The series or matrices of all subjects that take part, as rows for a network. Nothing is fitted over subjects. */
import { basename, join } from 'node:path';
import { product } from '#app/model/description.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import type { SeriesPreparation } from '#app/run/series-preparation.ts';
import { encodeEvents } from '#app/series/events.ts';
import { layoutOf, planSeries, plainSeries } from '#app/series/plan-series.ts';
import { prepareSubject } from '#app/series/prepare-subject.ts';
import { subjectMatrix, subjectSeries, type SubjectSeries } from '#app/series/subject-series.ts';
import { listed } from '#app/study/labelling.ts';
import type { Series, Study, Subject } from '#app/study/study.ts';
import { t } from '#app/text/text.ts';
import type { Call } from '../../serve/handlers.ts';
import type { PreparedData } from '../../train/types.ts';
import { inParallel } from '../in-parallel.ts';
import { atlasOf, type ReadAtlas } from '../fmri/atlas.ts';
import { regionSeries } from '../fmri/region-series.ts';
import { readArrays, type ArrayFile } from './read-arrays.ts';
import { findConfounds, type FoundConfounds } from './read-confounds.ts';
import { readEvents } from './read-events.ts';
import { damaged } from './stored-arrays.ts';
import { arrayOf } from './subject-array.ts';

export interface PreparedSeries extends Pick<
  PreparedData,
  'kind' | 'inputShape' | 'features' | 'values' | 'padded' | 'confounds'
> {
  /** Rows of each subject, in the order of the subjects. */
  rows: number[];
  warnings: string[];
}

const filesAtOnce = 4;

/**
 * @param subjects that take part
 * @param root absolute folder that the paths start from
 * @param cache folder of the means of regions (made if absent); null: nothing is kept
 * @throws SpectroscopeError: 'setting' as `planSeries`; 'input' when a file is damaged or gone; 'cancelled'
 */
export async function prepareSeries(
  study: Study,
  subjects: readonly Subject[],
  root: string,
  configuration: RunConfiguration,
  cache: string | null,
  call: Pick<Call, 'signal' | 'progress'>,
): Promise<PreparedSeries> {
  const plan = planSeries(study, subjects, configuration);
  const { kind, inputShape, channels, rows, padded, warnings } = plan;
  const width = product(inputShape);
  const places = rows.map((_, i) => rows.slice(0, i).reduce((sum, each) => sum + each, 0));
  const values = new Float32Array(rows.reduce((sum, each) => sum + each, 0) * width).fill(NaN);
  const reader = new SeriesReader(study, root, cache, call.signal);
  const settings = configuration.preparation.series ?? plainSeries;
  const asked = { root, layout: study.series };
  const confounds = study.kind === 'series' ? await findConfounds(asked, subjects, settings, call.signal) : null;
  let done = 0;
  await inParallel(subjects, filesAtOnce, { what: t('Reading series'), signal: call.signal }, async (subject, i) => {
    const pieces =
      study.kind === 'matrices'
        ? [await reader.matrix(subject.series as Series)]
        : await preparedPieces(reader, subject, confounds, settings);
    pieces.forEach((piece, window) => values.set(piece.subarray(0, width), ((places[i] ?? 0) + window) * width));
    call.progress(t('Reading series'), ++done, subjects.length, subject.id);
  });
  warnings.push(...changedWarnings(reader.changed), ...changedWarnings(confounds?.changed ?? []));
  return {
    ...{ kind, inputShape, features: kind === 'series' ? channels : [], values, padded, rows, warnings },
    ...(confounds === null ? {} : { confounds: confounds.used }),
  };
}

/** What a person should know of files that were read. */
function changedWarnings(files: readonly string[]): string[] {
  return files.length === 0
    ? []
    : [t('{files}: changed since the import; taken as found now.', { files: listed(files, 5) })];
}

/** Rows of one subject: longer ones lose their end when they are put in place, of shorter ones it stays missing. */
async function preparedPieces(
  reader: SeriesReader,
  subject: Subject,
  confounds: FoundConfounds | null,
  settings: SeriesPreparation,
): Promise<Float64Array[]> {
  const read = await reader.series(subject.series as Series);
  const known = confounds === null ? null : await confounds.of(subject, read.times);
  return prepareSubject(subject.id, read, known, settings);
}

/** Reads what subjects have, each file that holds several once. */
export class SeriesReader {
  private readonly study: Pick<Study, 'series'>;
  private readonly root: string;
  private readonly cache: string | null;
  private readonly signal: AbortSignal;
  private last: { path: string; arrays: Promise<ArrayFile> } | null = null;
  private atlas: Promise<ReadAtlas> | null = null;
  /** 4-D scans whose content is not that of the import. */
  readonly changed: string[] = [];

  /** @param cache folder of the means of regions; null: nothing is kept */
  constructor(study: Pick<Study, 'series'>, root: string, cache: string | null, signal: AbortSignal) {
    this.study = study;
    this.root = root;
    this.cache = cache;
    this.signal = signal;
  }

  /** The included channels. @throws SpectroscopeError (input) when the file is damaged, gone or another */
  async series(series: Series): Promise<SubjectSeries> {
    const { files, orientation, channels } = layoutOf(this.study);
    if (files === 'events') {
      const { table } = await readEvents(join(this.root, series.path));
      const included = channels.filter((channel) => channel.included);
      return { times: table.rows, channels: included.length, values: encodeEvents(table, included) };
    }
    if (files === 'atlas') return await this.regions(series);
    const { shape, values } = await this.array(series);
    return subjectSeries(values, shape, orientation, this.included());
  }

  /** [regions x regions] of the included regions. */
  async matrix(series: Series): Promise<Float64Array> {
    const { shape, values } = await this.array(series);
    return subjectMatrix(values, shape[0], this.included());
  }

  /** Means of the atlas's regions in a 4-D scan. */
  private async regions(series: Series): Promise<SubjectSeries> {
    const { atlas } = layoutOf(this.study);
    if (atlas === undefined)
      throw damaged(basename(series.path), t('has no atlas in the study. Import the data again'));
    this.atlas ??= atlasOf(this.root, atlas, this.signal);
    const read = await this.atlas;
    const path = join(this.root, series.path);
    const { times, values, sha256 } = await regionSeries(path, read, this.cache, this.signal);
    if (sha256 !== series.sha256) this.changed.push(basename(path));
    if (times !== series.shape[0]) {
      const what = t('holds {times} volumes where it held {shape} at import. Import the data again', {
        times,
        shape: series.shape[0],
      });
      throw damaged(basename(path), what);
    }
    return subjectSeries(Float64Array.from(values), series.shape, 'time-by-roi', this.included());
  }

  private async array(series: Series) {
    const path = join(this.root, series.path);
    if (this.last?.path !== path) this.last = { path, arrays: readArrays(path) };
    return arrayOf(await this.last.arrays, series, basename(path));
  }

  private included(): number[] {
    return layoutOf(this.study).channels.flatMap(({ included }, i) => (included ? [i] : []));
  }
}
