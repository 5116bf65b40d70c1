/** Columns that name a person: by what they are called, or by what stands in them. De-identified data have none of them. */
import type { Cell } from '#app/study/study.ts';
import { sentence, type Sentence } from '#app/text/sentence.ts';

export interface IdentifyingColumn {
  column: string;
  /** 'e-mail addresses', 'dates of birth', … */
  what: Sentence;
}

const byName: readonly [Sentence, RegExp][] = [
  [
    sentence('names of people'),
    /^((first|last|sur|given|family|full|middle|maiden|patient|participant|subject)[ _.-]?name|name|initials|vorname|nachname)$/i,
  ],
  [sentence('dates of birth'), /^(d\.?o\.?b\.?|(date[ _.-]?of[ _.-]?birth)|birth[ _.-]?(date|day)|geburtsdatum)$/i],
  [
    sentence('numbers of records'),
    /^(mrn|medical[ _.-]?record([ _.-]?(number|no|nr|id))?|hospital[ _.-]?(number|no|id)|ssn|social[ _.-]?security([ _.-]?(number|no))?|nhs[ _.-]?(number|no)|insurance[ _.-]?(number|no|id)|passport([ _.-]?(number|no))?)$/i,
  ],
  [sentence('telephone numbers'), /^(phone|telephone|tel|mobile|cell[ _.-]?phone|fax)([ _.-]?(number|no|nr))?$/i],
  [sentence('e-mail addresses'), /^e[ _.-]?mail([ _.-]?address)?$/i],
  [
    sentence('addresses'),
    /^(((home|street|postal|mailing)[ _.-]?)?(address|adresse)|street|zip([ _.-]?code)?|post[ _.-]?code|postal[ _.-]?code)$/i,
  ],
];
const byValue: readonly [Sentence, RegExp][] = [
  [sentence('e-mail addresses'), /^[^\s@]+@[^\s@]+\.[a-z]{2,}$/i],
  [sentence('telephone numbers'), /^(\+\d{1,3}[ .-]?)?(\(\d{2,4}\) ?|\d{3}[ .-])\d{3}[ .-]\d{3,4}$|^\+\d[\d ]{8,}$/],
  [sentence('numbers of records'), /^\d{3}-\d{2}-\d{4}$/],
];
/** Values of this part of a column decide over all of it. */
const partOfValues = 0.5;

/**
 * People above 89 are so few that their age tells who they are; all of them are recorded as 90, which then means 'or older'
 * (HIPAA, 45 CFR 164.514).
 */
export const highestAge = 90;

/**
 * @param columns with their texts, missing ones null; the column of ids is looked at as any other
 * @returns at most one entry a column, in their order
 */
export function findIdentifying(columns: readonly { name: string; cells: readonly Cell[] }[]): IdentifyingColumn[] {
  return columns.flatMap(({ name, cells }) => {
    const what = byName.find(([, pattern]) => pattern.test(name.trim()))?.[0] ?? contentOf(cells);
    return what === null ? [] : [{ column: name, what }];
  });
}

function contentOf(cells: readonly Cell[]): Sentence | null {
  const texts = cells.filter((cell) => typeof cell === 'string');
  if (texts.length === 0) return null;
  const found = byValue.find(
    ([, pattern]) => texts.filter((text) => pattern.test(text.trim())).length >= texts.length * partOfValues,
  );
  return found?.[0] ?? null;
}

/** What a text says of a person; 'dicom': a whole header of DICOM. */
export type Identifying = 'name' | 'date' | 'e-mail' | 'dicom';

const day = '(0[1-9]|[12]\\d|3[01])';
const month = '(0[1-9]|1[0-2])';
const year = '(19|20)\\d\\d';
const inText: readonly [Identifying, RegExp][] = [
  ['e-mail', /[^\s@/]+@[^\s@/]+\.[a-z]{2,}/i],
  // As DICOM writes names: family name, given names.
  ['name', /(?<!\p{L})\p{L}[\p{L}'-]+\^\p{L}+/u],
  [
    'date',
    new RegExp(`(?<!\\d)${year}([-./_]?)${month}\\2${day}(?!\\d)|(?<!\\d)${day}([-./])${month}\\6${year}(?!\\d)`),
  ],
];

/** What a text written by no rule (a field of a header, the name of a file) gives away: only what cannot be much else. */
export function identifyingText(text: string): Identifying | null {
  return inText.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}

/** How many ages say more than that someone is 90 or older. */
export function agesTooHigh(cells: readonly Cell[]): number {
  return cells.filter((cell) => typeof cell === 'number' && cell > highestAge).length;
}
