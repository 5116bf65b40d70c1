import { describe, expect, it } from 'vitest';
import { chartColours } from '../../../renderer/charts/colours.ts';
import { legendRows } from '../../../renderer/charts/chart-head.ts';
import { pageFigure, panelLetter, panelPlaces } from '../../../renderer/charts/plot-figure.ts';
import { reliabilityPlot } from '../../../renderer/charts/reliability-plot.ts';
import { withRemarks } from '../../../renderer/charts/step-remarks.ts';

const colours = chartColours(false);
const plot = reliabilityPlot({ reliability: [] }, 'fold <1>', colours);

describe('a page as a figure', () => {
  it('names its panels by letters, on from z', () => {
    expect([0, 1, 25, 26, 27].map(panelLetter)).toEqual(['a', 'b', 'z', 'aa', 'ab']);
  });

  it('has room for each panel, and no two at one place', () => {
    const size = { width: 680, height: 500 };
    const places = panelPlaces(7, size);
    expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(7);
    expect(places.every(({ x, y, width, height }) => x + width <= size.width && y + height <= size.height)).toBe(true);
  });

  it('escapes what is written in it, and has each panel once', () => {
    const figure = pageFigure({
      ...{ title: 'Curves', fileName: 'curves', panels: [plot, plot], isDark: false },
      notes: ['1 loss < 0.5 & falling'],
    });
    const svg = figure.draw('paper', { width: 680, height: 400 });
    expect(svg.match(/<svg x=/g)?.length).toBe(2);
    expect(svg).toContain('1 loss &lt; 0.5 &amp; falling');
    expect(svg).not.toContain('<1>');
  });

  it('tells every entry of a legend, below the title where it has no room beside it', () => {
    const legend = Array.from({ length: 9 }, (_, at) => ({
      label: `group ${at}`,
      colour: '#000000',
      look: 'line' as const,
    }));
    expect(legendRows({ ...plot, legend }, 300).flat()).toEqual(legend);
    expect(legendRows({ ...plot, legend: [] }, 300)).toEqual([]);
  });
});

it('marks a remark where its steps are, and leaves out what is out of sight', () => {
  const remarks = [
    { number: 1, first: 0, last: 1, text: 'falls' },
    { number: 2, first: 7, last: 7, text: 'later' },
  ];
  const added = withRemarks(plot, remarks, colours, 'words').marks.slice(plot.marks.length);
  expect(added.map(({ kind }) => kind)).toEqual(['band', 'line', 'label']);
  expect(added.at(-1)).toMatchObject({ x: 0, text: '1 falls' });
});
