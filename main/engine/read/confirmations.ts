/** What of a proposed import a person should look at, in sentences. */
import type { ImportProposal, MatchProposal } from '#app/contract/import-proposal.ts';
import { t } from '#app/text/text.ts';

/** @returns one sentence for each thing that could be chosen otherwise; empty where there is nothing to choose */
export function confirmations(proposal: Omit<ImportProposal, 'confirm'>): string[] {
  const { kind, tables, scans, oneFile, volumes, events, bids, several, identifying, agesOver89 } = proposal;
  const said: string[] = [];
  const unnamed = tables.find(({ use, idColumn }) => use === 'subjects' && idColumn === null);
  if (unnamed !== undefined)
    said.push(
      t(
        '{file}: no column names the subjects; they are called by the line of the table. Name the column if there is one.',
        {
          file: unnamed.file,
        },
      ),
    );
  for (const { file, match } of tables) if (match !== null) said.push(...ofMatch(file, match));
  if (scans !== null) {
    if (scans.match !== null) said.push(...ofMatch(t('The scans'), scans.match));
    if (scans.notDownloaded > 0) {
      said.push(
        t(
          '{count} scans are not downloaded (git-annex): fetch them first (datalad get), or those subjects are left out.',
          { count: scans.notDownloaded },
        ),
      );
    }
  }
  if (oneFile !== null && (oneFile.by === 'order' || oneFile.used < oneFile.subjects)) said.push(ofOneFile(oneFile));
  if (volumes !== null) said.push(ofVolumes(volumes));
  if (kind === 'table' && events.length > 0) {
    const tasks = events.map(({ task }) => task).join(', ');
    said.push(t('Tables of events ({tasks}) are left out unless those of a task are chosen as series.', { tasks }));
  }
  for (const { entity, values, chosen } of bids?.facets ?? []) {
    if (values.length < 2) continue;
    const offered = values.map(
      ({ value, subjects }) => `${value === '' ? t('none') : value} (${t('{count} subjects', { count: subjects })})`,
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
        derivative: bids.derivative ?? t('none'),
        derivatives: bids.derivatives.join(', '),
      }),
    );
  }
  if (several.people > 0) {
    said.push(
      several.rows === 'one'
        ? t('{count} people have several rows or scans, of which one is used.', { count: several.people })
        : t('{count} people have several rows or scans; all are used, and folds keep those of one person together.', {
            count: several.people,
          }),
    );
  }
  for (const { column, what } of identifying)
    said.push(t("Column '{column}' holds {what}, which tell who the subjects are.", { column, what }));
  if (agesOver89 > 0)
    said.push(t('{count} subjects are older than 90, which tells who they are.', { count: agesOver89 }));
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
  const values = { what, regions: atlas.regions, file: atlas.file };
  return confounds.tables === 0
    ? t('The scans are 4-D ({what}) and become series of the {regions} regions of {file}.', values)
    : t(
        'The scans are 4-D ({what}) and become series of the {regions} regions of {file}; {count} have tables of confounds.',
        { ...values, count: confounds.tables },
      );
}

function ofMatch(source: string, { ids, forms, unknown, ambiguous }: MatchProposal): string[] {
  const words = forms.flatMap(({ form, ids: matched, applied, examples }) => {
    const [example] = examples;
    return formWords(form, applied, { matched, ids, id: example?.id ?? '', subject: example?.subject ?? '' }) ?? [];
  });
  if (ambiguous.count > 0)
    words.push(
      t('{count} ids are ambiguous ({examples})', {
        count: ambiguous.count,
        examples: ambiguous.examples.join(', '),
      }),
    );
  if (words.length > 0 && unknown.count > 0)
    words.push(
      t('{number} stay unmatched ({examples})', { number: unknown.count, examples: unknown.examples.join(', ') }),
    );
  return words.length === 0 ? [] : [`${source}: ${words.join('; ')}.`];
}

/** @returns null for a form that needs no look */
function formWords(
  form: MatchProposal['forms'][number]['form'],
  applied: boolean,
  values: { matched: number; ids: number; id: string; subject: string },
): string | null {
  switch (form) {
    case 'as-written':
    case 'label':
      return null;
    case 'visit':
      return applied
        ? t('{matched} of {ids} ids match without what they say of the visit ({id} for {subject})', values)
        : t('{matched} of {ids} ids would match without what they say of the visit ({id} for {subject})', values);
    case 'zeros':
      return applied
        ? t('{matched} of {ids} ids match with other zeros ({id} for {subject})', values)
        : t('{matched} of {ids} ids would match with other zeros ({id} for {subject})', values);
    case 'number':
      return applied
        ? t('{matched} of {ids} ids match by the number alone ({id} for {subject})', values)
        : t('{matched} of {ids} ids would match by the number alone ({id} for {subject})', values);
  }
}
