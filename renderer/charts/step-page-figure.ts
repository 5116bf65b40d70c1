/** The charts of a page over steps as one figure, with the remarks on its steps. */
import { provide } from 'vue';
import { useAnnotations } from '../state/annotations.ts';
import { useFrames } from '../state/frames.ts';
import { useSettings } from '../state/settings.ts';
import { chartColours } from './colours.ts';
import { fileNameOf, type Plot } from './plot.ts';
import { pageFigure, pageFigureKey } from './plot-figure.ts';
import { remarkWords, withRemarks } from './step-remarks.ts';

/**
 * In the set-up of what holds the charts, whose menus offer the figure then.
 *
 * @param name of its file, before the title of the session
 * @param plots as they are drawn now
 */
export function provideStepPageFigure(title: string, name: string, plots: () => readonly Plot[]): void {
  const frames = useFrames();
  const settings = useSettings();
  const annotations = useAnnotations();
  provide(pageFigureKey, () => {
    const colours = chartColours(settings.isDark);
    return pageFigure({
      title,
      fileName: fileNameOf(name, frames.view?.title ?? ''),
      panels: plots().map((plot) => withRemarks(plot, annotations.remarks, colours, 'number')),
      notes: annotations.remarks.map(remarkWords),
      isDark: settings.isDark,
    });
  });
}
