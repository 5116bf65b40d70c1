/** Operations on stored sessions, and the writer of new ones. */
import { existsSync, mkdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { randomUUID } from 'node:crypto';
import { inputError, settingError } from '#app/contract/errors.ts';
import type { Answer } from '#app/contract/operations.ts';
import { t } from '#app/text/text.ts';
import { openDatabase, removeSession } from '../session/database.ts';
import { SessionReader } from '../session/reader.ts';
import { readResumable, reopenSession, type Resumable, type Resumption } from '../session/reopen.ts';
import { replacementOf, requireFree } from '../session/replace.ts';
import { settle } from '../session/settle.ts';
import type { SessionHeader, SessionWriter } from '../session/types.ts';
import type { Known } from '../session/view.ts';
import { createSession, isWriting, type FileWriter } from '../session/writer.ts';
import { compareHandler } from './compare.ts';
import { exportHandler } from './export.ts';
import { pathOf } from './file-path.ts';
import type { Call, EngineContext, Handlers, ParsedInput } from './handlers.ts';
import { inferenceHandlers, type InferenceOperation } from './inference.ts';
import { libraryHandlers, type LibraryArea } from './library.ts';
import { reviewHandlers, type ReviewOperation } from './review.ts';
import type { ReplayMaker } from './regroup.ts';
import { reportHandlers } from './report.ts';
import { shareHandler } from './share.ts';

type SessionOperation =
  | InferenceOperation
  | ReviewOperation
  | `session.${'open-file' | 'view' | 'export' | 'export-model' | 'report' | 'compare' | 'share'}`
  | `session.${'regroup' | 'regroup-choices'}`
  | `session.${'scalars' | 'epochs' | 'metrics' | 'findings' | 'spectra' | 'summaries' | 'step'}`;

export interface SessionArea {
  readonly handlers: Handlers<SessionOperation> & LibraryArea['handlers'];
  /** Begins a session: in the library, or in a file that a person chose. */
  createSession(header: SessionHeader, place: { file: string; overwrite: boolean } | null): SessionWriter;
  /** @param replay null: from Grams alone */
  regroup(
    input: ParsedInput<'session.regroup'>,
    call: Call,
    replay: ReplayMaker | null,
  ): Promise<Answer<'session.regroup'>>;
  readResumable(session: string): Resumable;
  reopenSession(session: string, header: SessionHeader): Promise<{ writer: SessionWriter; resumption: Resumption }>;
  close(): Promise<void>;
}

export function sessionHandlers(context: EngineContext): SessionArea {
  const folder = join(context.library, 'sessions');
  mkdirSync(folder, { recursive: true });
  const reader = new SessionReader();
  /** Files opened from elsewhere, by the token that names them. */
  const elsewhere = new Map<string, string>();
  let settled: Promise<unknown> = Promise.resolve();
  const library = libraryHandlers(folder, reader, known);

  function fileOf(session: string): string {
    const file = elsewhere.get(session) ?? join(folder, basename(session));
    if (session === basename(file) || elsewhere.has(session)) {
      if (existsSync(file)) return file;
    }
    throw inputError(
      'no-such-session',
      t('There is no session {session}: it was moved or deleted.', { session: basename(session) }),
      {
        file: basename(session),
      },
    );
  }

  function known(session: string): Known {
    const file = fileOf(session);
    return { session, file, written: isWriting(file) };
  }

  /** The session's name; a file outside the library gets a token. */
  function nameOf(file: string): string {
    const path = resolve(file);
    if (path === join(resolve(folder), basename(path))) return basename(path);
    for (const [token, named] of elsewhere) if (named === path) return token;
    const token = `opened-${randomUUID()}`;
    elsewhere.set(token, path);
    return token;
  }

  /** A writer whose file is put in order when it closes. */
  function settling(writer: FileWriter): SessionWriter {
    return {
      session: writer.session,
      file: writer.file,
      scalars: writer.scalars,
      step: (record) => writer.step(record),
      epoch: (...row) => writer.epoch(...row),
      checkpoint: (...weights) => writer.checkpoint(...weights),
      progress: (...state) => writer.progress(...state),
      replayCheckpoint: (...checkpoint) => writer.replayCheckpoint(...checkpoint),
      outcome: (...outcome) => writer.outcome(...outcome),
      runStatus: (...status) => writer.runStatus(...status),
      close: (status) => {
        writer.close(status);
        // The reading thread may have held the file open, and the log with it.
        const of = { session: writer.session, file: writer.file, written: false };
        const closed = reader
          .ask('close', of, null)
          .then(() => settle(writer.file, false))
          // All is stored, and the file is put in order when it is opened next.
          .catch((error: unknown) => console.error(error));
        settled = Promise.all([settled, closed]);
      },
    };
  }

  const regroup: SessionArea['regroup'] = async ({ session, by, title, file, overwrite }, call, replay) => {
    const of = known(session);
    const name = basename(of.file);
    if (replay !== null && of.written) {
      throw settingError(
        'session-running',
        t('{name} is being written: replay it when its training has ended.', { name }),
        {
          file: name,
        },
      );
    }
    const path = file === null ? null : pathOf(file);
    // What was there before stays until the new session is whole; the one that is looked at stays in any case.
    const replacement = path === null ? null : replacementOf(path, overwrite && path !== of.file);
    // TensorFlow comes with it: to list sessions and draw charts must not wait for that.
    const { regroupSession } = await import('./regroup.ts');
    const begin = (header: SessionHeader) => {
      if (path === null || replacement === null) return createSession({ folder }, header);
      replacement.begin();
      return createSession({ file: replacement.file, session: nameOf(path) }, header);
    };
    const answer = await regroupSession(of.file, { by, title }, begin, call, replay);
    replacement?.finish();
    return answer;
  };

  const handlers: SessionArea['handlers'] = {
    ...inferenceHandlers(fileOf),
    ...reportHandlers(known),
    ...reviewHandlers(known, reader),
    ...library.handlers,
    'session.open-file': async ({ file }) => {
      const path = pathOf(file);
      settle(path, isWriting(path));
      // Opening it says what is wrong with it, if anything.
      openDatabase(path, 'read').close();
      const session = nameOf(path);
      await reader.ask('view', known(session), null);
      return { session };
    },
    'session.view': async ({ session }) => await reader.ask('view', known(session), null),
    'session.epochs': async ({ session }) => await reader.ask('epochs', known(session), null),
    'session.findings': async ({ session }) => await reader.ask('findings', known(session), null),
    'session.metrics': async ({ session }) => await reader.ask('metrics', known(session), null),
    'session.scalars': async (input) => await reader.ask('scalars', known(input.session), input),
    'session.spectra': async (input) => await reader.ask('spectra', known(input.session), input),
    'session.summaries': async (input) => await reader.ask('summaries', known(input.session), input),
    'session.step': async (input) => await reader.ask('step', known(input.session), input),
    'session.regroup-choices': async ({ session }) => await reader.ask('regroup-choices', known(session), null),
    'session.regroup': async (input, call) => await regroup(input, call, null),
    'session.compare': compareHandler(reader, known),
    'session.export-model': async ({ session, run, folder: target }) =>
      await reader.ask('export-model', known(session), { run, folder: pathOf(target) }),
    'session.export': exportHandler(known),
    'session.share': shareHandler(known, reader),
  };

  return {
    handlers,
    regroup,
    createSession: (header, place) => {
      if (place === null) return settling(createSession({ folder }, header));
      const { file, overwrite } = place;
      requireFree(file, overwrite);
      removeSession(file);
      return settling(createSession({ file, session: nameOf(file) }, header));
    },
    readResumable: (session) => readResumable(known(session).file),
    reopenSession: async (session, header) => {
      const of = known(session);
      // The reading thread would keep the log from being begun anew.
      await reader.ask('close', of, null);
      const { writer, resumption } = reopenSession(of.file, session, header);
      return { writer: settling(writer), resumption };
    },
    close: async () => {
      await settled;
      await reader.close();
      library.close();
    },
  };
}
