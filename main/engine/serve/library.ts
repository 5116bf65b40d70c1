/** Operations on the sessions of the library as a whole: list, arrange, throw away and bring back. */
import { basename, dirname, join, resolve } from 'node:path';
import { cancelled, inputError, serialiseError } from '#app/contract/errors.ts';
import { mostTags, type changesAnswer, type LibraryEntry } from '#app/contract/library.ts';
import { t } from '#app/text/text.ts';
import { openDatabase, translating } from '../session/database.ts';
import { loadArrangement, setMeta } from '../session/header.ts';
import { Library } from '../session/library.ts';
import type { SessionReader } from '../session/reader.ts';
import type { Known } from '../session/view.ts';
import type { Call, Handlers } from './handlers.ts';
import type * as v from 'valibot';

type LibraryOperation =
  `session.${'list' | 'changes' | 'describe' | 'delete' | 'arrange' | 'pictures' | 'trash' | 'restore' | 'empty-trash'}`;

export interface LibraryArea {
  readonly handlers: Handlers<LibraryOperation>;
  close(): void;
}

/** Deleted sessions wait here for a person to empty it: a run can have taken days. */
const trashName = 'trash';

/** @param known of a session's name, also of one opened from elsewhere; throws where there is none */
export function libraryHandlers(folder: string, reader: SessionReader, known: (session: string) => Known): LibraryArea {
  const library = new Library(folder, reader);
  const trash = new Library(join(folder, trashName), reader);
  const listing = (title: string, call: Call) => ({
    signal: call.signal,
    progress: (done: number, total: number, name: string): void => call.progress(title, done, total, name),
  });
  /** What a window was told last. */
  let told = { revision: 0, entries: new Map<string, LibraryEntry>() };

  /** An entry of a file that stayed as it was is the same object as before. */
  function changes(list: readonly LibraryEntry[], since: number | null): v.InferOutput<typeof changesAnswer> {
    const whole = since !== told.revision;
    const before = whole ? new Map<string, LibraryEntry>() : told.entries;
    const entries = new Map(list.map((entry) => [entry.session, entry]));
    told = { revision: told.revision + 1, entries };
    return {
      revision: told.revision,
      whole,
      entries: list.filter((entry) => before.get(entry.session) !== entry),
      gone: [...before.keys()].filter((session) => !entries.has(session)),
    };
  }

  const isOurs = (file: string): boolean => dirname(resolve(file)) === resolve(folder);

  function arrange(session: string, add: readonly string[], remove: readonly string[], to: string | undefined): void {
    const { file } = known(session);
    changing(file, (database) => {
      if (add.length > 0 || remove.length > 0) {
        const { tags } = loadArrangement(database);
        const next = [...new Set([...tags, ...add])].filter((tag) => !remove.includes(tag));
        if (next.length > mostTags) {
          throw inputError(
            'too-many-tags',
            t('{file} would have {next} tags: take some off first.', { file: basename(file), next: next.length }),
            {
              file: basename(file),
              field: 'tags',
              expected: t('at most {mostTags}', { mostTags }),
            },
          );
        }
        setMeta(database, 'tags', next);
      }
      if (to !== undefined) setMeta(database, 'folder', to);
    });
  }

  async function discard(session: string): Promise<void> {
    const of = known(session);
    const name = basename(of.file);
    if (of.written) {
      throw inputError('session-running', t('{name} is being written: stop the training first.', { name }), {
        file: name,
      });
    }
    if (!isOurs(of.file)) {
      throw inputError('session-elsewhere', t('{name} is not in the library: delete it where it is kept.', { name }), {
        file: name,
      });
    }
    await library.move(name, trash.folder);
  }

  function inTrash(session: string): string {
    if (trash.has(session)) return session;
    throw inputError(
      'no-such-session',
      t('There is no session {session} in the trash.', { session: basename(session) }),
      {
        file: basename(session),
      },
    );
  }

  const handlers: Handlers<LibraryOperation> = {
    'session.list': async (_, call) => await library.list(listing(t('Reading the sessions'), call)),
    'session.changes': async ({ since }, call) =>
      changes(await library.list(listing(t('Reading the sessions'), call)), since),
    'session.describe': ({ session, title, notes }) => {
      changing(known(session).file, (database) => {
        if (title !== undefined) setMeta(database, 'title', title);
        if (notes !== undefined) setMeta(database, 'notes', notes);
      });
      return {};
    },
    'session.delete': async ({ session }) => {
      await discard(session);
      return {};
    },
    'session.arrange': async ({ sessions, add, remove, folder: to }, call) => {
      const entries: LibraryEntry[] = [];
      const refused: { session: string; reason: string }[] = [];
      for (const [at, session] of sessions.entries()) {
        if (call.signal.aborted) throw cancelled(t('Arranging the sessions'));
        try {
          arrange(session, add, remove, to);
          if (isOurs(known(session).file)) entries.push(...(await library.entries([session])));
        } catch (error) {
          const { kind, message } = serialiseError(error);
          if (kind === 'fault') throw error;
          refused.push({ session, reason: message });
        }
        call.progress(t('Arranging the sessions'), at + 1, sessions.length, session);
      }
      return { entries, refused };
    },
    'session.pictures': async ({ sessions }) =>
      await Promise.all(
        sessions.map(async (session) => (library.has(session) ? await library.picture(session) : null)),
      ),
    'session.trash': async (_, call) => await trash.list(listing(t('Reading the trash'), call)),
    'session.restore': async ({ sessions }) => {
      const names: string[] = [];
      for (const session of sessions.map(inTrash)) names.push(await trash.move(session, folder));
      return { sessions: names };
    },
    'session.empty-trash': async ({ sessions }, call) => {
      const all = await trash.list(listing(t('Reading the trash'), call));
      const chosen = sessions === null ? null : new Set(sessions.map(inTrash));
      const gone = all.filter(({ session }) => chosen === null || chosen.has(session));
      await trash.remove(gone.map(({ session }) => session));
      return { sessions: gone.length, bytes: gone.reduce((sum, { bytes }) => sum + bytes, 0) };
    },
  };
  return {
    handlers,
    close: () => {
      library.close();
      trash.close();
    },
  };
}

function changing(file: string, change: (database: ReturnType<typeof openDatabase>) => void): void {
  translating(file, () => {
    const database = openDatabase(file, 'write');
    try {
      change(database);
    } finally {
      database.close();
    }
  });
}
