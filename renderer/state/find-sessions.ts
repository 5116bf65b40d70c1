/** Which sessions are shown, and in which order: plain functions of the list. */
import type { LibraryEntry } from '#app/contract/library.ts';
import { t } from '#app/text/text.ts';

export interface Wanted {
  /** Every word must occur somewhere. */
  search: string;
  /** null: in any; '': in none; otherwise in it or below it. */
  folder: string | null;
  tag: string | null;
  status: StatusChoice | null;
}

export const statusChoices = ['finished', 'in hand', 'not finished', 'damaged'] as const;
export type StatusChoice = (typeof statusChoices)[number];
export const statusNames: Readonly<Record<StatusChoice, string>> = {
  finished: t('finished'),
  'in hand': t('in hand'),
  'not finished': t('not finished'),
  damaged: t('damaged'),
};

export type SortKey =
  'title' | 'created' | 'study' | 'model' | 'groups' | 'folder' | 'tags' | 'runs' | 'auc' | 'bytes' | 'status';
export interface Order {
  by: SortKey;
  descending: boolean;
}
export const newestFirst: Order = { by: 'created', descending: true };

/** All that the search looks through, in lower case. */
export function searchText(entry: LibraryEntry): string {
  const { title, study, model, target, groups, tags, folder, notes, created, damaged } = entry;
  const file = damaged === null ? '' : entry.session;
  return [title, study, model, target, ...groups, ...tags, folder, notes, created, file].join('\n').toLowerCase();
}

/** @param texts of `searchText`, in the order of the entries */
export function found(entries: readonly LibraryEntry[], texts: readonly string[], wanted: Wanted): LibraryEntry[] {
  const words = wanted.search.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter((entry, at) => {
    if (wanted.folder !== null && !isIn(entry.folder, wanted.folder)) return false;
    if (wanted.tag !== null && !entry.tags.includes(wanted.tag)) return false;
    if (wanted.status !== null && statusOf(entry) !== wanted.status) return false;
    const text = texts[at] ?? '';
    return words.every((word) => text.includes(word));
  });
}

export function statusOf({ status, damaged }: LibraryEntry): StatusChoice {
  if (damaged !== null) return 'damaged';
  if (status === 'finished') return 'finished';
  return ['waiting', 'running', 'paused'].includes(status) ? 'in hand' : 'not finished';
}

function isIn(folder: string, wanted: string): boolean {
  return wanted === '' ? folder === '' : folder === wanted || folder.startsWith(`${wanted}/`);
}

// Once: to compare by a locale's rules anew each time takes seconds for ten thousand titles.
const collator = new Intl.Collator(undefined, { numeric: true });

const keys: Readonly<Record<SortKey, (entry: LibraryEntry) => string | number | null>> = {
  title: ({ title }) => title,
  created: ({ created }) => created,
  study: ({ study }) => study,
  model: ({ model }) => model,
  groups: ({ groups }) => groups.join(', '),
  folder: ({ folder }) => folder || null,
  tags: ({ tags }) => tags.join(', ') || null,
  runs: ({ runs }) => runs,
  auc: ({ validation }) => validation.auc,
  bytes: ({ bytes }) => bytes,
  status: statusOf,
};

/** What has no value comes last, whichever way. Where two are alike, the newer is first. */
export function sorted(entries: readonly LibraryEntry[], { by, descending }: Order): LibraryEntry[] {
  const of = keys[by];
  const sign = descending ? -1 : 1;
  return entries
    .map((entry) => ({ entry, key: of(entry) }))
    .sort((a, b) => {
      if (a.key === null || b.key === null) {
        if (a.key !== b.key) return a.key === null ? 1 : -1;
      } else if (a.key !== b.key) {
        const order =
          typeof a.key === 'number' && typeof b.key === 'number'
            ? a.key - b.key
            : compared(String(a.key), String(b.key), by);
        if (order !== 0) return sign * order;
      }
      return b.entry.created < a.entry.created ? -1 : 1;
    })
    .map(({ entry }) => entry);
}

/** Times sort as they are written. */
function compared(a: string, b: string, by: SortKey): number {
  if (by !== 'created') return collator.compare(a, b);
  return a < b ? -1 : 1;
}

export interface Counted {
  name: string;
  sessions: number;
}

/** Tags that are in use, and by how many sessions. */
export function tagsInUse(entries: readonly LibraryEntry[]): Counted[] {
  return counted(entries.flatMap(({ tags }) => tags));
}

/** Folders and those above them, and how many sessions are in them or below. */
export function foldersInUse(entries: readonly LibraryEntry[]): Counted[] {
  return counted(
    entries.flatMap(({ folder }) => {
      const parts = folder === '' ? [] : folder.split('/');
      return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
    }),
  );
}

function counted(names: readonly string[]): Counted[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, sessions]) => ({ name, sessions })).sort((a, b) => collator.compare(a.name, b.name));
}
