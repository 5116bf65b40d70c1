/** The metrics of a session, from what its runs said of their validation subjects: per run, pooled, and per group. */
import type { MetricsPart, SessionMetrics } from '#app/contract/session.ts';
import { groupedBy } from '#app/data/grouped-by.ts';
import type { RunTask } from '#app/run/configuration.ts';
import { bootstrap } from './bootstrap.ts';
import { classScores, confusionMatrix, reliabilityBins, type ClassPrediction } from './classification.ts';
import { regressionScores } from './regression.ts';

/** One subject as one run saw it. */
export interface SubjectResult {
  run: number;
  subject: string;
  /** Whose row it is, where one person has several; absent: the subject's own. */
  person?: string;
  group: number;
  /** Class, or number in its own units; 0 for a reconstruction. */
  target: number;
  loss: number;
  /** Probabilities, a number in its own units, or nothing. */
  outputs: ArrayLike<number>;
}

export interface MetricsMaterial {
  task: RunTask['kind'];
  classes: readonly string[];
  groups: readonly string[];
  /** Names of the runs, 'fold 1', …; results index into them. */
  runs: readonly string[];
  results: readonly SubjectResult[];
  seed: number;
}

export function sessionMetrics(material: MetricsMaterial): SessionMetrics {
  const { task, classes, groups, runs, results, seed } = material;
  const part = (kind: MetricsPart['kind'], name: string, of: readonly SubjectResult[]): MetricsPart => ({
    kind,
    name,
    subjects: new Set(of.map(({ subject }) => subject)).size,
    ...scoresOf(task, classes.length, of, seed),
  });
  return {
    task,
    classes: [...classes],
    parts: [
      ...runs.map((name, run) =>
        part(
          'run',
          name,
          results.filter((each) => each.run === run),
        ),
      ),
      part('pooled', 'pooled', results),
      ...groups.map((name, group) =>
        part(
          'group',
          name,
          results.filter((each) => each.group === group),
        ),
      ),
    ].filter(({ subjects }) => subjects > 0),
  };
}

function scoresOf(
  task: RunTask['kind'],
  classes: number,
  results: readonly SubjectResult[],
  seed: number,
): Pick<MetricsPart, 'scores' | 'confusion' | 'reliability'> {
  const people = byPerson(results);
  const loss = (items: readonly SubjectResult[]): number | null =>
    items.length === 0 ? null : items.reduce((sum, each) => sum + each.loss, 0) / items.length;
  if (task === 'classification') {
    const predictions = (items: readonly SubjectResult[]): ClassPrediction[] =>
      items.map(({ outputs, target }) => ({ probabilities: outputs, target }));
    const scores = bootstrap(
      people,
      (items) => ({ ...classScores(predictions(items), classes), loss: loss(items) }),
      seed,
    );
    const all = predictions(results);
    return { scores, confusion: confusionMatrix(all, classes), reliability: reliabilityBins(all, classes) };
  }
  const none = { confusion: [], reliability: [] };
  if (task === 'reconstruction')
    return { scores: bootstrap(people, (items) => ({ loss: loss(items) }), seed), ...none };
  const scored = (items: readonly SubjectResult[]) => ({
    ...regressionScores(
      items.map(({ outputs }) => outputs[0] as number),
      items.map(({ target }) => target),
    ),
    loss: loss(items),
  });
  return { scores: bootstrap(people, scored, seed), ...none };
}

/** What comes and goes together when people are resampled: rows of one are no replicates of each other. */
function byPerson(results: readonly SubjectResult[]): SubjectResult[][] {
  return [...groupedBy(results, ({ subject, person }) => person ?? subject).values()];
}
