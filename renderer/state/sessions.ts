/** The sessions of the library: list, find, choose, open, arrange, delete and bring back. */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { LibraryEntry } from '#app/contract/library.ts';
import type { Input } from '#app/contract/operations.ts';
import { t } from '#app/text/text.ts';
import {
  foldersInUse,
  found,
  newestFirst,
  searchText,
  sorted,
  tagsInUse,
  type Order,
  type SortKey,
  type StatusChoice,
} from './find-sessions.ts';
import { request } from './client.ts';
import { useJobs } from './jobs.ts';
import { sentenceOf, useUi } from './ui.ts';

export const useSessions = defineStore('sessions', () => {
  const ui = useUi();
  const jobs = useJobs();
  const all = shallowRef<LibraryEntry[]>([]);
  const search = ref('');
  const folder = ref<string | null>(null);
  const tag = ref<string | null>(null);
  const status = ref<StatusChoice | null>(null);
  const order = ref<Order>(newestFirst);
  /** Names of the sessions that are chosen in the list. */
  const selected = shallowRef<ReadonlySet<string>>(new Set());
  /** The one in hand, or null. */
  const active = ref<string | null>(null);
  const loading = ref(false);
  const problem = ref('');

  const ordered = computed(() => sorted(all.value, order.value));
  const texts = computed(() => ordered.value.map(searchText));
  const shown = computed(() =>
    found(ordered.value, texts.value, {
      search: search.value,
      folder: folder.value,
      tag: tag.value,
      status: status.value,
    }),
  );
  const isFiltered = computed(
    () => search.value.trim() !== '' || folder.value !== null || tag.value !== null || status.value !== null,
  );
  const chosen = computed(() => all.value.filter(({ session }) => selected.value.has(session)));
  const tags = computed(() => tagsInUse(all.value));
  const folders = computed(() => foldersInUse(all.value));

  let revision: number | null = null;
  async function changed(): Promise<LibraryEntry[]> {
    const answer = await jobs.during(request('session.changes', { since: revision }));
    revision = answer.revision;
    const { entries } = answer;
    if (answer.whole) return entries;
    if (entries.length === 0 && answer.gone.length === 0) return all.value;
    const now = new Map(all.value.map((entry) => [entry.session, entry]));
    for (const session of answer.gone) now.delete(session);
    for (const entry of entries) now.set(entry.session, entry);
    return [...now.values()];
  }

  async function load(): Promise<void> {
    loading.value = true;
    try {
      all.value = await changed();
      const there = new Set(all.value.map(({ session }) => session));
      selected.value = new Set([...selected.value].filter((session) => there.has(session)));
      if (active.value !== null && !there.has(active.value)) active.value = null;
      problem.value = '';
    } catch (error) {
      problem.value = sentenceOf(error);
    } finally {
      loading.value = false;
    }
  }

  function sortBy(by: SortKey): void {
    const again = order.value.by === by;
    // Names are looked for from their beginning, numbers and times from the largest.
    order.value = {
      by,
      descending: again ? !order.value.descending : ['created', 'auc', 'bytes', 'runs'].includes(by),
    };
  }

  function showAll(): void {
    search.value = '';
    folder.value = tag.value = status.value = null;
  }

  async function openFile(token: string): Promise<void> {
    const { session } = await request('session.open-file', { file: { token } });
    ui.openSession(session, 'review');
  }

  /** Asks for a file and opens it; nothing happens when the dialog is dismissed. */
  async function chooseFile(): Promise<void> {
    const [file] = await request('dialog.open', { what: 'session' });
    if (file !== undefined) await openFile(file.token);
  }

  async function describe(session: string, change: { title?: string; notes?: string }): Promise<void> {
    await request('session.describe', { session, ...change });
    await load();
  }

  /** Tags and folder of many: what was done is shown at once; what was refused is told. */
  async function arrange(change: Input<'session.arrange'>): Promise<void> {
    const { entries, refused } = await jobs.during(request('session.arrange', change));
    const now = new Map(entries.map((entry) => [entry.session, entry]));
    all.value = all.value.map((entry) => now.get(entry.session) ?? entry);
    const [first] = refused;
    if (first === undefined) return;
    const others = refused.length - 1;
    ui.warn(
      'error',
      others === 0
        ? first.reason
        : t('{reason} {count} others could not be changed either.', { reason: first.reason, count: others }),
    );
  }

  /** @returns how many went; stops at the first that cannot be deleted, after listing what is left */
  async function remove(sessions: readonly string[]): Promise<number> {
    let gone = 0;
    try {
      for (const session of sessions) {
        await request('session.delete', { session });
        if (ui.session === session) ui.session = null;
        gone += 1;
      }
    } finally {
      await load();
    }
    return gone;
  }

  return {
    ...{ all, search, folder, tag, status, order, selected, active, loading, problem },
    ...{ shown, isFiltered, chosen, tags, folders },
    ...{ load, sortBy, showAll, openFile, chooseFile, describe, arrange, remove },
  };
});
