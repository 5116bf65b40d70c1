/** Remarks on the steps of a session, kept in its file. */
import type { DatabaseSync } from 'node:sqlite';
import { inputError } from '#app/contract/errors.ts';
import type { Annotation } from '#app/contract/review.ts';
import { t } from '#app/text/text.ts';

export function readAnnotations(database: DatabaseSync): Annotation[] {
  const rows = database.prepare('SELECT * FROM annotation ORDER BY run, first_step, annotation').all();
  return rows.map((row) => ({
    annotation: Number(row['annotation']),
    created: String(row['created']),
    run: Number(row['run'] ?? 0),
    first: Number(row['first_step'] ?? 0),
    last: Number(row['last_step'] ?? row['first_step'] ?? 0),
    text: String(row['text']),
  }));
}

/**
 * @param annotation one that there is; null: a new one
 * @returns its number
 * @throws SpectroscopeError (input) 'no-such-run', 'no-such-annotation'
 */
export function writeAnnotation(
  database: DatabaseSync,
  annotation: number | null,
  { run, first, last, text }: Pick<Annotation, 'run' | 'first' | 'last' | 'text'>,
  created: string,
): number {
  if (database.prepare('SELECT run FROM run WHERE run = ?').get(run) === undefined) {
    throw inputError('no-such-run', t('The session has no run {run} to remark on.', { run }), { field: 'run' });
  }
  const [from, to] = first <= last ? [first, last] : [last, first];
  if (annotation === null) {
    const insert = 'INSERT INTO annotation (created, run, first_step, last_step, text) VALUES (?, ?, ?, ?, ?)';
    return Number(database.prepare(insert).run(created, run, from, to, text).lastInsertRowid);
  }
  const update = 'UPDATE annotation SET run = ?, first_step = ?, last_step = ?, text = ? WHERE annotation = ?';
  if (database.prepare(update).run(run, from, to, text, annotation).changes === 0) throw noSuchAnnotation();
  return annotation;
}

/** @throws SpectroscopeError (input) 'no-such-annotation' */
export function deleteAnnotation(database: DatabaseSync, annotation: number): void {
  const { changes } = database.prepare('DELETE FROM annotation WHERE annotation = ?').run(annotation);
  if (changes === 0) throw noSuchAnnotation();
}

function noSuchAnnotation(): Error {
  return inputError('no-such-annotation', t('The remark is not in the session any more: it was deleted elsewhere.'), {
    field: 'annotation',
  });
}
