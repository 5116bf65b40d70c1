/**
 * What the charts of Train and Review draw. Live and saved are the same: columns are pulled for the visible steps, and
 * while training goes on only the newest columns are asked for and appended.
 */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { EpochRow, Range, ScalarColumns, SessionView } from '#app/contract/session.ts';
import { append, blocks, columnWidth } from '../charts/columns.ts';
import type { DetailFrame } from '../charts/cursor-plot.ts';
import type { SpectraFrame } from '../charts/spectra-plot.ts';
import type { SummaryFrame } from '../charts/summary-plots.ts';
import { boundWords } from '../charts/words.ts';
import { request } from './client.ts';
import { useJobs } from './jobs.ts';
import { Pull } from './pull.ts';
import { useTimeline } from './timeline.ts';
import { sentenceOf } from './ui.ts';

/** Singular values drawn per panel. */
const valuesDrawn = 24;
const overviewColumns = 400;
/** Spectra beside the layers' names are redrawn at most so often. */
const miniPauseMs = 400;

/** Where an answer was cut from, to know whether the next one can be appended. */
interface Origin {
  key: string;
  to: number;
}

type TailColumns = Parameters<typeof append>[0];

/**
 * Asks for the visible columns, or for the newest of them when nothing but the last step changed.
 * @param window the whole visible range: it decides how wide a column is
 */
async function extend<C extends TailColumns>(
  held: { columns: C; origin: Origin } | null,
  key: string,
  window: Range,
  newest: number,
  ask: (range: Range) => Promise<C>,
): Promise<{ columns: C; origin: Origin }> {
  const to = Math.min(window.to, newest);
  const last = held?.columns.first.at(-1);
  if (held === null || held.origin.key !== key || last === undefined || to < held.origin.to) {
    return { columns: await ask(window), origin: { key, to } };
  }
  // An answer may hold steps that no event has told of yet.
  if (to === held.origin.to || to < last) return held;
  const range = { from: last, to };
  const tail = await ask({ ...window, ...range, columns: blocks(range, columnWidth(window, window.columns)) });
  return { columns: append(held.columns, tail), origin: { key, to } };
}

export const useFrames = defineStore('frames', () => {
  const timeline = useTimeline();
  const jobs = useJobs();

  const view = shallowRef<SessionView | null>(null);
  const scalars = shallowRef<ScalarColumns | null>(null);
  /** Loss of the whole run, for the brush. */
  const overview = shallowRef<ScalarColumns | null>(null);
  const epochs = shallowRef<EpochRow[]>([]);
  const spectra = shallowRef<SpectraFrame | null>(null);
  const summaries = shallowRef<SummaryFrame | null>(null);
  const detail = shallowRef<DetailFrame | null>(null);
  /** By layer: the spectra at the cursor, for the list of layers. */
  const miniatures = shallowRef<ReadonlyMap<number, DetailFrame>>(new Map());
  /** Why something cannot be shown, or ''. */
  const problem = ref('');
  /** Columns that fit the plot: its width in pixels. */
  const columns = ref(800);

  const origins = new Map<'scalars' | 'overview' | 'spectra' | 'summaries', Origin>();
  const failed = (error: unknown): void => {
    problem.value = sentenceOf(error);
  };
  const isCurrent = (session: string, run: number): boolean => session === timeline.session && run === timeline.run;

  /** The answer that is held, when it is of what is asked now. */
  function held<C>(kind: 'scalars' | 'overview' | 'spectra' | 'summaries', value: C | null | undefined) {
    const origin = origins.get(kind);
    return origin === undefined || value === null || value === undefined ? null : { columns: value, origin };
  }

  const views = new Pull<string>(async (session) => {
    const answer = await request('session.view', { session });
    if (session !== timeline.session) return;
    view.value = answer;
    timeline.live = answer.live;
    syncRun();
    problem.value = '';
  }, failed);

  const epochPull = new Pull<string>(async (session) => {
    const answer = await request('session.epochs', { session });
    if (session === timeline.session) epochs.value = answer;
  }, failed);

  const scalarPull = new Pull<{ key: string; window: Range; newest: number }>(async ({ key, window, newest }) => {
    const next = await extend(held('scalars', scalars.value), key, window, newest, (range) =>
      request('session.scalars', range),
    );
    if (!isCurrent(window.session, window.run)) return;
    scalars.value = next.columns;
    origins.set('scalars', next.origin);
  }, failed);

  const overviewPull = new Pull<{ key: string; window: Range; newest: number }>(async ({ key, window, newest }) => {
    const next = await extend(held('overview', overview.value), key, window, newest, (range) =>
      request('session.scalars', range),
    );
    if (!isCurrent(window.session, window.run)) return;
    overview.value = next.columns;
    origins.set('overview', next.origin);
  }, failed);

  interface SpectraKey {
    key: string;
    window: Range;
    newest: number;
    of: Omit<SpectraFrame, 'columns'> & { index: number };
  }
  const spectraPull = new Pull<SpectraKey>(async ({ key, window, newest, of }) => {
    const { index, ...names } = of;
    const next = await extend(held('spectra', spectra.value?.columns), key, window, newest, (range) =>
      request('session.spectra', {
        ...range,
        layer: index,
        quantity: of.quantity,
        scale: of.scale,
        values: valuesDrawn,
      }),
    );
    if (!isCurrent(window.session, window.run)) return;
    spectra.value = { columns: next.columns, ...names };
    origins.set('spectra', next.origin);
  }, failed);

  interface SummaryKey {
    key: string;
    window: Range;
    newest: number;
    of: Omit<SummaryFrame, 'columns'>;
  }
  const summaryPull = new Pull<SummaryKey>(async ({ key, window, newest, of }) => {
    const next = await extend(held('summaries', summaries.value?.columns), key, window, newest, (range) =>
      request('session.summaries', { ...range, ...of }),
    );
    if (!isCurrent(window.session, window.run)) return;
    summaries.value = { columns: next.columns, ...of };
    origins.set('summaries', next.origin);
  }, failed);

  interface StepKey {
    session: string;
    run: number;
    step: number;
    index: number;
    of: Omit<DetailFrame, 'detail' | 'asked'>;
  }
  async function stepDetail({ session, run, step, index, of }: StepKey): Promise<DetailFrame> {
    const { quantity, scale } = of;
    const input = { session, run, step, layer: index, quantities: [quantity], scale };
    return { ...of, asked: step, detail: await request('session.step', input) };
  }
  const detailPull = new Pull<StepKey>(async (key) => {
    const frame = await stepDetail(key);
    if (isCurrent(key.session, key.run)) detail.value = frame;
  }, failed);

  const miniPull = new Pull<StepKey[]>(async (keys) => {
    const next = new Map<number, DetailFrame>();
    for (const key of keys) next.set(key.index, await stepDetail(key));
    const [first] = keys;
    if (first !== undefined && isCurrent(first.session, first.run)) miniatures.value = next;
    await new Promise((resolve) => setTimeout(resolve, miniPauseMs));
  }, failed);

  /** Where the cursor is drawn: while it follows, at the newest step whose numbers are here. */
  const cursor = computed(() =>
    timeline.following && detail.value !== null ? detail.value.detail.step : timeline.cursor,
  );

  function currentLayer() {
    return view.value?.layers.find((layer) => layer.index === timeline.layer) ?? view.value?.layers[0];
  }

  function syncRun(): void {
    const current = view.value?.sessionRuns.find((each) => each.index === timeline.run);
    if (current === undefined) return;
    timeline.planned = current.epochs > 0 ? current.epochs * current.stepsPerEpoch : null;
    if (current.steps - 1 > timeline.newest) timeline.grow(current.steps - 1);
  }

  function pullColumns(): void {
    const { session, run, newest, visible, quantity, scale, summary } = timeline;
    if (session === null || newest < 0) return;
    const window: Range = { session, run, from: visible.from, to: visible.to, columns: columns.value };
    const base = [session, run, visible.from, visible.to, columns.value].join('|');
    scalarPull.ask({ key: base, window, newest });
    const whole: Range = { session, run, ...timeline.extent, columns: overviewColumns };
    overviewPull.ask({ key: `${session}|${run}|${whole.to}`, window: whole, newest });
    const layer = currentLayer();
    const captured = layer?.quantities.find((each) => each.quantity === quantity);
    if (layer === undefined) return;
    if (captured === undefined) {
      spectraPull.drop();
      spectra.value = null;
      origins.delete('spectra');
    } else {
      const of = { layer: layer.name, index: layer.index, quantity, scale, bound: boundWords(captured) };
      spectraPull.ask({ key: [base, layer.index, quantity, scale].join('|'), window, newest, of });
    }
    summaryPull.ask({
      key: [base, quantity, scale, summary].join('|'),
      window,
      newest,
      of: { quantity, scale, summary },
    });
  }

  function pullStep(): void {
    const { session, run, newest, cursor, quantity, scale } = timeline;
    if (session === null || newest < 0 || view.value === null) return;
    const keyOf = (layer: { index: number; name: string }): StepKey => ({
      session,
      run,
      step: cursor,
      index: layer.index,
      of: { layer: layer.name, quantity, scale },
    });
    const hasQuantity = view.value.layers.filter((each) => each.quantities.some((one) => one.quantity === quantity));
    const layer = currentLayer();
    if (layer !== undefined && hasQuantity.includes(layer)) detailPull.ask(keyOf(layer));
    else detail.value = null;
    miniPull.ask(hasQuantity.map(keyOf));
  }

  watch(
    () => timeline.session,
    (session) => {
      view.value = scalars.value = overview.value = spectra.value = summaries.value = detail.value = null;
      epochs.value = [];
      miniatures.value = new Map();
      origins.clear();
      problem.value = '';
      if (session === null) return;
      views.ask(session);
      epochPull.ask(session);
    },
    { immediate: true },
  );
  watch(() => [timeline.run, view.value] as const, syncRun);
  watch(
    () => timeline.run,
    () => {
      scalars.value = overview.value = spectra.value = summaries.value = detail.value = null;
      origins.clear();
    },
    { flush: 'sync' },
  );
  watch(
    () =>
      [
        ...[timeline.session, timeline.run, timeline.newest, timeline.visible.from, timeline.visible.to],
        ...[timeline.layer, timeline.quantity, timeline.scale, timeline.summary, columns.value, view.value === null],
      ] as const,
    pullColumns,
  );
  watch(
    () =>
      [
        ...[timeline.session, timeline.run, timeline.cursor, timeline.newest < 0],
        ...[timeline.layer, timeline.quantity, timeline.scale, view.value === null],
      ] as const,
    pullStep,
  );
  watch(
    () => jobs.run,
    (progress, before) => {
      if (progress === null || progress.session !== timeline.session) return;
      const turned = progress.run !== before?.run || progress.status !== before.status;
      if (turned || progress.epoch !== before.epoch) {
        views.ask(progress.session);
        epochPull.ask(progress.session);
      }
      if (progress.run !== timeline.run && timeline.following && timeline.live) timeline.showRun(progress.run);
      if (progress.run !== timeline.run) return;
      if (progress.step > 0) timeline.grow(progress.step - 1);
    },
  );

  /** Asks again for everything, after the session's title or notes changed or the engine came back. */
  function refresh(): void {
    if (timeline.session !== null) views.ask(timeline.session);
  }

  return { view, scalars, overview, epochs, spectra, summaries, detail, miniatures, cursor, problem, columns, refresh };
});
