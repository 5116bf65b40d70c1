/** The CONSORT diagram as a figure: as large as its text says, smaller where the figure has no room for it. */
import { t } from '#app/text/text.ts';
import type { Diagram } from '#app/study/consort.ts';
import { diagramSvg, paperColours } from '#app/study/consort-svg.ts';
import { chartColours } from '../../charts/colours.ts';
import type { Figure } from '../../charts/figure.ts';
import { paper } from '../../charts/paper-colours.ts';
import { pageMm, sheet } from '../../charts/plot-figure.ts';
import { fileNameOf } from '../../charts/plot.ts';
import { groupColour } from '../../theme/groups.ts';

export function flowFigure(diagram: Diagram, study: string, isDark: boolean): Figure {
  return {
    title: t('Flow of subjects'),
    fileName: fileNameOf(study, 'flow'),
    widthMm: pageMm,
    aspect: diagram.width / diagram.height,
    draw: (ground, size) => {
      const around = ground === 'paper' ? paper : chartColours(isDark);
      const { background, text, soft: line } = around;
      const group = (index: number): string => groupColour(index, isDark);
      const colours = ground === 'paper' ? { ...paperColours, text, line } : { background, text, line, group };
      const scale = Math.min(1, size.width / diagram.width, size.height / diagram.height);
      const [width, height] = [diagram.width * scale, diagram.height * scale];
      const whole = diagramSvg(diagram, colours).replace(
        /<svg ([^>]*?)width="[^"]*" height="[^"]*"/,
        `<svg $1x="${(size.width - width) / 2}" y="${(size.height - height) / 2}" width="${width}" height="${height}"`,
      );
      return sheet([whole], size, around);
    },
    table: () => ({
      header: ['box', 'line', 'subjects'],
      rows: diagram.boxes.flatMap(({ lines }, box) => lines.map(({ text, count }) => [box + 1, text, count])),
    }),
  };
}
