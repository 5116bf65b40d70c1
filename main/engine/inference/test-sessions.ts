/** Whether groups differ in how they drive a training, tested over one session or several of one kind. */
import { availableParallelism } from 'node:os';
import { inputError, settingError } from '#app/contract/errors.ts';
import { falseDiscoveryAdjusted } from '#app/inference/multiple-tests.ts';
import { correctedRunsTest } from '#app/inference/over-runs.ts';
import { windowTest, type TestCourse } from '#app/inference/permutation-test.ts';
import { isPermuted, toldNotes, type TestAnswer, type TestOptions, type TestRow } from '#app/inference/test-options.ts';
import { sentence, type Sentence } from '#app/text/sentence.ts';
import { t } from '#app/text/text.ts';
import { Labellings, type Strata } from './labellings.ts';
import { openTested, requireSameKind, type TestedSession } from './kept-steps.ts';
import { permuteSessions, type PermutationJob } from './permute-sessions.ts';
import type { TestQuestion } from './permuted-step.ts';
import { permutationRows, rowOf } from './permutation-rows.ts';
import { differencesOf, isStoredSummary, validationShare } from './run-differences.ts';

/**
 * @param files of sessions with the same groups and layers
 * @throws SpectroscopeError (input) 'no-grams', 'sessions-differ'; (setting) unknown groups or strata; (cancelled)
 */
export async function testSessions(
  files: readonly string[],
  options: TestOptions,
  job: PermutationJob,
): Promise<TestAnswer> {
  const sessions: TestedSession[] = [];
  try {
    for (const file of files) sessions.push(openTested(file));
    requireSameKind(sessions);
    return await test(sessions, options, job);
  } finally {
    for (const { store } of sessions) store.close();
  }
}

async function test(
  sessions: readonly TestedSession[],
  options: TestOptions,
  job: PermutationJob,
): Promise<TestAnswer> {
  const [first] = sessions;
  if (first === undefined) throw settingError('no-session', t('Name a session to test.'), { field: 'sessions' });
  const { targetIsGroups, classes, study } = first.body;
  const names = study.groups.groups.map(({ name }) => name);
  const pairs = pairsOf(names, options.groups);
  const strata = strataOf(options.strata, targetIsGroups, classes.length);
  const rows: TestRow[] = [];
  let bySize: ExpectedBySize | null = null;
  let [steps, smallestP] = [0, 1 / (options.permutations + 1)];
  if (options.methods.some(isPermuted)) {
    const without = sessions.find(({ layers }) => layers.length === 0);
    if (without !== undefined) throw noGrams(without.name);
    const labellings = new Labellings(sessions, options.permutations, options.seed, strata);
    smallestP = Math.max(smallestP, ...pairs.map((pair) => labellings.smallestP(pair)));
    const threads = availableParallelism();
    const permuted = await permuteSessions(sessions, labellings, options.statistics, pairs, threads, job);
    steps = permuted.steps;
    rows.push(...permutationRows(permuted.tests, options.methods, names));
    if (options.methods.includes('runs')) bySize = expectedBySize(permuted.tests);
  }
  const questions = storedQuestions(sessions, options, pairs);
  if (options.methods.includes('runs')) {
    rows.push(...adjusted(replicateRows('runs', sessions, questions, names, bySize)));
  }
  if (options.methods.includes('per-iteration'))
    rows.push(...replicateRows('per-iteration', sessions, questions, names));
  const counts = countsOf(first, names);
  return {
    rows,
    groups: names.map((name, group) => ({ name, subjects: counts[group] ?? 0 })),
    steps,
    permutations: options.permutations,
    smallestP,
    strata: strata === null ? 'none' : strata.kind === 'class' ? 'class' : strata.column,
    ...toldNotes(notesOf(sessions, options, targetIsGroups, strata, rows)),
  };
}

function countsOf({ body }: TestedSession, names: readonly string[]): number[] {
  return names.map((_, group) => body.subjects.filter((subject) => subject.group === group).length);
}

/** @throws SpectroscopeError (setting) 'unknown-group' */
function pairsOf(names: readonly string[], wanted: TestOptions['groups']): [number, number][] {
  if (wanted !== null) {
    const [g, h] = wanted.map((name) => names.indexOf(name));
    if (g === undefined || h === undefined || g === -1 || h === -1 || g === h) {
      throw settingError(
        'unknown-group',
        t("'{first}' and '{second}' are not two groups of the session. Groups are: {names}.", {
          first: wanted[0],
          second: wanted[1],
          names: names.join(', '),
        }),
        { field: 'groups', expected: t('two groups of the session') },
      );
    }
    return [[g, h]];
  }
  return names.flatMap((_, g) => names.slice(g + 1).map((_other, i): [number, number] => [g, g + 1 + i]));
}

function strataOf(wanted: TestOptions['strata'], targetIsGroups: boolean, classes: number): Strata {
  if (wanted.kind === 'column') return wanted;
  if (wanted.kind === 'class') return { kind: 'class' };
  return wanted.kind === 'none' || targetIsGroups || classes < 2 ? null : { kind: 'class' };
}

function storedQuestions(
  [first]: readonly TestedSession[],
  { statistics }: TestOptions,
  pairs: readonly [number, number][],
): TestQuestion[] {
  return (first?.store.layers ?? []).flatMap(({ view }, stored) =>
    view.quantities.flatMap(({ quantity }) =>
      statistics
        .filter(isStoredSummary)
        .flatMap((statistic) => pairs.map((groups) => ({ stored, layer: view.name, quantity, statistic, groups }))),
    ),
  );
}

/**
 * 'runs': a run is a replicate, corrected for the subjects that runs share; what permuted labels give on average, where
 * they were permuted, is no difference of the groups and is taken out. 'per-iteration': a paired t-test over steps. They
 * are not independent, so its p means nothing; it is what the paper's figures show.
 */
function replicateRows(
  method: 'runs' | 'per-iteration',
  sessions: readonly TestedSession[],
  questions: readonly TestQuestion[],
  names: readonly string[],
  bySize: ExpectedBySize | null = null,
): TestRow[] {
  const share = method === 'runs' ? validationShare(sessions) : 0;
  return questions.flatMap((question) => {
    const { first, last, runs, steps } = differencesOf(sessions, question);
    const expected = bySize?.get(keyOf(question)) ?? 0;
    const found = correctedRunsTest(method === 'runs' ? runs.map((difference) => difference - expected) : steps, share);
    if (found === null) return [];
    const { effect, interval, p, n } = found;
    const result = { first, last, observed: effect + expected, expected, effect, interval, z: 0, p };
    return [rowOf(question, result, method, names, n)];
  });
}

/** What the sizes of the groups alone make of a statistic: its mean over permuted labels, by question. */
type ExpectedBySize = ReadonlyMap<string, number>;

function keyOf({ stored, quantity, statistic, groups }: TestQuestion): string {
  return [stored, quantity, statistic, ...groups].join(' ');
}

function expectedBySize(tests: readonly { question: TestQuestion; course: TestCourse }[]): ExpectedBySize {
  return new Map(
    tests.flatMap(({ question, course }) => {
      const result = windowTest(course);
      return result === null ? [] : [[keyOf(question), result.expected] as const];
    }),
  );
}

function adjusted(rows: readonly TestRow[]): TestRow[] {
  const corrected = falseDiscoveryAdjusted(rows.map(({ p }) => p));
  return rows.map((row, i) => ({ ...row, pCorrected: corrected[i] ?? row.p }));
}

function notesOf(
  sessions: readonly TestedSession[],
  { methods }: TestOptions,
  targetIsGroups: boolean,
  strata: Strata,
  rows: readonly TestRow[],
): Sentence[] {
  const notes: Sentence[] = [];
  if (targetIsGroups) {
    notes.push(
      sentence(
        'The groups are what the network learns, so their gradients differ by construction: a difference says that the network tells them apart, not that their data do. Train on another target to ask that, and stratify by it.',
      ),
    );
  } else if (strata === null) {
    const body = sessions[0]?.body;
    if ((body?.classes.length ?? 0) >= 2) {
      notes.push(
        sentence(
          'Labels were exchanged between classes of the target: where groups and classes go together, a difference can be that of the classes.',
        ),
      );
    } else if (body?.configuration.task.kind === 'regression') {
      notes.push(
        sentence(
          'Labels were exchanged whatever the value of the target: where it differs between the groups, a difference can be that of the target.',
        ),
      );
    }
  }
  const partial = sessions.flatMap(({ layers }) =>
    layers
      .filter(({ layer, regroupable }) => regroupable.length < layer.view.quantities.length)
      .map(({ layer }) => layer.view.name),
  );
  if (partial.length > 0 && methods.some(isPermuted)) {
    notes.push(
      sentence(
        'Of {layers} a sample brings several rows, so kept Grams give the alignment of gradients and not all spectra under other labels: those were not permuted.',
        { layers: [...new Set(partial)].join(', ') },
      ),
    );
  }
  if (methods.includes('max-statistic') || methods.includes('cluster-mass')) {
    notes.push(
      sentence(
        'The steps of a largest deviation and of a cluster were chosen because groups deviate there. Their p takes that into account; their effect and its 95 % interval do not, and overstate the difference. To report a size, take the mean over all steps.',
      ),
    );
  }
  if (methods.includes('runs') && !rows.some(({ method }) => method === 'runs')) {
    notes.push(sentence('Fewer than three runs: folds and repeats are the replicates of the test over runs.'));
  }
  if (rows.some(({ method }) => method === 'runs') && !rows.some(({ method }) => method === 'permutation')) {
    notes.push(
      sentence(
        'The test over runs does not take out what the sizes of the groups alone make of a summary: the larger group has the larger rank anyway. Ask for the permutation test beside it (--method permutation,runs): what permuted labels give is then taken out.',
      ),
    );
  }
  if (methods.includes('per-iteration')) {
    notes.push(
      sentence(
        'Per-iteration tests take the steps of a training for independent, which they are not: under no difference at all they find one in most trainings. They are exploratory and no finding.',
      ),
    );
  }
  return notes;
}

function noGrams(name: string): Error {
  return inputError(
    'no-grams',
    t(
      '{name} kept no sample Grams, so labels cannot be permuted in it: train again and keep them (Design, Recording; on the command line --keep-grams), or test over runs.',
      { name },
    ),
    { file: name, expected: t('a session that kept sample Grams') },
  );
}
