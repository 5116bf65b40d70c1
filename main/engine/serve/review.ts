/** Operations of the review of a session: remarks, single subjects, ROC curves, permutation bands. */
import { deleteAnnotation, writeAnnotation } from '../session/annotations.ts';
import { openDatabase, translating } from '../session/database.ts';
import type { SessionReader } from '../session/reader.ts';
import type { Known } from '../session/view.ts';
import type { Handlers } from './handlers.ts';

export type ReviewOperation =
  `session.${'annotations' | 'annotate' | 'unannotate'}` | `session.${'subject-norms' | 'roc' | 'permutation-band'}`;

/** @param known a session by its name; throws where there is none */
export function reviewHandlers(known: (session: string) => Known, reader: SessionReader): Handlers<ReviewOperation> {
  function writing<T>(session: string, work: (database: ReturnType<typeof openDatabase>) => T): T {
    const { file } = known(session);
    return translating(file, () => {
      const database = openDatabase(file, 'write');
      try {
        return work(database);
      } finally {
        database.close();
      }
    });
  }
  return {
    'session.annotations': async ({ session }) => await reader.ask('annotations', known(session), null),
    'session.annotate': ({ session, annotation, ...remark }) => ({
      annotation: writing(session, (database) =>
        writeAnnotation(database, annotation, remark, new Date().toISOString()),
      ),
    }),
    'session.unannotate': ({ session, annotation }) => {
      writing(session, (database) => deleteAnnotation(database, annotation));
      return {};
    },
    'session.subject-norms': async (input) => await reader.ask('subject-norms', known(input.session), input),
    'session.roc': async ({ session }) => await reader.ask('roc', known(session), null),
    'session.permutation-band': async ({ session, ...question }, { signal }) => {
      // TensorFlow comes with it: to list sessions and draw charts must not wait for that.
      const { permutationBand } = await import('../inference/permutation-band.ts');
      return await permutationBand(known(session).file, question, signal);
    },
  };
}
