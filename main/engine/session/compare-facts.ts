/** What tells whether two sessions are of the same people, data and folds. */
import { createHash } from 'node:crypto';
import { loadBody } from './header.ts';
import type { SessionStore } from './store.ts';

export interface CompareFacts {
  subjects: { id: string; group: string | null }[];
  /** null: of a session that does not know it. */
  dataSha256: string | null;
  /** Of each run: equal for runs that were validated on the same subjects; null where nobody was yet. */
  validatedOn: (string | null)[];
}

export function compareFacts(store: SessionStore): CompareFacts {
  const { study, subjects, dataSha256 } = loadBody(store.database);
  const validated = new Map<number, string[]>();
  for (const row of store.statement('SELECT run, subject FROM prediction').iterate()) {
    const run = Number(row['run']);
    const ids = validated.get(run) ?? [];
    ids.push(subjects[Number(row['subject'])]?.id ?? '');
    validated.set(run, ids);
  }
  const runs = store.statement('SELECT run FROM run ORDER BY run').all();
  return {
    subjects: subjects.map(({ id, group }) => ({ id, group: study.groups.groups[group]?.name ?? null })),
    dataSha256: dataSha256 ?? null,
    validatedOn: runs.map((row) => {
      const ids = validated.get(Number(row['run']));
      return ids === undefined ? null : createHash('sha256').update(JSON.stringify(ids.sort())).digest('hex');
    }),
  };
}
