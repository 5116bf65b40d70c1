/** Operations that test saved sessions, and on the results that these keep. */
import { programVersion } from '#app/version.ts';
import { t } from '#app/text/text.ts';
import { earlySigns } from '../inference/told-signs.ts';
import { openDatabase } from '../session/database.ts';
import { loadCard } from '../session/header.ts';
import { forgetTest, keepTest, keptTests, requireWritable } from '../session/kept-tests.ts';
import type { Handlers } from './handlers.ts';

export type InferenceOperation = `session.${'test' | 'kept-tests' | 'forget-test' | 'early-signs'}`;

/** @param fileOf where the session of this name lies; throws where there is none */
export function inferenceHandlers(fileOf: (session: string) => string): Handlers<InferenceOperation> {
  return {
    'session.test': async ({ sessions, options, keep = false }, { signal, progress }) => {
      const files = sessions.map(fileOf);
      if (keep) files.forEach(requireWritable);
      // TensorFlow comes with it: to list sessions and draw charts must not wait for that.
      const { testSessions } = await import('../inference/test-sessions.ts');
      const answer = await testSessions(files, options, {
        signal,
        progress: (done, total) => progress(t('Testing'), done, total, t('batches')),
      });
      if (!keep) return { ...answer, kept: [] };
      const result = {
        created: new Date().toISOString(),
        program: programVersion,
        sessions: files.map(titleOf),
        options,
        answer,
      };
      return {
        ...answer,
        kept: sessions.map((session, i) => ({ session, test: keepTest(files[i] ?? '', result) })),
      };
    },
    'session.kept-tests': ({ session }) => keptTests(fileOf(session)),
    'session.early-signs': ({ session }) => earlySigns(fileOf(session)),
    'session.forget-test': ({ session, test }) => {
      forgetTest(fileOf(session), test);
      return {};
    },
  };
}

function titleOf(file: string): string {
  const database = openDatabase(file, 'read');
  try {
    return loadCard(database, false).title;
  } finally {
    database.close();
  }
}
