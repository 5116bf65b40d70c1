/** What a person chose of a proposed import, as the controls of the dialog hold it. */
import type { ImportProposal } from '#app/contract/import-proposal.ts';
import type { IdForm } from '#app/data/id-forms.ts';
import { noChoices, type ImportChoices } from '#app/data/import-choices.ts';
import { t } from '#app/text/text.ts';

/** Forms of ids as a person reads them. */
export const formWords: Readonly<Record<IdForm, string>> = {
  'as-written': t('as they are written'),
  label: t('but for sub-, capitals, punctuation'),
  visit: t('also but for session and run'),
  zeros: t('also but for leading zeros'),
  number: t('by the number alone'),
};

/** What an entity of a BIDS name is called. */
export const entityWords: Readonly<Record<string, string>> = {
  suffix: t('Kind of scan'),
  ses: t('Session'),
  run: t('Run'),
  task: t('Task'),
  space: t('Space'),
  desc: t('Description'),
  acq: t('Acquisition'),
  rec: t('Reconstruction'),
};

/** Value of a select for 'whatever there is, the first of each subject'. */
export const anyValue = '\u0000any';

export function withMatch(choices: ImportChoices, source: string, form: IdForm): ImportChoices {
  return { ...choices, match: { ...choices.match, [source]: form } };
}

export function withSheet(choices: ImportChoices, file: string, sheet: string): ImportChoices {
  return { ...choices, sheets: { ...choices.sheets, [file]: sheet } };
}

export function withUse(choices: ImportChoices, file: string, use: boolean): ImportChoices {
  const others = choices.leave.filter((name) => name !== file);
  return { ...choices, leave: use ? others : [...others, file] };
}

export function withDrop(choices: ImportChoices, column: string, drop: boolean): ImportChoices {
  const others = choices.drop.filter((name) => name !== column);
  return { ...choices, drop: drop ? [...others, column] : others };
}

/** Other derivatives have other names: what was chosen of the last ones is forgotten. */
export function withDerivative(choices: ImportChoices, derivative: string | null): ImportChoices {
  return { ...choices, scans: { ...noChoices.scans, derivative } };
}

/** Another kind of scan has other entities. */
export function withEntity(choices: ImportChoices, entity: string, value: string): ImportChoices {
  const { scans } = choices;
  if (entity === 'suffix') return { ...choices, scans: { ...scans, suffix: value, entities: {} } };
  const entities = Object.fromEntries(Object.entries(scans.entities).filter(([name]) => name !== entity));
  if (value !== anyValue) entities[entity] = value;
  return { ...choices, scans: { ...scans, entities } };
}

/** A column that identifies is left out unless a person keeps it; what was decided before stays. */
export function withIdentifying(
  choices: ImportChoices,
  proposal: ImportProposal,
  decided: ReadonlySet<string>,
): ImportChoices {
  const fresh = proposal.identifying.filter(({ column, canDrop }) => canDrop && !decided.has(column));
  return fresh.length === 0
    ? choices
    : { ...choices, drop: [...new Set([...choices.drop, ...fresh.map(({ column }) => column)])] };
}
