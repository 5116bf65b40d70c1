/** Where the spectra of a session under other groups can come from, in words. */
import type { RegroupChoices } from '#app/contract/regroup.ts';
import { quantities, type Quantity } from '#app/run/configuration.ts';
import { t } from '#app/text/text.ts';
import { formatCount } from '../../charts/format.ts';

/** A subject, its group now, and whether it is to be in a group of its own. */
export interface ChosenSubject {
  id: string;
  group: string;
  selected: boolean;
}

export type RegroupSource = 'grams' | 'checkpoints' | 'all';

export interface SourceChoice {
  source: RegroupSource;
  title: string;
  text: string;
  /** Why it is not there; null when it is. */
  refused: string | null;
}

const notReplayable = t('This session does not know its data again (an older version, or itself regrouped).');

/** @param live whether it is being trained */
export function sourceChoices(choices: RegroupChoices, live: boolean): SourceChoice[] {
  const { gramSteps, checkpointSteps, capturedSteps, replayable, needsScans } = choices;
  const why = live ? t('Replay waits for the end of the training.') : replayable ? null : notReplayable;
  return [
    {
      source: 'grams',
      title: t('Kept products between subjects'),
      text: t('At once, of {steps}: exact where a layer’s rows are subjects.', { steps: stepsInWords(gramSteps) }),
      refused: gramSteps > 0 ? null : t('None were kept: train with “Keep for regrouping” (Design, Recording).'),
    },
    {
      source: 'checkpoints',
      title: t('Replay at checkpoints'),
      text: needsScans
        ? t('All layers exactly, of {steps}; reads the scans.', { steps: stepsInWords(checkpointSteps) })
        : t('All layers exactly, of {steps}; needs nothing but this file.', { steps: stepsInWords(checkpointSteps) }),
      refused: why ?? (checkpointSteps > 0 ? null : t('This session kept no weights of its steps.')),
    },
    {
      source: 'all',
      title: t('Replay of the whole training'),
      text: needsScans
        ? t('All layers exactly, of all {n} recorded steps; takes as long as the training took, and reads the scans.', {
            n: formatCount(capturedSteps),
          })
        : t(
            'All layers exactly, of all {n} recorded steps; takes as long as the training took, and needs nothing but this file.',
            { n: formatCount(capturedSteps) },
          ),
      refused: why,
    },
  ];
}

function stepsInWords(steps: number): string {
  return steps === 1 ? t('1 step') : t('{n} steps', { n: formatCount(steps) });
}

/** Of each layer, where the spectra of each quantity come from; '–': they are not there. */
export function sourcesByLayer(
  { layers }: RegroupChoices,
  source: RegroupSource,
): { name: string; cells: { quantity: Quantity; from: 'products' | 'replay' | 'both' | 'alignment only' | '' }[] }[] {
  return layers.map(({ name, quantities: recorded, fromGrams }) => ({
    name,
    cells: quantities.map((quantity) => {
      if (!recorded.includes(quantity)) return { quantity, from: '' };
      const products = fromGrams.includes(quantity);
      if (source === 'grams') return { quantity, from: products ? 'products' : 'alignment only' };
      return { quantity, from: products && source === 'checkpoints' ? 'both' : 'replay' };
    }),
  }));
}
