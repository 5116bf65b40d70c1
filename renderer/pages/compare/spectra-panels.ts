/** Panels of singular values: one session, its groups over each other. */
import type { CompareAnswer } from '#app/contract/compare.ts';
import { layerLabelWord } from '#app/compare/match.ts';
import type { Quantity } from '#app/run/configuration.ts';
import { t } from '#app/text/text.ts';
import { sequenceColour } from '../../charts/colours.ts';
import { fileNameOf, type Plot, type PlotMark } from '../../charts/plot.ts';
import { logRange } from '../../charts/ranges.ts';
import { floorLooks, type FloorLooks } from '../../charts/resolution-floor.ts';
import { logAxis } from '../../charts/value-axis.ts';
import type { MemberSpectra } from '../../state/compare-spectra.ts';
import { compareAxis } from './compare-axis.ts';
import { modelTitle, type ComparedSet } from './compare-sets.ts';
import { fittingLegend, setLegend, type CurveInput } from './curve-plots.ts';
import { coordinatesOf } from './member-curves.ts';

const singularValueWords: Readonly<Record<Quantity, string>> = {
  activations: t('activation singular values'),
  adjoints: t('adjoint singular values'),
  gradient: t('gradient singular values'),
};

function runsWords({ runs }: MemberSpectra): string {
  return runs.length === 1 ? (runs[0] ?? '') : t('mean of {n} runs', { n: runs.length });
}

interface ValueSeries {
  set: ComparedSet;
  /** 0-based. */
  value: number;
  /** From 0, the largest, to 1, the last that is drawn. */
  position: number;
  y: Float32Array;
}

/** Sessions may have further groups: sets are found by name. */
function seriesOf(spectra: MemberSpectra, sets: readonly ComparedSet[]): ValueSeries[] {
  return sets.flatMap((set) =>
    spectra.indices.map((value, i) => ({
      set,
      value,
      position: spectra.indices.length > 1 ? i / (spectra.indices.length - 1) : 0,
      y: spectra.series(set.key, i),
    })),
  );
}

/** One axis for the panels of a row. */
export function spectraAxis(
  members: readonly (MemberSpectra | undefined)[],
  sets: readonly ComparedSet[],
  scale: string,
): Plot['y'] {
  let [low, high] = [Infinity, -Infinity];
  for (const spectra of members) {
    if (spectra === undefined) continue;
    for (const { y } of seriesOf(spectra, sets)) {
      for (const value of y) {
        if (Number.isNaN(value)) continue;
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
  }
  return logAxis(logRange(low, high, null, 4), `σ, ${scale}`);
}

interface SetFloor {
  set: ComparedSet;
  y: Float32Array;
}

/** Groups lie over each other: up to the highest of their floors, as in the spectrum at the cursor. */
function floorsOver(
  { answer, span, colours }: CurveInput,
  floors: readonly SetFloor[],
  { minimum }: Plot['y'],
): FloorLooks {
  const x = coordinatesOf(answer);
  const highest = Array.from(x, (_, at) =>
    Math.max(0, ...floors.map(({ y }) => y[at] ?? 0).filter((each) => each > 0)),
  );
  const between = (at: number, end: number): number => {
    const [before, after] = [x[at - 1], x[at]];
    return before === undefined || after === undefined ? end : (before + after) / 2;
  };
  return floorLooks(highest, (at) => [between(at, span.from), between(at + 1, span.to)], minimum, colours);
}

export function spectraPanel(
  input: CurveInput,
  member: number,
  spectra: MemberSpectra | undefined,
  y: Plot['y'],
): Plot {
  const { answer, layer, quantity, sets, colours } = input;
  const of = answer.members[member] as CompareAnswer['members'][number];
  const matched = answer.layers[layer];
  const name = matched?.layers[member]?.name;
  const series = spectra === undefined ? [] : seriesOf(spectra, sets);
  const x = coordinatesOf(answer);
  const floors = spectra === undefined ? [] : sets.map((set): SetFloor => ({ set, y: spectra.floor(set.key) }));
  const looks = floorsOver(input, floors, y);
  const lines = series.map(({ set, value, position, y: values }): PlotMark => {
    return {
      kind: 'line',
      x,
      y: values,
      colour: sequenceColour(set.colour, position, colours),
      width: value === 0 ? 1.7 : 1.1,
      dash: set.dash,
    };
  });
  const any = series.some(({ y: values }) => values.some((value) => !Number.isNaN(value)));
  const key = matched?.label ?? '';
  const label = layerLabelWord(key);
  const layerName = name === undefined || name === key ? label : `${name} (${label})`;
  return {
    title: `${of.letter} · ${layerName}`,
    subtitle: [singularValueWords[quantity], ...(spectra === undefined ? [] : [runsWords(spectra)])].join(', '),
    x: compareAxis(answer.alignment.kind, input.span, input.width),
    y,
    marks: [...looks.marks, ...lines],
    legend: [...fittingLegend(`${of.letter} · ${layerName}`, setLegend(sets), [], input.width), ...looks.legend],
    empty: any
      ? ''
      : name === undefined
        ? t('{model} has no such layer', { model: modelTitle(of.model) })
        : input.empty,
    table: () => ({
      header: [
        answer.alignment.kind,
        ...series.map(({ set, value }) => `${set.name} s${value + 1}`),
        ...floors.map(({ set }) => `${set.name} resolution floor`),
      ],
      rows: Array.from(answer.positions, (position, i) => [
        position,
        ...[...series, ...floors].map(({ y: values }) => values[i] ?? null),
      ]),
    }),
    fileName: fileNameOf('compare', of.letter, 'singular values', quantity, layerName),
  };
}
