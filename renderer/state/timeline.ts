/** One cursor, one zoom, one selection: what every chart of Train and Review looks at. */
import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import type { Scale, SummaryName } from '#app/contract/session.ts';
import type { Quantity } from '#app/run/configuration.ts';
import { growingEnd, within, zoomAround, type StepRange } from '../charts/ranges.ts';

/** The range as it was when it is the same: charts are drawn again only when their steps changed. */
function kept(before: StepRange | undefined, now: StepRange): StepRange {
  return before !== undefined && before.from === now.from && before.to === now.to ? before : now;
}

export const useTimeline = defineStore('timeline', () => {
  const session = ref<string | null>(null);
  /** Index of the run (fold) that is shown. */
  const run = ref(0);
  const live = ref(false);
  /** Last stored step; -1 before the first. */
  const newest = ref(-1);
  /** Steps of the run if it goes on to its end; null: not known. */
  const planned = ref<number | null>(null);

  /** null: all steps. */
  const zoom = ref<StepRange | null>(null);
  const pinned = ref(0);
  const following = ref(true);

  const layer = ref(0);
  const quantity = ref<Quantity>('gradient');
  const scale = ref<Scale>('normalised');
  const summary = ref<SummaryName>('effective-rank');
  /** Names of sets that are not drawn. */
  const hidden = ref<string[]>([]);
  const showAll = ref(false);
  const allFolds = ref(true);
  /** Positions of the two sets whose difference is drawn. */
  const compared = ref<[number, number]>([0, 1]);

  /** Everything there is to see; while live the end runs ahead in nice steps, so that the axis moves rarely. */
  const extent = computed<StepRange>((before) => {
    const last = Math.max(newest.value, 0);
    return kept(before, { from: 0, to: live.value ? growingEnd(last, planned.value) : Math.max(last, 1) });
  });
  const visible = computed<StepRange>((before) =>
    kept(before, zoom.value === null ? extent.value : within(zoom.value, extent.value)),
  );
  const cursor = computed(() => Math.max(0, following.value ? newest.value : Math.min(pinned.value, newest.value)));
  const canFollow = computed(() => live.value && !following.value);

  /** Another session: its own zoom and cursor, the same choice of quantity, scale and summary. */
  function open(id: string | null): void {
    session.value = id;
    run.value = 0;
    newest.value = -1;
    planned.value = null;
    layer.value = 0;
    hidden.value = [];
    compared.value = [0, 1];
    showEverything();
  }

  function showRun(index: number): void {
    if (index === run.value) return;
    run.value = index;
    newest.value = -1;
    zoom.value = null;
    following.value = true;
  }

  /** Steps up to `step` are stored. A zoomed window that follows moves on by a quarter when the newest leaves it. */
  function grow(step: number): void {
    newest.value = step;
    const range = zoom.value;
    if (range === null || !following.value || step <= range.to) return;
    const length = range.to - range.from;
    const quarter = Math.max(1, Math.ceil(length / 4));
    const to = range.to + Math.ceil((step - range.to) / quarter) * quarter;
    zoom.value = { from: to - length, to };
  }

  function moveTo(step: number): void {
    following.value = false;
    pinned.value = Math.max(0, Math.min(Math.round(step), newest.value));
    const range = zoom.value;
    if (range === null) return;
    // The window goes after the cursor, by no more than it has to.
    const length = range.to - range.from;
    if (pinned.value < range.from) zoom.value = within({ from: pinned.value, to: pinned.value + length }, extent.value);
    if (pinned.value > range.to) zoom.value = within({ from: pinned.value - length, to: pinned.value }, extent.value);
  }

  function moveBy(steps: number): void {
    moveTo(cursor.value + steps);
  }

  function setZoom(range: StepRange | null): void {
    if (range === null || (range.from <= extent.value.from && range.to >= extent.value.to)) {
      zoom.value = null;
      return;
    }
    zoom.value = within(range, extent.value);
    if (live.value && zoom.value.to < newest.value && following.value) {
      // Scrolled back: the cursor stays where it was.
      pinned.value = Math.min(cursor.value, zoom.value.to);
      following.value = false;
    }
  }

  function zoomBy(factor: number, at: number): void {
    setZoom(zoomAround(visible.value, extent.value, at, factor));
  }

  function panBy(steps: number): void {
    if (zoom.value === null) return;
    setZoom({ from: zoom.value.from + steps, to: zoom.value.to + steps });
  }

  function showEverything(): void {
    zoom.value = null;
    following.value = true;
  }

  function follow(): void {
    following.value = true;
    const range = zoom.value;
    if (range === null || newest.value <= range.to) return;
    const length = range.to - range.from;
    zoom.value = within({ from: newest.value - length, to: newest.value }, extent.value);
  }

  function toggleSet(name: string): void {
    hidden.value = hidden.value.includes(name) ? hidden.value.filter((each) => each !== name) : [...hidden.value, name];
  }

  return {
    ...{ session, run, live, newest, planned, zoom, following, layer, quantity, scale, summary, hidden, showAll },
    ...{ allFolds, compared, extent, visible, cursor, canFollow },
    ...{ open, showRun, grow, moveTo, moveBy, setZoom, zoomBy, panBy, showEverything, follow, toggleSet },
  };
});
