/** The series or the matrix of one subject, as it is in its file. */
import { inputError } from '#app/contract/errors.ts';
import type { SubjectSeriesView } from '#app/contract/series.ts';
import { layoutOf } from '#app/series/plan-series.ts';
import { SeriesReader } from '../read/series/prepare-series.ts';
import type { Call, Handlers } from './handlers.ts';
import type { OpenStudy } from './study.ts';

/** @param cache folder of the means of regions */
export function seriesHandlers(
  openStudy: () => OpenStudy | null,
  cache: string,
): { handlers: Pick<Handlers, 'series.read'> } {
  const read = async ({ subject }: { subject: string }, { signal }: Call): Promise<SubjectSeriesView> => {
    const open = openStudy();
    if (open === null) throw inputError('no-study', 'No study is open. Open or import one on the Data page.');
    const { study, root } = open;
    const found = study.subjects.find(({ id }) => id === subject);
    if (found === undefined) {
      throw inputError('no-subject', `${subject}: is not in the study ${study.name}. Reload the Data page.`);
    }
    if (found.series === undefined || (study.kind !== 'series' && study.kind !== 'matrices')) {
      throw inputError('no-series', `${subject}: has no series. Import its file or exclude the subject.`);
    }
    const channels = layoutOf(study).channels.flatMap(({ name, included }) => (included ? [name] : []));
    const reader = new SeriesReader(study, root, cache, signal);
    if (study.kind === 'matrices') {
      const values = await reader.matrix(found.series);
      return { subject, kind: study.kind, channels, times: channels.length, values: Float32Array.from(values) };
    }
    const { times, values } = await reader.series(found.series);
    return { subject, kind: study.kind, channels, times, values: Float32Array.from(values) };
  };
  return { handlers: { 'series.read': read } };
}
