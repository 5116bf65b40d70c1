/** What a comparison needs to know of each session or run, from its file. */
import { inputError } from '#app/contract/errors.ts';
import type { CompareInput } from '#app/contract/compare.ts';
import type { MetricsPart, SessionMetrics, SessionRun, SessionView } from '#app/contract/session.ts';
import { t } from '#app/text/text.ts';
import { runName } from '../session/metrics.ts';
import type { ReaderOperation, ReaderOperations } from '../session/reader.ts';

/** What is known of sessions by their names in the contract. */
export interface ComparedSessions {
  /** Asks the reading thread. */
  ask<O extends ReaderOperation>(
    operation: O,
    session: string,
    input: ReaderOperations[O]['input'],
  ): Promise<ReaderOperations[O]['answer']>;
  /** Name of the file. */
  nameOf(session: string): string;
}

export interface Member {
  session: string;
  /** As asked for; null: all runs. */
  run: number | null;
  /** 'A', 'B', … */
  letter: string;
  /** For errors: the file's name and the letter. */
  name: string;
  view: SessionView;
  /** Runs that have steps, by name. */
  runs: (SessionRun & { name: string })[];
  /** Of each of these runs. */
  validatedOn: (string | null)[];
  validationShare: number;
  subjects: { id: string; group: string | null }[];
  dataSha256: string | null;
  scores: MetricsPart['scores'];
}

/** @throws SpectroscopeError (input) 'no-such-run', 'no-steps' */
export async function readMembers(
  { members: wanted, curvesAlone }: CompareInput,
  { ask, nameOf }: ComparedSessions,
): Promise<Member[]> {
  const members: Member[] = [];
  for (const [i, { session, run }] of wanted.entries()) {
    const view = await ask('view', session, null);
    const facts = await ask('compare-facts', session, null);
    const metrics = curvesAlone ? null : await ask('metrics', session, null);
    const letter = String.fromCharCode(65 + i);
    const name = `${nameOf(session)} (${letter})`;
    const runs = runsOf(view, run, name);
    members.push({
      session,
      run,
      letter,
      name,
      view,
      runs,
      validatedOn: runs.map(({ index }) => facts.validatedOn[index] ?? null),
      validationShare: meanShare(runs),
      subjects: facts.subjects,
      dataSha256: facts.dataSha256,
      scores: metrics === null ? {} : scoresOf(metrics, run === null ? null : (runs[0]?.name ?? '')),
    });
  }
  return members;
}

function runsOf(view: SessionView, wanted: number | null, name: string): Member['runs'] {
  const named = view.sessionRuns.map((run) => ({ ...run, name: runName(run, view.configuration.repeats) }));
  const chosen = wanted === null ? named : named.filter(({ index }) => index === wanted);
  if (chosen.length === 0) {
    throw inputError(
      'no-such-run',
      t('{name} has no run {wanted}: it has {named}, counted from 0 as inspect lists them.', {
        name,
        wanted: wanted ?? 0,
        named: named.length,
      }),
      { file: name, field: 'run', expected: t('0 to {named}', { named: named.length - 1 }) },
    );
  }
  const trained = chosen.filter(({ steps }) => steps > 0);
  if (trained.length > 0) return trained;
  throw inputError('no-steps', t('{name} holds no step of a training yet: nothing can be compared.', { name }), {
    file: name,
    expected: t('a session with at least one trained step'),
  });
}

/** Of validation subjects over training subjects: how much runs share their subjects (Nadeau and Bengio 2003). */
function meanShare(runs: readonly SessionRun[]): number {
  const shares = runs.map(
    ({ validationSubjects, trainingSubjects }) => validationSubjects / Math.max(1, trainingSubjects),
  );
  return shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
}

/** Of one run, or of all together; none where nobody was validated yet. */
function scoresOf({ parts }: SessionMetrics, run: string | null): MetricsPart['scores'] {
  const part = parts.find(({ kind, name }) => (run === null ? kind === 'pooled' : kind === 'run' && name === run));
  return part?.scores ?? {};
}
