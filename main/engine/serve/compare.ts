/** Sessions side by side: reads columns of their overviews, whatever their length. */
import { basename } from 'node:path';
import { commonSpan, courseOf, spanOf, turned, wholeSpan, type Course, type Span } from '#app/compare/course.ts';
import { effectsOf, metricDifferences, unitOf, type GridValues, type MemberRuns } from '#app/compare/effects.ts';
import { gridOf } from '#app/compare/grid.ts';
import { matchGroups, matchLayers } from '#app/compare/match.ts';
import { alignmentWords, checkLosses, checkMembers, compareNotes, type NoteFacts } from '#app/compare/notes.ts';
import { differInSeedAlone, whatDiffers } from '#app/compare/what-differs.ts';
import type { CompareAnswer, CompareInput } from '#app/contract/compare.ts';
import { inputError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';
import { runValues } from './compare-values.ts';
import { readMembers, type ComparedSessions, type Member } from './compare-members.ts';
import type { SessionReader } from '../session/reader.ts';
import type { Known } from '../session/view.ts';
import type { Call, Handler } from './handlers.ts';

export function compareHandler(reader: SessionReader, known: (session: string) => Known): Handler<'session.compare'> {
  const sessions: ComparedSessions = {
    ask: (operation, session, query) => reader.ask(operation, known(session), query),
    nameOf: (session) => basename(known(session).file),
  };
  return async (input, call) => await compareSessions(input, sessions, call);
}

/** Columns of the loss that steps are aligned by. */
const lossColumns = 400;

/**
 * @throws SpectroscopeError (input) 'groups-differ', 'nothing-captured', 'no-steps', 'no-such-run';
 * (setting) 'compare-count', 'same-twice', 'losses-differ', 'no-common-layer'; (cancelled)
 */
async function compareSessions(
  input: CompareInput,
  sessions: ComparedSessions,
  call: Pick<Call, 'signal' | 'progress'>,
): Promise<CompareAnswer> {
  checkMembers(input.members);
  const members = await readMembers(input, sessions);
  const { groups, notes: groupNotes } = matchGroups(
    members.map(({ letter, name, view }) => ({ letter, name, groups: view.studyGroups })),
  );
  const networks = members.map(({ letter, name, view }) => ({ letter, name, model: view.model, layers: view.layers }));
  const matched = matchLayers(networks, input.quantity, input.match);
  if (input.align === 'loss') {
    checkLosses(members.map(({ letter, view }) => ({ letter, configuration: view.configuration })));
  }
  const courses = await coursesOf(members, input.align, sessions);
  const spans = courses.flat().map(spanOf);
  const [extent, common] = [wholeSpan(spans), commonSpan(spans)];
  const window = windowOf(input, extent);
  const grid = gridOf(input.align, window, input.columns);
  const sets = [...groups.map(({ name }) => name), 'all'];
  const values = await runValues({
    members,
    courses,
    layers: matched.layers,
    sets,
    grid,
    window,
    input,
    sessions,
    call,
  });
  const turn = ({ from, to }: Span): Span => ({ from: turned(input.align, from), to: turned(input.align, to) });
  const looked = Array.from(grid, (at) => common !== null && at >= common.from && at <= common.to);
  const layers = matched.layers.map(({ label }) => label);
  return {
    members: members.map((member, i) => described(member, courses[i] ?? [], input)),
    layers: matched.layers,
    layerWords: matched.words,
    groups,
    alignment: {
      kind: input.align,
      words: alignmentWords(input.align),
      extent: turn(extent),
      common: common === null ? null : turn(common),
    },
    positions: grid.map((at) => turned(input.align, at)),
    values,
    unit: unitOf(input.summary),
    ...(input.curvesAlone
      ? { differences: [], pooled: [], metricDifferences: [], differing: [], notes: [] }
      : numbersOf(members, { positions: grid.length, layers, sets, values, looked }, input.summary, {
          groupNotes,
          layers: matched.layers,
          isCommon: common !== null,
        })),
  };
}

/** Differences with their intervals, what differs, and what to know of it. */
function numbersOf(
  members: readonly Member[],
  grid: GridValues,
  summary: CompareInput['summary'],
  told: Pick<NoteFacts, 'groupNotes' | 'layers' | 'isCommon'>,
): Pick<CompareAnswer, 'differences' | 'pooled' | 'metricDifferences' | 'differing' | 'notes'> {
  const places = placesOf(members);
  const facts = members.map(({ letter, view, run, subjects, dataSha256, runs }) => ({
    ...{ letter, view, run, subjects, dataSha256, runs: runs.length },
    targetIsGroups: view.targetIsGroups,
  }));
  const areReplicates = differInSeedAlone(facts);
  return {
    ...effectsOf(grid, summary, places, areReplicates),
    metricDifferences: metricDifferences(places, members.map(metricsByRun)),
    differing: whatDiffers(facts),
    notes: compareNotes({ ...told, members: facts, layersOf: members.map(({ view }) => view.layers), areReplicates }),
  };
}

/** Of each member, of each of its runs. */
async function coursesOf(
  members: readonly Member[],
  align: CompareInput['align'],
  sessions: ComparedSessions,
): Promise<Course[][]> {
  const courses: Course[][] = [];
  for (const { session, name, runs } of members) {
    const own: Course[] = [];
    for (const { index, steps, stepsPerEpoch } of runs) {
      const nothing = { first: [], last: [], mean: [] };
      const loss = align === 'loss' ? await lossOf(sessions, session, index, steps) : nothing;
      const course = courseOf(align, steps, stepsPerEpoch, loss);
      if (course.step.length === 0) {
        throw inputError('no-loss', t('{name} holds no loss of its steps: align by step or epoch.', { name }), {
          file: name,
          field: 'align',
          expected: t('step or epoch'),
        });
      }
      own.push(course);
    }
    courses.push(own);
  }
  return courses;
}

async function lossOf(
  sessions: ComparedSessions,
  session: string,
  run: number,
  steps: number,
): Promise<{ first: Int32Array; last: Int32Array; mean: number[] }> {
  const range = { session, run, from: 0, to: steps - 1, columns: lossColumns };
  const { first, last, names, mean } = await sessions.ask('scalars', session, range);
  const at = names.indexOf('loss');
  return {
    first,
    last,
    mean: Array.from(first, (_, column) => (at === -1 ? Number.NaN : (mean[column * names.length + at] ?? Number.NaN))),
  };
}

/** What is asked for, within what there is. */
function windowOf({ window, align }: CompareInput, extent: Span): Span {
  if (window === null) return extent;
  const [from, to] = [turned(align, window.from), turned(align, window.to)];
  const within = { from: Math.max(from, extent.from), to: Math.min(to, extent.to) };
  return within.from < within.to ? within : extent;
}

/** Runs of all members are one after the other in the values. */
function placesOf(members: readonly Member[]): MemberRuns[] {
  let place = 0;
  return members.map(({ runs, validatedOn, validationShare }) => ({
    runs: runs.map(() => place++),
    validatedOn,
    validationShare,
  }));
}

function metricsByRun({ runs }: Member): Record<string, number[]> {
  const names = ['auc', 'accuracy', 'loss', 'r', 'mae', 'r2'] as const;
  return Object.fromEntries(
    names.flatMap((name) => {
      const values = runs.map(({ metrics }) => metrics.validation[name] ?? Number.NaN);
      return values.some((value) => Number.isFinite(value)) ? [[name, values]] : [];
    }),
  );
}

function described(
  member: Member,
  courses: readonly Course[],
  { align }: CompareInput,
): CompareAnswer['members'][number] {
  const { session, run, letter, view, runs, scores, subjects } = member;
  return {
    session,
    run,
    letter,
    title: view.title,
    study: view.study,
    model: view.model,
    target: view.target,
    targetIsGroups: view.targetIsGroups,
    subjects: subjects.length,
    metrics: scores,
    runs: runs.map(({ index, name, seed, steps }, i) => {
      const { step, coordinate } = courses[i] as Course;
      const position = coordinate.map((each) => turned(align, each));
      return { index, name, seed, steps, course: { step, position } };
    }),
  };
}
