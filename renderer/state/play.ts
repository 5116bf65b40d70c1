/** Training as an animation: the cursor goes from the first to the last visible step by itself. */
import { onBeforeUnmount, ref } from 'vue';
import { useTimeline } from './timeline.ts';

/** Seconds that the visible steps take. */
export const paces = [60, 20, 8] as const;
export type Pace = (typeof paces)[number];

/** Charts are drawn again at most so often; where a person asked for less motion, once a second. */
const tickMs = 80;
const calmTickMs = 1000;

export function usePlay() {
  const timeline = useTimeline();
  const playing = ref(false);
  const pace = ref<Pace>(20);
  let timer = 0;
  /** Between steps. */
  let at = 0;
  let lastMs = 0;

  function stop(): void {
    playing.value = false;
    window.clearInterval(timer);
  }
  function start(): void {
    const { from, to } = timeline.visible;
    if (timeline.newest < 1 || playing.value) return;
    const last = Math.min(to, timeline.newest);
    // From the start where there is nothing left to play.
    if (timeline.cursor >= last || timeline.cursor < from) timeline.moveTo(from);
    at = timeline.cursor;
    lastMs = performance.now();
    playing.value = true;
    const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    timer = window.setInterval(tick, calm ? calmTickMs : tickMs);
  }
  function tick(): void {
    const { from, to } = timeline.visible;
    const last = Math.min(to, timeline.newest);
    // A person who points at another step takes over.
    if (timeline.cursor !== Math.round(at)) return stop();
    const now = performance.now();
    at += (((now - lastMs) / 1000) * Math.max(1, last - from)) / pace.value;
    lastMs = now;
    if (Math.round(at) !== timeline.cursor) timeline.moveTo(Math.min(at, last));
    if (at >= last) stop();
  }
  function toggle(): void {
    if (playing.value) stop();
    else start();
  }
  onBeforeUnmount(stop);

  return { playing, pace, toggle };
}
