/** The time course of the voxel at the cross-hair, a line for each volume that is shown. */
import { t } from '#app/text/text.ts';
import { chartColours } from '../charts/colours.ts';
import { figures } from './pane-reading.ts';
import { fileNameOf, type Plot, type PlotMark } from '../charts/plot.ts';
import { linearRange } from '../charts/ranges.ts';
import { linearAxis } from '../charts/value-axis.ts';
import { groupColour } from '../theme/groups.ts';

export interface Course {
  name: string;
  values: Float64Array;
}

/** @param frameSeconds 0: not known, the axis counts volumes */
export function coursePlot(courses: readonly Course[], frame: number, frameSeconds: number, dark: boolean): Plot {
  const long = courses.filter(({ values }) => values.length > 1);
  const frames = Math.max(1, ...long.map(({ values }) => values.length));
  const step = frameSeconds > 0 ? frameSeconds : 1;
  // Volumes are counted from 1, seconds from 0.
  const start = frameSeconds > 0 ? 0 : 1;
  const at = (each: number): number => start + each * step;
  const finite = long.flatMap(({ values }) => [...values].filter(Number.isFinite));
  const range = linearRange(
    finite.length > 0 ? Math.min(...finite) : 0,
    finite.length > 0 ? Math.max(...finite) : 1,
    null,
  );
  const ticks = [0, Math.floor((frames - 1) / 2), frames - 1];
  const x = Float64Array.from({ length: frames }, (_, each) => at(each));
  const colours = chartColours(dark);
  const now = Float64Array.of(at(frame), at(frame));
  return {
    title: t('Time course at the cross-hair'),
    subtitle: long.map(({ name, values }) => `${name}: ${figures(values[frame] ?? NaN)}`).join(' · '),
    x: {
      minimum: at(0),
      maximum: at(Math.max(1, frames - 1)),
      ticks: ticks.map(at),
      labels: ticks.map((tick) => figures(at(tick))),
      name: frameSeconds > 0 ? t('time (s)') : t('volume'),
    },
    y: linearAxis(range, t('value')),
    marks: [
      {
        kind: 'line',
        x: now,
        y: Float64Array.of(range.minimum, range.maximum),
        colour: colours.text,
        width: 1,
        dash: [2, 2],
      },
      ...long.map(({ values }, each): PlotMark => ({
        kind: 'line',
        x: x.subarray(0, values.length),
        y: values,
        colour: groupColour(each, dark),
        width: 1.5,
        dash: [],
      })),
    ],
    legend:
      long.length < 2
        ? []
        : long.map(({ name }, each) => ({ label: name, colour: groupColour(each, dark), look: 'line' })),
    empty: finite.length === 0 ? t('The cross-hair lies outside of this volume.') : '',
    table: () => ({
      header: [frameSeconds > 0 ? 'time (s)' : 'volume', ...long.map(({ name }) => name)],
      rows: [...x].map((time, each) => [time, ...long.map(({ values }) => values[each] ?? null)]),
    }),
    fileName: fileNameOf(long[0]?.name ?? 'voxel', 'time course'),
  };
}
