/** The comparison that is open: which sessions, aligned by what, what of them is drawn, one cursor and one zoom for all. */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { stepsWithin, turned, type Course, type Span } from '#app/compare/course.ts';
import { mostMembers } from '#app/compare/notes.ts';
import type { Alignment, CompareAnswer, CompareInput, LayerMatch } from '#app/contract/compare.ts';
import type { Scale, SummaryName } from '#app/contract/session.ts';
import type { Quantity } from '#app/run/configuration.ts';
import { t } from '#app/text/text.ts';
import { request } from './client.ts';
import { spectraOn, type MemberSpectra, type RunSpectra } from './compare-spectra.ts';
import { useJobs } from './jobs.ts';
import { Pull } from './pull.ts';
import { sentenceOf, useUi } from './ui.ts';

export type Drawn = 'summary' | 'spectra';
export type CompareView = 'side' | 'overlay' | 'difference' | 'numbers';

/** Positions asked for: about two for a pixel of a panel among several. */
const gridColumns = 300;
/** Singular values drawn of each group. */
const valuesDrawn = 5;
/** Layers that are drawn until a person chooses others. */
const fewLayers = 3;

export const useCompare = defineStore('compare', () => {
  const ui = useUi();
  const jobs = useJobs();
  const members = shallowRef<CompareInput['members']>([]);
  const align = ref<Alignment>('epoch');
  const match = ref<LayerMatch>('auto');
  const quantity = ref<Quantity>('gradient');
  const scale = ref<Scale>('normalised');
  const summary = ref<SummaryName>('effective-rank');
  const drawn = ref<Drawn>('summary');
  /** Which run of each member the singular values are of, by its place; null: the mean over its runs. */
  const spectraRun = ref<number | null>(null);
  const view = ref<CompareView>('side');
  const hidden = ref<string[]>([]);
  const showAll = ref(false);
  const layers = ref<string[]>([]);
  /** Members whose difference is drawn. */
  const pair = ref<[number, number]>([0, 1]);
  /** Coordinates (app/compare/course.ts); null: everything. */
  const zoom = shallowRef<Span | null>(null);
  const cursor = ref<number | null>(null);

  /** The whole training, with metrics and effects. */
  const answer = shallowRef<CompareAnswer | null>(null);
  const zoomed = shallowRef<CompareAnswer | null>(null);
  /** By member and label of the layer. */
  const spectra = shallowRef<ReadonlyMap<string, MemberSpectra>>(new Map());
  /** Whether they are of what is asked for now. */
  const spectraAreHere = ref(false);
  const loading = ref(false);
  /** Whether metrics and effects are there too. */
  const isComplete = ref(false);
  const problem = ref('');

  /** What is drawn: the zoomed part once it is here. */
  const curves = computed(() => (zoom.value === null ? answer.value : (zoomed.value ?? answer.value)));
  const extent = computed<Span | null>(() => {
    const of = answer.value?.alignment;
    return of === undefined ? null : { from: turned(of.kind, of.extent.from), to: turned(of.kind, of.extent.to) };
  });
  const visible = computed<Span | null>(() => zoom.value ?? extent.value);

  function inputOf(window: Span | null): CompareInput {
    return {
      members: members.value,
      align: align.value,
      match: match.value,
      quantity: quantity.value,
      scale: scale.value,
      summary: summary.value,
      window: window === null ? null : { from: turned(align.value, window.from), to: turned(align.value, window.to) },
      columns: gridColumns,
      curvesAlone: window !== null,
    };
  }

  const failed = (error: unknown): void => {
    problem.value = sentenceOf(error);
    loading.value = false;
  };
  const wholePull = new Pull<CompareInput>(async (input) => {
    // Curves at once; metrics resample the subjects, and come when they are done.
    for (const curvesAlone of [true, false]) {
      const found = await jobs.during(request('session.compare', { ...input, curvesAlone }));
      if (JSON.stringify(input) !== JSON.stringify(inputOf(null))) return;
      if (curvesAlone) spectraAreHere.value = false;
      isComplete.value = !curvesAlone;
      answer.value = found;
      problem.value = '';
      loading.value = false;
      chooseLayers(found);
    }
  }, failed);
  const zoomPull = new Pull<CompareInput>(async (input) => {
    const found = await jobs.during(request('session.compare', input));
    if (JSON.stringify(input) === JSON.stringify(inputOf(zoom.value))) zoomed.value = found;
  }, failed);
  const spectraPull = new Pull<string>(async () => {
    const found = new Map<string, MemberSpectra>();
    const { value: now } = curves;
    if (now === null || visible.value === null) return;
    for (const [i] of now.members.entries()) {
      for (const label of layers.value) {
        const one = await memberSpectra(now, i, label, visible.value);
        if (one !== null) found.set(spectraKey(i, label), one);
      }
    }
    // Drawn at the positions of the curves: of others they would stand elsewhere.
    if (now.positions !== curves.value?.positions) return;
    spectra.value = found;
    spectraAreHere.value = true;
  }, failed);

  async function memberSpectra(
    of: CompareAnswer,
    member: number,
    label: string,
    window: Span,
  ): Promise<MemberSpectra | null> {
    const { session, runs } = of.members[member] as CompareAnswer['members'][number];
    const layer = of.layers.find((each) => each.label === label)?.layers[member];
    if (layer === undefined || layer === null) return null;
    const found: RunSpectra[] = [];
    for (const [place, run] of runs.entries()) {
      if (spectraRun.value !== null && spectraRun.value !== place) continue;
      const course = courseOf(of, run.course);
      const steps = stepsWithin(course, window);
      const margin = Math.ceil((steps.to - steps.from) / gridColumns) + 1;
      const columns = await request('session.spectra', {
        session,
        run: run.index,
        from: Math.max(0, Math.floor(steps.from) - margin),
        to: Math.min(run.steps - 1, Math.ceil(steps.to) + margin),
        columns: gridColumns,
        layer: layer.index,
        quantity: quantity.value,
        scale: scale.value,
        values: valuesDrawn,
      });
      found.push({ columns, course, name: run.name });
    }
    return spectraOn(of, found);
  }

  /** Those that are chosen still, or the first, middle and last of many. */
  function chooseLayers({ layers: matched }: CompareAnswer): void {
    const labels = matched.map(({ label }) => label);
    const still = layers.value.filter((label) => labels.includes(label));
    const last = labels.length - 1;
    const few = [...new Set([0, Math.round(last / 2), last])].flatMap((at) => labels[at] ?? []);
    layers.value = still.length > 0 ? still : labels.length <= fewLayers ? labels : few;
  }

  /** @param ids of sessions, at most eight; more are left out, and that is said */
  function open(ids: readonly string[]): void {
    if (ids.length > mostMembers) {
      ui.warn(
        'note',
        t('{n} sessions were chosen: the first {most} are compared.', { n: ids.length, most: mostMembers }),
      );
    }
    setMembers(ids.slice(0, mostMembers).map((session) => ({ session, run: null })));
    ui.go('compare');
  }

  function setMembers(next: CompareInput['members']): void {
    members.value = next;
    pair.value = [0, 1];
    layers.value = [];
    hidden.value = [];
    spectraRun.value = null;
    view.value = 'side';
    answer.value = null;
  }

  function remove(index: number): void {
    setMembers(members.value.filter((_, i) => i !== index));
  }

  function toggle(list: string[], name: string): string[] {
    return list.includes(name) ? list.filter((each) => each !== name) : [...list, name];
  }
  function toggleSet(name: string): void {
    hidden.value = toggle(hidden.value, name);
  }
  /** In the order of the network; one stays. */
  function toggleLayer(label: string): void {
    const next = toggle(layers.value, label);
    const order = (answer.value?.layers ?? []).map((each) => each.label);
    if (next.length > 0) layers.value = order.filter((each) => next.includes(each));
  }

  /** A window as small as nothing is everything. */
  function setZoom(window: Span | null): void {
    const whole = extent.value;
    if (window === null || whole === null) zoom.value = null;
    else {
      const within = { from: Math.max(window.from, whole.from), to: Math.min(window.to, whole.to) };
      const isWhole = within.from <= whole.from && within.to >= whole.to;
      zoom.value = isWhole || within.to - within.from < smallestWindow(whole) ? null : within;
    }
  }
  /** @param at what stays where it is; absent: the cursor, or the middle */
  function zoomBy(factor: number, at?: number): void {
    const [now, whole] = [visible.value, extent.value];
    if (now === null || whole === null || (now.to - now.from) * factor < smallestWindow(whole)) return;
    const fixed = at ?? cursor.value ?? (now.from + now.to) / 2;
    setZoom({ from: fixed - (fixed - now.from) * factor, to: fixed + (now.to - fixed) * factor });
  }

  watch(
    () => [members.value, align.value, match.value, quantity.value, scale.value, summary.value] as const,
    ([nowMembers, nowAlign], [oldMembers, oldAlign]) => {
      // Another axis: what was looked at on the old one means nothing on it.
      if (nowMembers !== oldMembers || nowAlign !== oldAlign) {
        zoom.value = null;
        cursor.value = null;
      }
      zoomed.value = null;
      problem.value = '';
      if (members.value.length < 2) {
        answer.value = null;
        wholePull.drop();
        return;
      }
      loading.value = true;
      wholePull.ask(inputOf(null));
      if (zoom.value !== null) zoomPull.ask(inputOf(zoom.value));
    },
  );
  watch(zoom, (window) => {
    zoomed.value = null;
    if (window !== null) zoomPull.ask(inputOf(window));
  });
  watch(
    () => [curves.value, drawn.value, layers.value, spectraRun.value] as const,
    () => {
      if (drawn.value === 'spectra' && curves.value !== null) spectraPull.ask('');
    },
  );

  return {
    ...{ members, align, match, quantity, scale, summary, drawn, spectraRun, view, hidden },
    ...{ showAll, layers, pair, zoom, cursor },
    ...{ answer, curves, spectra, spectraAreHere, loading, isComplete, problem, extent, visible },
    ...{ open, setMembers, remove, toggleSet, toggleLayer, setZoom, zoomBy },
  };
});

function smallestWindow({ from, to }: Span): number {
  return (to - from) * 1e-3;
}

export function spectraKey(member: number, label: string): string {
  return `${member} ${label}`;
}

/** A course as the answer tells it, in coordinates. */
export function courseOf(
  { alignment }: CompareAnswer,
  { step, position }: { step: Float64Array<ArrayBuffer>; position: Float64Array<ArrayBuffer> },
): Course {
  return { step, coordinate: position.map((each) => turned(alignment.kind, each)) };
}
