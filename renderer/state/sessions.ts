/** The sessions of the library: list, open, describe, delete. */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { SessionSummary } from '#app/contract/session.ts';
import { request } from './client.ts';
import { sentenceOf, useUi } from './ui.ts';

/** Sessions in which every word of the search occurs, newest first. */
export function found(sessions: readonly SessionSummary[], search: string): SessionSummary[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return sessions
    .filter((session) => {
      const { title, study, model, target, groups, created } = session;
      const text = [title, study, model, target, ...groups, created].join(' ').toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .sort((a, b) => b.created.localeCompare(a.created));
}

export const useSessions = defineStore('sessions', () => {
  const ui = useUi();
  const all = shallowRef<SessionSummary[]>([]);
  const search = ref('');
  const loading = ref(false);
  const problem = ref('');
  const shown = computed(() => found(all.value, search.value));

  async function load(): Promise<void> {
    loading.value = true;
    try {
      all.value = await request('session.list', {});
      problem.value = '';
    } catch (error) {
      problem.value = sentenceOf(error);
    } finally {
      loading.value = false;
    }
  }

  async function openFile(token: string): Promise<void> {
    const { session } = await request('session.open-file', { file: { token } });
    ui.openSession(session, 'review');
  }

  /** Asks for a file and opens it; nothing happens when the dialog is dismissed. */
  async function chooseFile(): Promise<void> {
    const [chosen] = await request('dialog.open', { what: 'session' });
    if (chosen !== undefined) await openFile(chosen.token);
  }

  async function describe(session: string, change: { title?: string; notes?: string }): Promise<void> {
    await request('session.describe', { session, ...change });
    await load();
  }

  async function remove(session: string): Promise<void> {
    await request('session.delete', { session });
    if (ui.session === session) ui.session = null;
    await load();
  }

  return { all, search, loading, problem, shown, load, openFile, chooseFile, describe, remove };
});
