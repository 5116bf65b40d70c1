/** Operations on stored sessions, and the writer of new ones. */
import { existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { basename, join, resolve, sep } from 'node:path';
import { randomUUID } from 'node:crypto';
import { inputError, settingError } from '#app/contract/errors.ts';
import type { Answer } from '#app/contract/operations.ts';
import type { SessionSummary } from '#app/contract/session.ts';
import { openDatabase, translating } from '../session/database.ts';
import { setMeta } from '../session/header.ts';
import { SessionReader } from '../session/reader.ts';
import { readResumable, reopenSession, type Resumable, type Resumption } from '../session/reopen.ts';
import { settle } from '../session/settle.ts';
import type { SessionHeader, SessionWriter } from '../session/types.ts';
import type { Known } from '../session/view.ts';
import { createSession, isWriting, type FileWriter } from '../session/writer.ts';
import { exportHandler } from './export.ts';
import { pathOf } from './file-path.ts';
import type { Call, EngineContext, Handlers, ParsedInput } from './handlers.ts';
import { inferenceHandlers, type InferenceOperation } from './inference.ts';
import { reviewHandlers, type ReviewOperation } from './review.ts';
import { regroupSession, type ReplayMaker } from './regroup.ts';
import { reportHandlers } from './report.ts';

type SessionOperation =
  | InferenceOperation
  | `session.${'list' | 'open-file' | 'view' | 'describe' | 'delete' | 'export' | 'export-model' | 'report'}`
  | `session.${'regroup' | 'regroup-choices'}`
  | `session.${'scalars' | 'epochs' | 'metrics' | 'findings' | 'spectra' | 'summaries' | 'step'}`;

export interface SessionArea {
  readonly handlers: Handlers<SessionOperation | ReviewOperation>;
  /** Begins a session: in the library, or in a file that a person chose. */
  createSession(header: SessionHeader, file: string | null): SessionWriter;
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

const extension = '.spectra';
/** Deleted sessions wait here for a person to empty it: a run can have taken days. */
const trashName = 'trash';

export function sessionHandlers(context: EngineContext): SessionArea {
  const folder = join(context.library, 'sessions');
  mkdirSync(folder, { recursive: true });
  const reader = new SessionReader();
  /** Files opened from elsewhere, by the token that names them. */
  const elsewhere = new Map<string, string>();
  let settled: Promise<unknown> = Promise.resolve();
  const summaries = new Map<string, { key: string; summary: SessionSummary }>();

  function fileOf(session: string): string {
    const file = elsewhere.get(session) ?? join(folder, basename(session));
    if (session === basename(file) || elsewhere.has(session)) {
      if (existsSync(file)) return file;
    }
    throw inputError('no-such-session', `There is no session ${basename(session)}: it was moved or deleted.`, {
      file: basename(session),
    });
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

  async function summaryOf(session: string): Promise<SessionSummary> {
    const of = known(session);
    const key = stateOf(of.file);
    const cached = summaries.get(of.file);
    if (cached?.key === key && !of.written && cached.summary.status !== 'running') return cached.summary;
    settle(of.file, of.written);
    const summary = await reader.ask('summary', of, null);
    summaries.set(of.file, { key: stateOf(of.file), summary });
    return summary;
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

  const regroup: SessionArea['regroup'] = async ({ session, by, title, file }, call, replay) => {
    const of = known(session);
    const name = basename(of.file);
    if (replay !== null && of.written) {
      throw settingError('session-running', `${name} is being written: replay it when its training has ended.`, {
        file: name,
      });
    }
    const place = file === null ? { folder } : { file: pathOf(file), session: nameOf(pathOf(file)) };
    return await regroupSession(of.file, { by, title }, (header) => createSession(place, header), call, replay);
  };

  const handlers: Handlers<SessionOperation> = {
    ...inferenceHandlers(fileOf),
    ...reportHandlers(known),
    'session.list': async () => {
      const names = readdirSync(folder).filter((name) => name.endsWith(extension));
      const listed = await Promise.all(names.map(summaryOf));
      return listed.sort((a, b) => b.created.localeCompare(a.created));
    },
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
    'session.describe': ({ session, title, notes }) => {
      const { file } = known(session);
      translating(file, () => {
        const database = openDatabase(file, 'write');
        try {
          if (title !== undefined) setMeta(database, 'title', title);
          if (notes !== undefined) setMeta(database, 'notes', notes);
        } finally {
          database.close();
        }
      });
      return {};
    },
    'session.delete': async ({ session }) => {
      const of = known(session);
      const name = basename(of.file);
      if (of.written) {
        throw inputError('session-running', `${name} is being written: stop the training first.`, { file: name });
      }
      if (!resolve(of.file).startsWith(resolve(folder) + sep)) {
        throw inputError('session-elsewhere', `${name} is not in the library: delete it where it is kept.`, {
          file: name,
        });
      }
      await reader.ask('close', of, null);
      settle(of.file, false);
      discard(folder, of.file);
      summaries.delete(of.file);
      return {};
    },
    'session.epochs': async ({ session }) => await reader.ask('epochs', known(session), null),
    'session.findings': async ({ session }) => await reader.ask('findings', known(session), null),
    'session.metrics': async ({ session }) => await reader.ask('metrics', known(session), null),
    'session.scalars': async (input) => await reader.ask('scalars', known(input.session), input),
    'session.spectra': async (input) => await reader.ask('spectra', known(input.session), input),
    'session.summaries': async (input) => await reader.ask('summaries', known(input.session), input),
    'session.step': async (input) => await reader.ask('step', known(input.session), input),
    'session.regroup-choices': async ({ session }) => await reader.ask('regroup-choices', known(session), null),
    'session.regroup': async (input, call) => await regroup(input, call, null),
    'session.export-model': async ({ session, run, folder: target }) =>
      await reader.ask('export-model', known(session), { run, folder: pathOf(target) }),
    'session.export': exportHandler(known),
  };

  return {
    handlers: { ...handlers, ...reviewHandlers(known, reader) },
    regroup,
    createSession: (header, file) =>
      settling(createSession(file === null ? { folder } : { file, session: nameOf(file) }, header)),
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
    },
  };
}

/** Changes whenever the file or its log does. */
function stateOf(file: string): string {
  return [file, `${file}-wal`]
    .map((each) => {
      const stat = statSync(each, { throwIfNoEntry: false });
      return stat === undefined ? '-' : `${stat.mtimeMs}/${stat.size}/${stat.ino}`;
    })
    .join(' ');
}

/** Moves a session to the library's trash, with its log where it has one. */
function discard(folder: string, file: string): void {
  const trash = join(folder, trashName);
  mkdirSync(trash, { recursive: true });
  const name = basename(file, extension);
  let target = join(trash, `${name}${extension}`);
  for (let copy = 2; existsSync(target); copy++) target = join(trash, `${name} (${copy})${extension}`);
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, target + suffix);
  }
}
