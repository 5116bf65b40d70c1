/** A folder of sessions: what each is, read once and known from then on as long as its file stays the same. */
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cancelled } from '#app/contract/errors.ts';
import type { LibraryEntry, SessionPicture } from '#app/contract/library.ts';
import { t } from '#app/text/text.ts';
import { logSuffixes, removeSession } from './database.ts';
import { stampOf } from './file-stamp.ts';
import { LibraryIndex, type Indexed } from './library-index.ts';
import { SessionReader } from './reader.ts';
import { settle } from './settle.ts';
import { isWriting } from './writer.ts';

export const sessionExtension = '.spectra';
/** Files that are read before what was learnt is kept. */
const atOnce = 50;
/** Beyond so many files to be read, charts do not wait behind them. */
const ownReaderFrom = 8;

export interface Listing {
  readonly signal: AbortSignal;
  progress(done: number, total: number, name: string): void;
}

export class Library {
  readonly folder: string;
  private readonly reader: SessionReader;
  private readonly index: LibraryIndex;
  private known: Map<string, Indexed> | null = null;
  private listed: Promise<unknown> = Promise.resolve();

  /** @param folder need not be there yet */
  constructor(folder: string, reader: SessionReader) {
    this.folder = folder;
    this.reader = reader;
    this.index = new LibraryIndex(join(folder, 'index.sqlite'));
  }

  /**
   * Newest first. One listing at a time: a second that comes meanwhile finds what the first has read.
   *
   * @throws SpectroscopeError 'cancelled'; what was read until then stays known
   */
  async list(listing: Listing): Promise<LibraryEntry[]> {
    const list = this.listed.then(() => this.listNow(listing));
    this.listed = list.catch(() => undefined);
    return await list;
  }

  /** Reads these again, which were changed from here. */
  async entries(names: readonly string[]): Promise<LibraryEntry[]> {
    const read = await Promise.all(names.map((name) => this.read(name, this.reader)));
    this.learn(read);
    return read.map(({ entry }) => entry);
  }

  /** @returns null of a session that cannot be read */
  async picture(name: string): Promise<SessionPicture | null> {
    const file = this.fileOf(name);
    const stamp = stampOf(file);
    const kept = this.index.picture(name, stamp);
    if (kept !== null) return kept;
    const known = { session: name, file, written: isWriting(file) };
    try {
      const picture = await this.reader.ask('picture', known, null);
      if (!known.written && stampOf(file) === stamp) this.index.keepPicture(name, stamp, picture);
      return picture;
    } catch {
      // The list says what is wrong with it.
      return null;
    }
  }

  /** Lets go of the session's file, moves it there under a name that is free, its log with it. @returns that name */
  async move(name: string, folder: string): Promise<string> {
    const file = this.fileOf(name);
    await this.reader.ask('close', { session: name, file, written: false }, null);
    settle(file, false);
    mkdirSync(folder, { recursive: true });
    const target = freeName(folder, name);
    renameSync(file, join(folder, target));
    for (const suffix of logSuffixes) {
      if (existsSync(file + suffix)) renameSync(file + suffix, join(folder, target) + suffix);
    }
    this.forget([name]);
    return target;
  }

  /** Removes sessions for good. @throws Error of the file system, at the first that cannot be removed */
  async remove(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const file = this.fileOf(name);
      await this.reader.ask('close', { session: name, file, written: false }, null);
      removeSession(file);
    }
    this.forget(names);
  }

  has(name: string): boolean {
    return name === basename(name) && name.endsWith(sessionExtension) && existsSync(this.fileOf(name));
  }

  close(): void {
    this.index.close();
  }

  private fileOf(name: string): string {
    return join(this.folder, name);
  }

  private async listNow(listing: Listing): Promise<LibraryEntry[]> {
    const known = (this.known ??= this.index.entries());
    const files = existsSync(this.folder) ? readdirSync(this.folder) : [];
    const logs = new Set(files.filter((name) => name.endsWith('-wal')));
    const names = files.filter((name) => name.endsWith(sessionExtension));
    const current: Indexed[] = [];
    const changed: string[] = [];
    for (const name of names) {
      const file = this.fileOf(name);
      const stamp = stampOf(file, logs.has(`${name}-wal`));
      const before = known.get(name);
      if (before?.stamp === stamp && !isWriting(file)) current.push(before);
      else changed.push(name);
    }
    const there = new Set(names);
    this.forget([...known.keys()].filter((name) => !there.has(name)));
    current.push(...(await this.readAll(changed, listing)));
    return current.map(({ entry }) => entry).sort((a, b) => b.created.localeCompare(a.created));
  }

  private async readAll(changed: readonly string[], listing: Listing): Promise<Indexed[]> {
    const reader = changed.length > ownReaderFrom ? new SessionReader() : this.reader;
    const all: Indexed[] = [];
    try {
      for (let from = 0; from < changed.length; from += atOnce) {
        if (listing.signal.aborted) throw cancelled(t('Reading the sessions'));
        const part = changed.slice(from, from + atOnce);
        const read = await Promise.all(part.map((name) => this.read(name, reader)));
        this.learn(read);
        all.push(...read);
        listing.progress(all.length, changed.length, part.at(-1) ?? '');
      }
      return all;
    } finally {
      if (reader !== this.reader) await reader.close();
    }
  }

  private async read(name: string, reader: SessionReader): Promise<Indexed & { lasting: boolean }> {
    const file = this.fileOf(name);
    const known = { session: name, file, written: isWriting(file) };
    settle(file, known.written);
    const stamp = stampOf(file);
    const { entry, lasting } = await reader.ask('entry', known, null);
    // What is written meanwhile is in the next listing.
    return { name, stamp, entry, lasting: lasting && !known.written && stampOf(file) === stamp };
  }

  private learn(read: readonly (Indexed & { lasting: boolean })[]): void {
    const lasting = read.filter((each) => each.lasting).map(({ name, stamp, entry }) => ({ name, stamp, entry }));
    for (const { name } of read) this.known?.delete(name);
    for (const each of lasting) this.known?.set(each.name, each);
    if (lasting.length > 0) this.index.keep(lasting);
  }

  private forget(names: readonly string[]): void {
    if (names.length === 0) return;
    for (const name of names) this.known?.delete(name);
    this.index.forget(names);
  }
}

/** The name, or 'name (2).spectra' and so on where another file has it. */
function freeName(folder: string, name: string): string {
  const stem = basename(name, sessionExtension);
  let free = name;
  for (let copy = 2; existsSync(join(folder, free)); copy++) free = `${stem} (${copy})${sessionExtension}`;
  return free;
}
