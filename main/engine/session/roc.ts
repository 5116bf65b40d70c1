/** ROC curves of a session from its stored predictions: of each run, all together, and each group. */
import type { RocCurves } from '#app/contract/review.ts';
import { areaUnderRoc, rocCurve } from '#app/statistics/roc.ts';
import { float32Of } from './blob.ts';
import { loadBody, loadRuns, loadSets } from './header.ts';
import { runName } from './metrics.ts';
import type { SessionStore } from './store.ts';

interface Prediction {
  run: number;
  group: number;
  target: number;
  outputs: Float32Array;
}

/** Parts without both a subject of the class and one of the others have no curve. */
export function storedRoc(store: SessionStore): RocCurves {
  const { classes, configuration, subjects } = loadBody(store.database);
  if (configuration.task.kind !== 'classification') return { curves: [] };
  const rows = store.statement('SELECT run, subject, outputs FROM prediction ORDER BY run, subject').all();
  const predictions = rows.flatMap((row): Prediction[] => {
    const subject = subjects[Number(row['subject'])];
    if (subject === undefined) return [];
    const { group, target } = subject;
    return [{ run: Number(row['run']), group, target, outputs: float32Of(row['outputs']).slice() }];
  });
  const positives = classes.length === 2 ? [1] : classes.map((_, index) => index);
  const part = (
    kind: RocCurves['curves'][number]['kind'],
    name: string,
    of: readonly Prediction[],
  ): RocCurves['curves'] =>
    positives.flatMap((positive) => {
      const scores = of.map(({ outputs }) => outputs[positive] as number);
      const isPositive = of.map(({ target }) => target === positive);
      const auc = areaUnderRoc(scores, isPositive);
      if (auc === null) return [];
      const { falsePositive, truePositive } = rocCurve(scores, isPositive);
      const count = isPositive.filter(Boolean).length;
      return [
        {
          ...{ kind, name, positive: classes[positive] ?? '', positives: count, negatives: of.length - count, auc },
          falsePositive: Float32Array.from(falsePositive),
          truePositive: Float32Array.from(truePositive),
        },
      ];
    });
  return {
    curves: [
      ...loadRuns(store.database, true).flatMap((run) =>
        part(
          'run',
          runName(run, configuration.repeats),
          predictions.filter((each) => each.run === run.index),
        ),
      ),
      ...part('pooled', 'pooled', predictions),
      ...loadSets(store.database)
        .sets.slice(0, -1)
        .flatMap((name, index) =>
          part(
            'group',
            name,
            predictions.filter(({ group }) => group === index),
          ),
        ),
    ],
  };
}
