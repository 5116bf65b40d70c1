/** What the window shows: the page, its header, the open session, the last message. */
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import { SpectroscopeError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';
import type { PageId } from '../pages/pages.ts';

export interface PageAction {
  label: string;
  run: () => void | Promise<void>;
  /** Why it cannot be done now, as a sentence; null when it can. */
  refused: string | null;
}

/** What a page puts into the top bar (see page-header.ts). */
export interface PageHeader {
  /** After the page's name: 'fold 2 of 5 · MLP 348-128-64-2'. */
  context: string;
  /** The one next step, named: 'Train 5 folds'. */
  primary: PageAction | null;
  secondary: readonly PageAction[];
}

export interface Notice {
  tone: 'error' | 'warning' | 'note';
  text: string;
}

/** So soon after a message the page that it led to is shown. */
const arrivalMs = 2000;

export const emptyHeader: PageHeader = { context: '', primary: null, secondary: [] };

export const useUi = defineStore('ui', () => {
  const page = ref<PageId>('home');
  /** The session that Train and Review show; they watch it. */
  const session = ref<string | null>(null);
  const header = shallowRef<PageHeader>(emptyHeader);
  const notice = shallowRef<Notice | null>(null);
  /** Last message, in the bottom bar. */
  const message = ref('');
  let saidAt = 0;
  const paletteOpen = ref(false);

  /** On another page than it was said on, a message says nothing any more, unless what it tells led there. */
  function go(id: PageId): void {
    if (id !== page.value && Date.now() - saidAt > arrivalMs) message.value = '';
    page.value = id;
  }

  /** Shows a session: live ones in Train, saved ones in Review. */
  function openSession(id: string, where: 'train' | 'review'): void {
    session.value = id;
    go(where);
  }

  function say(text: string): void {
    message.value = text;
    saidAt = Date.now();
  }

  function warn(tone: Notice['tone'], text: string): void {
    notice.value = { tone, text };
    say(text);
  }

  /** Shows an error as a sentence. A cancellation is only a message; a fault of ours says so. */
  function report(error: unknown): void {
    if (error instanceof SpectroscopeError && error.kind === 'cancelled') return say(error.message);
    warn('error', sentenceOf(error));
  }

  /** Does it, and shows the error if it fails; an older error goes once something was done. @returns whether it was done */
  async function attempt(action: () => void | Promise<void>): Promise<boolean> {
    const before = notice.value;
    try {
      await action();
      if (before?.tone === 'error' && notice.value === before) dismiss();
      return true;
    } catch (error) {
      report(error);
      return false;
    }
  }

  /** What nobody asked for: an error is shown as any other, but that it was done says nothing about an older one. */
  async function inBackground(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      report(error);
    }
  }

  function dismiss(): void {
    notice.value = null;
  }

  return {
    page,
    session,
    header,
    notice,
    message,
    paletteOpen,
    go,
    openSession,
    say,
    warn,
    report,
    attempt,
    inBackground,
    dismiss,
  };
});

/** One sentence for a person: an expected error's own, or that it was a fault of ours. */
export function sentenceOf(error: unknown): string {
  if (error instanceof SpectroscopeError && error.kind !== 'fault') return error.message;
  const detail = error instanceof Error ? error.message : String(error);
  return t(
    'Something in Spectroscope failed ({detail}). Your study and sessions are saved; try again, or restart the program.',
    { detail },
  );
}
