/** A subject's series after each step of its preparation, for the eye. */
import type { SeriesPreparation } from '#app/run/series-preparation.ts';
import { t } from '#app/text/text.ts';
import { describeSeries } from './describe.ts';
import { plainSeries } from './plan-series.ts';

export interface Stage {
  /** As `describeSeries` calls the step; 'as-read' before the first. */
  step: string;
  words: string;
  /** All that is done up to this step: what one step leaves is what these settings make of the file. */
  settings: SeriesPreparation;
}

/** Of windows and lengths nothing is shown: the series is looked at whole. */
const shownSteps = ['detrend', 'band-pass', 'scrub', 'confounds', 'standardise-channels', 'connectivity'] as const;
type ShownStep = (typeof shownSteps)[number];

/** What each step adds to the settings before it. */
function settingsOf(step: ShownStep, asked: SeriesPreparation): Partial<SeriesPreparation> {
  const { confounds } = asked;
  switch (step) {
    case 'detrend':
      return { detrend: asked.detrend };
    case 'band-pass':
      return { bandPassHz: asked.bandPassHz };
    case 'scrub':
      return { confounds: confounds === null ? null : { ...confounds, columns: [] } };
    case 'confounds':
      return { confounds };
    case 'standardise-channels':
      return { standardise: asked.standardise };
    case 'connectivity':
      return { connectivity: asked.connectivity, fisherZ: asked.fisherZ };
  }
}

/** In the order in which they are carried out, from the series as it is in its file; steps that are not asked for are left out. */
export function stagesOf(asked: SeriesPreparation): Stage[] {
  const described = new Map(describeSeries(asked, []).map(({ step, words }) => [step, words]));
  const stages: Stage[] = [{ step: 'as-read', words: t('as it is in the file'), settings: plainSeries }];
  let settings: SeriesPreparation = { ...plainSeries, repetitionTimeS: asked.repetitionTimeS };
  for (const step of shownSteps) {
    const words = described.get(step);
    if (words === undefined) continue;
    settings = { ...settings, ...settingsOf(step, asked) };
    stages.push({ step, words, settings });
  }
  return stages;
}
