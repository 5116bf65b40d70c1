/** The series or the matrix of one subject: as it is in its file, and after each step of its preparation. */
import { inputError } from '#app/contract/errors.ts';
import type { SeriesSteps, SubjectSeriesView } from '#app/contract/series.ts';
import type { SeriesPreparation } from '#app/run/series-preparation.ts';
import { layoutOf } from '#app/series/plan-series.ts';
import { prepareSubject } from '#app/series/prepare-subject.ts';
import { stagesOf } from '#app/series/stages.ts';
import type { Series, Study, Subject } from '#app/study/study.ts';
import { t } from '#app/text/text.ts';
import { SeriesReader } from '../read/series/prepare-series.ts';
import { findConfounds } from '../read/series/read-confounds.ts';
import type { Call, Handlers, ParsedInput } from './handlers.ts';
import type { OpenStudy } from './study.ts';

type SeriesOperation = 'series.read' | 'series.steps';

interface Found {
  study: Study;
  root: string;
  subject: Subject;
  series: Series;
  kind: SubjectSeriesView['kind'];
  channels: string[];
  reader: SeriesReader;
}

/** @param cache folder of the means of regions */
export function seriesHandlers(
  openStudy: () => OpenStudy | null,
  cache: string,
): { handlers: Pick<Handlers, SeriesOperation> } {
  const find = (id: string, signal: AbortSignal): Found => {
    const open = openStudy();
    if (open === null) throw inputError('no-study', t('No study is open. Open or import one on the Data page.'));
    const { study, root } = open;
    const subject = study.subjects.find((each) => each.id === id);
    if (subject === undefined) {
      throw inputError(
        'no-subject',
        t('{id}: is not in the study {name}. Reload the Data page.', { id, name: study.name }),
      );
    }
    const { series } = subject;
    if (series === undefined || (study.kind !== 'series' && study.kind !== 'matrices')) {
      throw inputError('no-series', t('{id}: has no series. Import its file or exclude the subject.', { id }));
    }
    const channels = layoutOf(study).channels.flatMap(({ name, included }) => (included ? [name] : []));
    const reader = new SeriesReader(study, root, cache, signal);
    return { study, root, subject, series, kind: study.kind, channels, reader };
  };
  const read = async ({ subject: id }: ParsedInput<'series.read'>, { signal }: Call): Promise<SubjectSeriesView> => {
    const { kind, channels, series, reader } = find(id, signal);
    if (kind === 'matrices') {
      const values = await reader.matrix(series);
      return { subject: id, kind, channels, times: channels.length, values: Float32Array.from(values) };
    }
    const { times, values } = await reader.series(series);
    return { subject: id, kind, channels, times, values: Float32Array.from(values) };
  };
  const steps = async (
    { subject: id, preparation }: ParsedInput<'series.steps'>,
    call: Pick<Call, 'signal'>,
  ): Promise<SeriesSteps> => await stepsOf(find(id, call.signal), preparation, call.signal);
  return { handlers: { 'series.read': read, 'series.steps': steps } };
}

async function stepsOf(
  { study, root, subject, series, kind, channels, reader }: Found,
  preparation: SeriesPreparation,
  signal: AbortSignal,
): Promise<SeriesSteps> {
  // Nothing is done to matrices but what is fitted over subjects.
  if (kind === 'matrices') return { steps: [] };
  const file = await reader.series(series);
  const steps: SeriesSteps['steps'] = [];
  for (const { step, words, settings } of stagesOf(preparation)) {
    // Each step asks for columns of its own.
    const confounds = await findConfounds({ root, layout: study.series }, [subject], settings, signal);
    const known = (await confounds?.of(subject, file.times)) ?? null;
    const [values = new Float64Array()] = prepareSubject(subject.id, file, known, settings);
    const isMatrix = settings.connectivity !== 'none';
    const shown: SubjectSeriesView = {
      subject: subject.id,
      kind: isMatrix ? 'matrices' : 'series',
      channels,
      times: isMatrix ? channels.length : file.times,
      values: Float32Array.from(values),
    };
    steps.push({ step, words, series: shown });
  }
  return { steps };
}
