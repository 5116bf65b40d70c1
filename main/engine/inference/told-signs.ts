/** Early signs of a session, as the contract tells them. */
import type { EarlySigns } from '#app/contract/early-signs.ts';
import { marksOf, plannedLooks, signLevel, signPermutations } from '#app/inference/looks.ts';
import { t } from '#app/text/text.ts';
import { openDatabase, translating } from '../session/database.ts';
import { loadBody } from '../session/header.ts';
import { storedLooks } from '../session/looks.ts';

export function earlySigns(file: string): EarlySigns {
  const { plan, looks } = storedLooks(file);
  const { targetIsGroups, keepsGrams, groups } = settingsOf(file);
  return {
    none: plan === null ? noLooks(keepsGrams, groups) : null,
    level: plan?.level ?? signLevel,
    permutations: plan?.permutations ?? signPermutations,
    strata: plan?.strata ?? 'none',
    planned: plan?.planned ?? plannedLooks,
    looks,
    marks: marksOf(looks),
    notes:
      plan !== null && targetIsGroups
        ? [
            t(
              'The groups are what the network learns, so their gradients differ by construction: a sign says that the network tells them apart, not that their data do.',
            ),
          ]
        : [],
  };
}

function settingsOf(file: string): { targetIsGroups: boolean; keepsGrams: boolean; groups: number } {
  return translating(file, () => {
    const database = openDatabase(file, 'read');
    try {
      const { targetIsGroups, configuration, study } = loadBody(database);
      return { targetIsGroups, keepsGrams: configuration.capture.grams !== null, groups: study.groups.groups.length };
    } finally {
      database.close();
    }
  });
}

function noLooks(keepsGrams: boolean, groups: number): string {
  if (groups < 2)
    return t('There is one group, and nothing to compare it with: label a second one on the Cohort page.');
  if (keepsGrams)
    return t('This session was trained by a version that did not look at trainings as they went: test it instead.');
  return t(
    'Early signs need the sample Grams of the steps, and this training keeps none: choose to keep them before the next one (Design, Recording; on the command line --keep-grams).',
  );
}
