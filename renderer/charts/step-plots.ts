/** The plots over steps of what is selected, recomputed when their data or the selection change. */
import { computed, type ComputedRef } from 'vue';
import { t } from '#app/text/text.ts';
import { useFrames } from '../state/frames.ts';
import { useSettings } from '../state/settings.ts';
import { useTimeline } from '../state/timeline.ts';
import { chartColours } from './colours.ts';
import type { Plot } from './plot.ts';
import type { LinearRange, LogRange } from './ranges.ts';
import { useTestedRegions } from './review/tested-regions.ts';
import { sampleSets, type SampleSet } from './sets.ts';
import { spectraPlot, spectraRange } from './spectra-plot.ts';
import { stepAxis } from './step-axis.ts';
import { differencePlot, summaryPlot, type SummaryAxis } from './summary-plots.ts';
import { accuracyPlot, lossPlot, type TrainingInput } from './training-plots.ts';
import { quantityWords } from './words.ts';

/** The sets of the open session, those that are drawn, and why charts of the selected quantity are empty. */
export function useSets() {
  const timeline = useTimeline();
  const frames = useFrames();
  const settings = useSettings();
  const run = computed(() => frames.view?.sessionRuns.find((each) => each.index === timeline.run));
  const sets = computed<SampleSet[]>(() =>
    frames.view === null ? [] : sampleSets(frames.view, run.value, settings.isDark),
  );
  const shown = computed(() =>
    sets.value.filter((set) => (set.isAll ? timeline.showAll : !timeline.hidden.includes(set.name))),
  );
  const layer = computed(
    () => frames.view?.layers.find((each) => each.index === timeline.layer) ?? frames.view?.layers[0],
  );
  const empty = computed(() => {
    if (timeline.newest < 0) return t('No step has been trained yet.');
    const quantity = quantityWords[timeline.quantity];
    if (layer.value?.quantities.some((each) => each.quantity === timeline.quantity) !== true) {
      return layer.value === undefined
        ? t('The {quantity} of this layer were not captured in this session.', { quantity })
        : t('The {quantity} of {layer} were not captured in this session.', { quantity, layer: layer.value.name });
    }
    return frames.spectra === null ? '' : t('No captured step lies in the visible range.');
  });
  return { run, sets, shown, layer, empty };
}

/** A computed value that is given its former result's range; the range is forgotten when `reset` changes. */
function growing<Axis, Result>(
  reset: () => unknown,
  compute: (previous: Axis | null) => { axis: Axis; result: Result },
): ComputedRef<Result> {
  let previous: Axis | null = null;
  let of: unknown;
  return computed(() => {
    const now = reset();
    if (now !== of) previous = null;
    of = now;
    const { axis, result } = compute(previous);
    previous = axis;
    return result;
  });
}

export function useStepPlots() {
  const timeline = useTimeline();
  const frames = useFrames();
  const settings = useSettings();
  const { run, sets, shown, layer, empty } = useSets();
  const colours = computed(() => chartColours(settings.isDark));
  const isWhole = computed(() => timeline.zoom === null);
  const view = (): string => `${timeline.session} ${timeline.run} ${isWhole.value}`;
  /** What is drawn of held columns does not change while a person zooms: the step axis alone is put in with each frame. */
  const steps = computed(() => stepAxis(timeline.visible));
  const atRest = { from: 0, to: 1 };
  /** Changes with what is drawn, so that an axis starts anew with it. */
  const drawn = computed(() => {
    const frame = frames.spectra;
    return frame === null ? '' : [view(), frame.layer, frame.quantity, frame.scale].join(' ');
  });

  const training = computed<TrainingInput>(() => ({
    epochs: frames.epochs,
    run: run.value,
    runs: frames.view?.sessionRuns ?? [],
    allFolds: timeline.allFolds,
    range: timeline.visible,
    colours: colours.value,
  }));
  const loss = growing<LinearRange, Plot>(view, (previous) => {
    const { plot, range } = lossPlot({ ...training.value, scalars: frames.scalars }, previous);
    return { axis: range, result: plot };
  });
  const accuracy = computed(() => accuracyPlot(training.value));

  const spectraAxis = growing<LogRange, LogRange>(
    () => drawn.value,
    (previous) => {
      const frame = frames.spectra;
      const axis =
        frame === null
          ? (previous ?? { minimum: -3, maximum: 0, interval: 1 })
          : spectraRange(frame, shown.value, previous);
      return { axis, result: axis };
    },
  );
  const marked = computed(() =>
    shown.value.map((set) => ({
      set: set.name,
      plot: spectraPlot({
        frame: frames.spectra,
        set,
        range: atRest,
        axis: spectraAxis.value,
        colours: colours.value,
        empty: empty.value,
      }),
    })),
  );

  const summary = growing<SummaryAxis, Plot>(
    () => `${drawn.value} ${frames.summaries?.summary ?? ''}`,
    (previous) => {
      const { plot, axis } = summaryPlot(
        {
          frame: frames.summaries,
          layer: { index: layer.value?.index ?? 0, name: layer.value?.name ?? '' },
          sets: shown.value,
          range: atRest,
          colours: colours.value,
          empty: empty.value,
        },
        previous ?? { linear: null, log: null },
      );
      return { axis, result: plot };
    },
  );
  const regions = useTestedRegions();
  const noSet: SampleSet = { index: 0, name: '', n: 0, of: 0, colour: '#888888', dash: [], isAll: false };
  const difference = growing<number, Plot>(
    () => [view(), frames.summaries?.summary, frames.summaries?.quantity, ...timeline.compared].join(' '),
    (previous) => {
      const [a, b] = timeline.compared;
      const { plot, bound } = differencePlot(
        {
          frame: frames.summaries,
          a: sets.value[a] ?? noSet,
          b: sets.value[b] ?? noSet,
          regions: regions.value,
          range: atRest,
          colours: colours.value,
          empty:
            timeline.newest < 0 ? t('No step has been trained yet.') : t('Both groups are needed for a difference.'),
        },
        previous,
      );
      return { axis: bound, result: plot };
    },
  );

  const onSteps = (plot: Plot): Plot => ({ ...plot, x: steps.value });
  return {
    loss,
    accuracy,
    panels: computed(() => marked.value.map(({ set, plot }) => ({ set, plot: onSteps(plot) }))),
    summary: computed(() => onSteps(summary.value)),
    difference: computed(() => onSteps(difference.value)),
  };
}
