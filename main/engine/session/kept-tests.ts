/** Test results in the session file. */
import { basename } from 'node:path';
import * as v from 'valibot';
import { inputError } from '#app/contract/errors.ts';
import { keptTestSchema, type KeptTest } from '#app/contract/kept-tests.ts';
import { t } from '#app/text/text.ts';
import { openDatabase, translating } from './database.ts';

/** @returns newest first */
export function keptTests(file: string): KeptTest[] {
  return translating(file, () => {
    const database = openDatabase(file, 'read');
    try {
      return database
        .prepare('SELECT test, created, program, sessions, options, answer FROM test ORDER BY test DESC')
        .all()
        .map((row) =>
          v.parse(keptTestSchema, {
            test: row['test'],
            created: row['created'],
            program: row['program'],
            sessions: json(row['sessions']),
            options: json(row['options']),
            answer: json(row['answer']),
          }),
        );
    } finally {
      database.close();
    }
  });
}

/**
 * @returns the number that names it in this file
 * @throws SpectroscopeError (input) 'session-folder' where the file may not be written to
 */
export function keepTest(
  file: string,
  { created, program, sessions, options, answer }: Omit<KeptTest, 'test'>,
): number {
  return writing(file, (database) => {
    const { lastInsertRowid } = database
      .prepare('INSERT INTO test (created, program, sessions, options, answer) VALUES (?, ?, ?, ?, ?)')
      .run(created, program, JSON.stringify(sessions), JSON.stringify(options), JSON.stringify(answer));
    return Number(lastInsertRowid);
  });
}

/** @throws SpectroscopeError (input) 'no-such-test' */
export function forgetTest(file: string, test: number): void {
  writing(file, (database) => {
    const { changes } = database.prepare('DELETE FROM test WHERE test = ?').run(test);
    if (Number(changes) > 0) return;
    throw inputError(
      'no-such-test',
      t('{file} keeps no test {test}: it was forgotten already.', { file: basename(file), test }),
      {
        file: basename(file),
        field: 'test',
      },
    );
  });
}

/** Finds out before a long test whether its result can be kept. @throws SpectroscopeError (input) 'session-folder' */
export function requireWritable(file: string): void {
  writing(file, (database) => database.exec('BEGIN IMMEDIATE; ROLLBACK'));
}

function writing<T>(file: string, work: (database: ReturnType<typeof openDatabase>) => T): T {
  return translating(file, () => {
    const database = openDatabase(file, 'write');
    try {
      return work(database);
    } finally {
      database.close();
    }
  });
}

function json(text: unknown): unknown {
  return JSON.parse(String(text)) as unknown;
}
