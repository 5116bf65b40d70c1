/** A summary of every run at the positions that all share. */
import { columnCoordinates, onGrid } from '#app/compare/grid.ts';
import { stepsWithin, type Course, type Span } from '#app/compare/course.ts';
import { cancelled } from '#app/contract/errors.ts';
import type { CompareInput, MatchedLayer } from '#app/contract/compare.ts';
import type { SummaryColumns } from '#app/contract/session.ts';
import { t } from '#app/text/text.ts';
import type { ComparedSessions, Member } from './compare-members.ts';
import type { Call } from './handlers.ts';

const title = t('Comparing');

export interface ValuesAsked {
  members: readonly Member[];
  /** Of each member, of each of its runs. */
  courses: readonly (readonly Course[])[];
  layers: readonly MatchedLayer[];
  /** Groups, then 'all'. */
  sets: readonly string[];
  grid: Float64Array;
  window: Span;
  input: CompareInput;
  sessions: ComparedSessions;
  call: Pick<Call, 'signal' | 'progress'>;
}

/**
 * @returns [runs of all members, in order x positions x layers x sets]; NaN where there is none
 * @throws SpectroscopeError (cancelled)
 */
export async function runValues(asked: ValuesAsked): Promise<Float32Array<ArrayBuffer>> {
  const { members, courses, layers, sets, grid, call } = asked;
  const perRun = grid.length * layers.length * sets.length;
  const count = members.reduce((sum, { runs }) => sum + runs.length, 0);
  const values = new Float32Array(count * perRun).fill(Number.NaN);
  let done = 0;
  for (const [m, member] of members.entries()) {
    for (const [r, run] of member.runs.entries()) {
      if (call.signal.aborted) throw cancelled(title);
      call.progress(title, done, count, `${member.name}, ${run.name}`);
      const course = courses[m]?.[r] as Course;
      const columns = await columnsOf(asked, member.session, run, course);
      const coordinates = columnCoordinates(course, columns);
      layers.forEach(({ layers: matched }, layer) => {
        const at = matched[m];
        if (at === null || at === undefined) return;
        sets.forEach((set, s) => {
          const series = seriesOf(columns, at.name, set);
          if (series === null) return;
          onGrid(coordinates, series, grid).forEach((value, position) => {
            values[done * perRun + (position * layers.length + layer) * sets.length + s] = value;
          });
        });
      });
      done += 1;
    }
  }
  call.progress(title, count, count, '');
  return values;
}

/** Columns that cover the window, with neighbours to draw lines to. */
async function columnsOf(
  { window, grid, input, sessions }: ValuesAsked,
  session: string,
  { index, steps }: { index: number; steps: number },
  course: Course,
): Promise<SummaryColumns> {
  const inside = stepsWithin(course, window);
  const margin = 2 * Math.ceil((inside.to - inside.from + 1) / grid.length);
  const from = Math.max(0, Math.floor(inside.from) - margin);
  const to = Math.min(steps - 1, Math.ceil(inside.to) + margin);
  const { quantity, scale, summary, columns } = input;
  return await sessions.ask('summaries', session, { session, run: index, from, to, columns, quantity, scale, summary });
}

function seriesOf(
  { first, last, layers, sets, mean }: SummaryColumns,
  layer: string,
  set: string,
): Parameters<typeof onGrid>[1] | null {
  const [l, s] = [layers.indexOf(layer), sets.indexOf(set)];
  if (l === -1 || s === -1) return null;
  return { first, last, mean, offset: l * sets.length + s, stride: layers.length * sets.length };
}
