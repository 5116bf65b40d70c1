/** What of a proposed import a person should look at, in sentences. */
import type { ImportProposal, MatchProposal } from '#app/contract/import-proposal.ts';
import { t } from '#app/text/text.ts';

/** @returns one sentence for each thing that could be chosen otherwise; empty where there is nothing to choose */
export function confirmations(proposal: Omit<ImportProposal, 'confirm'>): string[] {
  const { tables, scans, oneFile, volumes, bids, several, identifying, agesOver89 } = proposal;
  const said: string[] = [];
  for (const { file, match } of tables) if (match !== null) said.push(...ofMatch(file, match));
  if (scans !== null) {
    if (scans.match !== null) said.push(...ofMatch('The scans', scans.match));
    if (scans.notDownloaded > 0) {
      said.push(
        t(
          '{notDownloaded} not downloaded (git-annex): fetch them first (datalad get), or those subjects are left out.',
          { notDownloaded: count(scans.notDownloaded, 'scan is', 'scans are') },
        ),
      );
    }
  }
  if (oneFile !== null && (oneFile.by === 'order' || oneFile.used < oneFile.subjects)) said.push(ofOneFile(oneFile));
  if (volumes !== null) said.push(ofVolumes(volumes));
  for (const { entity, values, chosen } of bids?.facets ?? []) {
    if (values.length < 2) continue;
    const offered = values.map(
      ({ value, subjects }) => `${value === '' ? 'none' : value} (${count(subjects, 'subject', 'subjects')})`,
    );
    said.push(
      t('{entity}: {which} of {offered}.', {
        entity,
        which: chosen === null ? t('the first of each subject') : chosen === '' ? t('none') : chosen,
        offered: offered.slice(0, 6).join(', '),
      }),
    );
  }
  if (bids !== null && bids.derivatives.length > 0) {
    said.push(
      t('Derivatives: {derivative} of {derivatives}.', {
        derivative: bids.derivative ?? 'none',
        derivatives: bids.derivatives.join(', '),
      }),
    );
  }
  if (several.people > 0) {
    said.push(
      several.rows === 'one'
        ? t('{people} several rows or scans, of which one is used.', {
            people: count(several.people, 'person has', 'people have'),
          })
        : t('{people} several rows or scans; all are used, and folds keep those of one person together.', {
            people: count(several.people, 'person has', 'people have'),
          }),
    );
  }
  for (const { column, what } of identifying)
    said.push(t("Column '{column}' holds {what}, which tell who the subjects are.", { column, what }));
  if (agesOver89 > 0)
    said.push(
      t('{agesOver89} older than 90, which tells who they are.', {
        agesOver89: count(agesOver89, 'subject is', 'subjects are'),
      }),
    );
  return said;
}

function ofOneFile({ file, subjects, by, used, unknown }: NonNullable<ImportProposal['oneFile']>): string {
  if (by === 'order')
    return t("{file}: its {subjects} subjects have no names and are taken in the order of the table's rows.", {
      file,
      subjects,
    });
  return t('{file}: {used} of {subjects} subjects have a row in the table (not {unknown}).', {
    file,
    used,
    subjects,
    unknown: unknown.join(', '),
  });
}

function ofVolumes({ volumes, repetitionTimeS, atlas, confounds }: NonNullable<ImportProposal['volumes']>): string {
  const what =
    repetitionTimeS === null
      ? t('{volumes} volumes', { volumes })
      : t('{volumes} volumes, one every {repetitionTimeS} s', { volumes, repetitionTimeS });
  if (atlas === null) {
    return t(
      'The scans are 4-D ({what}): choose an atlas to make series of its regions; without one they are left out.',
      { what },
    );
  }
  const tables =
    confounds.tables === 0 ? '' : `; ${count(confounds.tables, 'has a table', 'have tables')} of confounds`;
  return t('The scans are 4-D ({what}) and become series of the {regions} regions of {file}{tables}.', {
    what,
    regions: atlas.regions,
    file: atlas.file,
    tables,
  });
}

function ofMatch(source: string, { ids, forms, unknown, ambiguous }: MatchProposal): string[] {
  const loose = forms.filter(({ form }) => form !== 'as-written' && form !== 'label');
  const words = loose.map(({ form, ids: matched, applied, examples }) => {
    const [example] = examples;
    const how = {
      visit: 'without what they say of the visit',
      zeros: 'with other zeros',
      number: 'by the number alone',
    }[form as 'visit' | 'zeros' | 'number'];
    return `${matched} of ${ids} ids ${applied ? 'match' : 'would match'} ${how} (${example?.id ?? ''} for ${example?.subject ?? ''})`;
  });
  if (ambiguous.count > 0)
    words.push(
      t('{number} ambiguous ({examples})', {
        number: count(ambiguous.count, 'id is', 'ids are'),
        examples: ambiguous.examples.join(', '),
      }),
    );
  if (words.length > 0 && unknown.count > 0)
    words.push(
      t('{number} stay unmatched ({examples})', { number: unknown.count, examples: unknown.examples.join(', ') }),
    );
  return words.length === 0 ? [] : [`${source}: ${words.join('; ')}.`];
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
