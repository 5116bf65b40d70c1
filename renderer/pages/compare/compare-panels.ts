/** What the grid of a comparison shows: its columns, its rows and the plot of each cell. */
import { computed, type ComputedRef, type Ref } from 'vue';
import { t } from '#app/text/text.ts';
import { chartColours } from '../../charts/colours.ts';
import type { Plot, PlotLegend } from '../../charts/plot.ts';
import { scaleNames } from '../../charts/words.ts';
import { spectraKey, useCompare } from '../../state/compare.ts';
import { useSettings } from '../../state/settings.ts';
import { comparedSets, memberDetails, memberScore, memberTitle, type ComparedSet } from './compare-sets.ts';
import {
  bare,
  differencePlot,
  memberLegend,
  memberPlot,
  overlayPlot,
  rowAxis,
  setLegend,
  type CurveInput,
} from './curve-plots.ts';
import { spectraAxis, spectraPanel } from './spectra-panels.ts';

export interface GridHead {
  key: string;
  /** Before the title: the letter of a session, '' of none. */
  letter: string;
  title: string;
  /** What a person reads first after the title: the AUC. */
  score: string;
  details: string;
}

export interface GridRow {
  key: string;
  plots: readonly Plot[];
}

/** Columns that stand beside each other. */
export interface GridBlock {
  heads: readonly GridHead[];
  rows: readonly GridRow[];
}

export interface Grid {
  /** Of all panels. */
  legend: readonly PlotLegend[];
  /** One under the other: more columns than fit go on in the next. */
  blocks: readonly GridBlock[];
}

/** Space left of a plot with and without the words of its axis, in pixels. */
export const leftWithWords = 74;
export const leftBare = 14;

export function useCompareSets(): { sets: ComputedRef<ComparedSet[]>; shown: ComputedRef<ComparedSet[]> } {
  const compare = useCompare();
  const settings = useSettings();
  const sets = computed(() => (compare.answer === null ? [] : comparedSets(compare.answer, settings.isDark)));
  const shown = computed(() =>
    sets.value.filter(({ key }) => (key === 'all' ? compare.showAll : !compare.hidden.includes(key))),
  );
  return { sets, shown };
}

/**
 * @param plotWidth of one plot, in pixels
 * @param perBlock columns that fit beside each other
 */
export function useCompareGrid(plotWidth: Ref<number>, perBlock: Ref<number>): ComputedRef<Grid | null> {
  const compare = useCompare();
  const settings = useSettings();
  const { shown } = useCompareSets();
  const colours = computed(() => chartColours(settings.isDark));

  return computed(() => {
    const { curves: answer, visible, view } = compare;
    if (answer === null || visible === null || view === 'numbers') return null;
    const inputs = compare.layers.flatMap((label): CurveInput[] => {
      const layer = answer.layers.findIndex((each) => each.label === label);
      if (layer === -1) return [];
      const { quantity, summary, scale } = compare;
      const empty = emptyWords();
      const common = { answer, quantity, summary, scale, layer, sets: shown.value, span: visible };
      return [{ ...common, width: plotWidth.value, colours: colours.value, empty }];
    });
    const rows = inputs.map((input) => ({ key: compare.layers[inputs.indexOf(input)] ?? '', plots: plotsOf(input) }));
    const legend =
      view === 'overlay' ? memberLegend(answer, colours.value.text, colours.value) : setLegend(shown.value);
    const floor = rows
      .flatMap(({ plots }) => plots.flatMap((plot) => plot.legend))
      .find(({ look }) => look === 'floor');
    return { legend: floor === undefined ? legend : [...legend, floor], blocks: blocksOf(headsOf(), rows) };
  });

  function blocksOf(heads: readonly GridHead[], rows: readonly GridRow[]): GridBlock[] {
    const count = Math.max(1, Math.ceil(heads.length / perBlock.value));
    return Array.from({ length: count }, (_, block) => {
      const [from, to] = [block * perBlock.value, (block + 1) * perBlock.value];
      return {
        heads: heads.slice(from, to),
        rows: rows.map(({ key, plots }) => ({ key, plots: plots.slice(from, to) })),
      };
    });
  }

  /** The words of an axis stand at the first panel of a block alone. */
  function axisAt(y: Plot['y'], column: number): Plot['y'] {
    return column % perBlock.value === 0 ? y : bare(y);
  }

  function emptyWords(): string {
    if (shown.value.length === 0) return t('No group is shown: choose one on the left.');
    const waits =
      compare.loading || (compare.view === 'side' && compare.drawn === 'spectra' && !compare.spectraAreHere);
    return waits ? t('Reading…') : t('Nothing was captured here.');
  }

  function headsOf(): GridHead[] {
    const { answer, view, pair } = compare;
    if (answer === null) return [];
    if (view === 'overlay') {
      return shown.value.map(({ key, name }) => ({ key, letter: '', title: name, score: '', details: '' }));
    }
    if (view === 'difference') {
      const [a, b] = pair.map((i) => answer.members[i]);
      const title = t('{first} against {second}', { first: a?.letter ?? '', second: b?.letter ?? '' });
      const details = [a, b].flatMap((member) => (member === undefined ? [] : memberTitle(member))).join('  −  ');
      return [{ key: 'difference', letter: '', title, score: '', details }];
    }
    return answer.members.map((member) => ({
      key: `${member.letter} ${member.session}`,
      letter: member.letter,
      title: memberTitle(member),
      score: memberScore(member, compare.isComplete),
      details: memberDetails(member),
    }));
  }

  function plotsOf(input: CurveInput): Plot[] {
    const { view, pair, drawn, layers } = compare;
    const { answer } = input;
    if (view === 'difference') return [differencePlot(input, pair)];
    if (view === 'side' && drawn === 'spectra') {
      const label = answer.layers[input.layer]?.label ?? layers[0] ?? '';
      const spectra = answer.members.map((_, i) => compare.spectra.get(spectraKey(i, label)));
      const y = spectraAxis(spectra, input.sets, scaleNames[input.scale]);
      return spectra.map((each, i) => spectraPanel(input, i, each, axisAt(y, i)));
    }
    const y = rowAxis(input);
    if (view === 'overlay') return input.sets.map((set, i) => overlayPlot(input, set, axisAt(y, i)));
    return answer.members.map((_, i) => memberPlot(input, i, axisAt(y, i)));
  }
}
