/** The tour: from a study of real subjects to a finding, each step done by the person or, at a press, for them. */
import { t } from '#app/text/text.ts';
import { formatCount } from '../charts/format.ts';
import { useDesign } from '../state/design.ts';
import { useStudy } from '../state/study.ts';
import { useTests } from '../state/tests.ts';
import { useTimeline } from '../state/timeline.ts';
import { useUi } from '../state/ui.ts';
import type { PageId } from '../pages/pages.ts';
import { findingText } from './finding.ts';

const sample = 'ucla-cnp-cognition';
const epochs = 15;
const permutations = 199;

export interface TourStep {
  page: PageId;
  title: string;
  text: string;
  /** What is pointed at, as a selector; none: the page. */
  at?: string;
  /** Of the button that does the step; the tour then goes to the next. */
  action: string;
  /** @returns sentences that the next step begins with, if any */
  act(): Promise<string[] | undefined> | undefined;
}

const onwards = (): undefined => undefined;

export function tourSteps(): readonly TourStep[] {
  const study = useStudy();
  const design = useDesign();
  const tests = useTests();
  const timeline = useTimeline();
  const ui = useUi();

  async function train(): Promise<undefined> {
    const { configuration } = design;
    if (configuration === null) return;
    const grams = { every: 1, layers: null, megabytes: 500 };
    design.set({ folds: 1, repeats: 1, epochs, capture: { ...configuration.capture, grams } });
    await design.start();
  }
  async function test(): Promise<string[]> {
    const { session } = ui;
    if (session === null) return [t('No session is open.')];
    const answer = await tests.testBy(session, {
      statistics: ['effective-rank', 'stable-rank'],
      methods: ['permutation'],
      permutations,
      seed: 1,
      strata: { kind: 'auto' },
      groups: null,
    });
    return findingText(answer);
  }

  return [
    {
      page: 'home',
      title: t('A question'),
      text: t(
        'Two groups of people train one network. Does it learn from both in the same way? This tour answers that for real subjects, in about two minutes. Nothing leaves this computer.',
      ),
      at: '[aria-labelledby="choice-sample"]',
      action: t('Open the sample study'),
      act: async () => {
        await study.openSample(sample);
        return undefined;
      },
    },
    {
      page: 'data',
      title: t('Each row is a subject'),
      text: t(
        'Cognitive measures of people with and without schizophrenia. Your own table, scans or series look the same here: what is wrong with them is listed under Problems, subject by subject.',
      ),
      at: '[role="grid"]',
      action: t('Next: the groups'),
      act: onwards,
    },
    {
      page: 'cohort',
      title: t('Groups to compare'),
      text: t(
        'Here they are the diagnosis. Any column can divide the subjects, or a rule, a list, a lasso. Covariates shows where groups differ in age or sex, before a network finds it.',
      ),
      at: 'aside',
      action: t('Next: the design'),
      act: onwards,
    },
    {
      page: 'design',
      title: t('What is trained, and what is kept'),
      text: t(
        'A small network learns the diagnosis from the measures, in one fold of {epochs} epochs. The products between subjects (sample Grams) are kept: with them, groups can be tested afterwards.',
        { epochs },
      ),
      action: t('Train'),
      act: train,
    },
    {
      page: 'train',
      title: t('Watch it learn'),
      text: t(
        'Each curve is a group. The singular values say how strong, and in how many directions, a group drives a layer, at every step. Go on when it has ended.',
      ),
      at: '.stack',
      action: t('Next: review'),
      act: () => {
        if (ui.session !== null) ui.openSession(ui.session, 'review');
        return undefined;
      },
    },
    {
      page: 'review',
      title: t('A difference, or chance?'),
      text: t(
        'Effective rank counts the directions of a group’s gradient. Curves that lie apart prove nothing yet. The labels are now exchanged among the subjects {permutations} times, to see how far apart curves come by chance.',
        { permutations },
      ),
      at: '.stack',
      action: t('Test it'),
      act: async () => {
        timeline.quantity = 'gradient';
        timeline.summary = 'effective-rank';
        return await test();
      },
    },
    {
      page: 'review',
      title: t('The finding'),
      text: t(
        'Of {subjects} subjects, in one fold of one training: train all folds, and more seeds, before it is believed.',
        { subjects: formatCount(study.analysed) },
      ),
      action: t('End the tour'),
      act: onwards,
    },
  ];
}
