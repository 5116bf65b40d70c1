/** Metrics of a session from its stored predictions. */
import type { SessionMetrics, SessionRun } from '#app/contract/session.ts';
import { sessionMetrics } from '#app/statistics/run-metrics.ts';
import { personIn } from '#app/study/person.ts';
import type { Study } from '#app/study/study.ts';
import { t } from '#app/text/text.ts';
import { float32Of } from './blob.ts';
import { loadBody, loadRuns, loadSets } from './header.ts';
import type { SessionStore } from './store.ts';

/** Runs without predictions (in hand, or of an older version) are left out. */
export function storedMetrics(store: SessionStore): SessionMetrics {
  const { classes, configuration, study, subjects } = loadBody(store.database);
  const personOf = peopleOf(study);
  const runs = loadRuns(store.database, true);
  const rows = store.statement('SELECT run, subject, loss, outputs FROM prediction ORDER BY run, subject').all();
  return sessionMetrics({
    task: configuration.task.kind,
    classes,
    groups: loadSets(store.database).sets.slice(0, -1),
    runs: runs.map((run) => runName(run, configuration.repeats)),
    results: rows.flatMap((row) => {
      const subject = subjects[Number(row['subject'])];
      if (subject === undefined) return [];
      return [
        {
          run: Number(row['run']),
          subject: subject.id,
          ...personOf(subject.id),
          group: subject.group,
          target: subject.target,
          loss: Number(row['loss']),
          outputs: float32Of(row['outputs']).slice(),
        },
      ];
    }),
    seed: configuration.seed,
  });
}

/** @returns nothing where each row of the study is another person's */
function peopleOf(study: Study): (id: string) => { person?: string } {
  const person = personIn(study);
  if (person === null) return () => ({});
  const known = new Map(study.subjects.map((subject) => [subject.id, person(subject)]));
  return (id) => ({ person: known.get(id) ?? id });
}

/** 'fold 2', or 'repeat 1, fold 2' where folds are repeated; in the language of whoever asked. */
export function runName({ fold, repeat = 1 }: Pick<SessionRun, 'fold' | 'repeat'>, repeats: number): string {
  return repeats > 1 ? t('repeat {repeat}, fold {fold}', { repeat, fold }) : t('fold {fold}', { fold });
}
