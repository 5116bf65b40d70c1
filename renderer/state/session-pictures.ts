/** Small curves of the sessions on the screen: asked for as they come into view, a few at a time. */
import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { SessionPicture } from '#app/contract/library.ts';
import { request } from './client.ts';

const askedAtOnce = 24;
/** Between two questions: while the list scrolls, drawing it comes first. */
const pauseMs = 60;
/** Pictures that stay at hand, of about a kilobyte each. */
const mostKept = 2000;

export const useSessionPictures = defineStore('session-pictures', () => {
  /** null: asked for, and there is none. */
  const drawn = shallowRef<ReadonlyMap<string, SessionPicture | null>>(new Map());
  let wanted: readonly string[] = [];
  let asking = false;

  /** What has gone out of sight meanwhile is not asked for any more. */
  function want(sessions: readonly string[]): void {
    wanted = sessions;
    if (!asking) void fill();
  }

  async function fill(): Promise<void> {
    asking = true;
    try {
      for (;;) {
        const missing = wanted.filter((session) => !drawn.value.has(session)).slice(0, askedAtOnce);
        if (missing.length === 0) return;
        const answer = await request('session.pictures', { sessions: missing });
        const more = missing.map((session, at) => [session, answer[at] ?? null] as const);
        drawn.value = new Map([...drawn.value, ...more].slice(-mostKept));
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    } catch {
      // The engine is gone: what is in sight is asked for again when it is back and the page is shown.
      wanted = [];
    } finally {
      asking = false;
    }
  }

  /** Files may have changed. */
  function forget(): void {
    drawn.value = new Map();
  }

  return { drawn, want, forget };
});
