/** What the columns of a table are for: id, file, group, age, sex, site, features. A guess that a person can correct. */
import type { Cell, Column } from '#app/study/study.ts';
import { isIntracranialVolume } from './freesurfer.ts';
import type { Table, TableColumn } from './table.ts';

/** What a person is called in the languages that the window speaks. */
const person =
  '(?:participants?|subjects?|subj|patients?|pat|persons?|case|proband(?:in|en)?|patient(?:en|in)|versuchsperson(?:en)?|vpn?|teilnehmer|sujets?|sujetos?|pacientes?|participantes?)';
const numbered = '(?:key|name|code|number|nr|no|num|nummer|num[eé]ro|c[oó]digo|kürzel)';
const idNames = new RegExp(
  `^((?:${person}|sub|record|src_subject|bids|image)[ _.-]*)?(id|ids|identifier|identifikator|identifiant|identificador)$|^${person}[ _.-]*${numbered}$`,
  'i',
);
const visitNames =
  /^(ses|session|visit|wave|timepoint|time[ _.-]?point|viscode2?|eventname)([ _.-]?(id|nr|no|number|code|name))?$/i;
/** Names of ids only where every row has another value. */
const looseIdNames = /^(key|name|code|number|nr|no)$/i;
const bareIdNames =
  /^(participant|subject|subj|sub|eid|rid|ptid|guid|subjects|participants|proband|probandin|versuchsperson|sujet|sujeto)$/i;
const fileNames =
  /^(file|files|file[ _.-]?name|filename|path|file[ _.-]?path|filepath|scan|image|img|nifti|volume|scan[ _.-]?file|image[ _.-]?file|lesion[ _.-]?file)$/i;
const meanings: readonly [NonNullable<Column['meaning']>, RegExp][] = [
  ['age', /^age([ _.-]?(years?|yrs?|at[ _.-]?(scan|visit|test|mri)))?$|^(alter|edad|âge)$/i],
  ['sex', /^(sex|gender|geschlecht|sexe|sexo)$/i],
  [
    'site',
    /^(site|sites|scanner|center|centre|institution|hospital|study[ _.-]?site|site[ _.-]?id|scanner[ _.-]?(id|serial[ _.-]?number|serial))$|^scannerserialnumber$|^(zentrum|standort|centro|sitio|lieu|hôpital)$/i,
  ],
];
/** From the most to the least telling. */
const groupNames: readonly RegExp[] = [
  /^(group|groups|gruppe|groupe|grupo)$/i,
  /^(diagnosis|diagnose|diagnostic|diagnóstico|dx|diag|diagnosis[ _.-]?group|dx[ _.-]?group)$/i,
  /^(class|label|cohort|condition|arm|case[ _.-]?control|patient|disease|target)$/i,
  /[ _.-](group|diagnosis|dx|class|label)$/i,
  /^status$/i,
];
/** Names of numeric columns that count subjects or visits and measure nothing. */
const counterNames =
  /(^|[ _.-])(id|index|idx|nr|number|serial|row|visit|session|key)$|^(unnamed: \d+|x|column 1|row names?)$/i;
const niftiName = /\.(nii|nii\.gz|img|hdr)$/i;

/** Most classes that a column of whole numbers may code. */
export const mostClasses = 20;
const fewestPeople = 3;
/** Above this fraction of different values a column names subjects, and what repeats is a mistake. */
const mostlyDistinct = 0.9;
/** With more rows a value of a column names no person. */
const mostRowsOfOne = 20;
/** So many classes may have a single subject each and still be classes. */
const fewClasses = 4;

export function findIdColumn(table: Table): TableColumn | null {
  const unique = table.columns.filter(({ texts }) => isUnique(texts));
  const named = (columns: readonly TableColumn[]) =>
    columns.find(({ name }) => idNames.test(bareName(name))) ??
    columns.find(({ name }) => bareIdNames.test(bareName(name)));
  const found = named(unique) ?? named(table.columns) ?? unique.find(({ name }) => looseIdNames.test(name));
  if (found !== undefined) return found;
  const [first] = table.columns;
  if (
    first !== undefined &&
    unique.includes(first) &&
    (first.type !== 'number' || isCounter(first) || isUnnamed(first))
  )
    return first;
  // A few rows that are there twice must not cost the others their names: the second ones are told as mistakes.
  if (first !== undefined && looksLikeCodes(first.texts)) return first;
  return unique.find(({ type, texts }) => type !== 'number' && !texts.some((text) => niftiName.test(text))) ?? null;
}

/** The name without its unit and the marks at its end: 'Alter (Jahre)' as 'Alter', 'Proband-Nr.' as 'Proband-Nr'. */
function bareName(name: string): string {
  return name.replace(/\s*[([][^()[\]]*[)\]]\s*$/, '').replace(/[\s.:#]+$/, '');
}

/** 'P001', 'PX-17': letters and a number, hardly ever twice. */
function looksLikeCodes(texts: readonly string[]): boolean {
  const codes = texts.filter((text) => /^[\p{L}_-]+[ _.-]?\d+$/u.test(text));
  return codes.length >= texts.length * mostlyDistinct && new Set(codes).size >= texts.length * mostlyDistinct;
}

/** A column whose values are names of scans, or that is called so. */
export function findFileColumn(table: Table): TableColumn | null {
  const holdsScans = ({ texts }: TableColumn) => {
    const present = texts.filter((text) => text !== '');
    return present.length > 0 && present.filter((text) => niftiName.test(text)).length >= present.length / 2;
  };
  return (
    table.columns.find((column) => fileNames.test(column.name) && holdsScans(column)) ??
    table.columns.find(holdsScans) ??
    table.columns.find(({ name, type }) => fileNames.test(name) && type !== 'number') ??
    null
  );
}

/** A column that says of which visit a row is. */
export function findVisitColumn(table: Table): TableColumn | null {
  return table.columns.find(({ name, texts }) => visitNames.test(name) && texts.some((text) => text !== '')) ?? null;
}

/** A column beside the ids of the rows that names the person, so that several rows are of one. */
export function findPersonColumn(table: Table, id: TableColumn): TableColumn | null {
  if (!isUnique(id.texts)) return null;
  return (
    table.columns.find(
      ({ name, texts }) =>
        name !== id.name &&
        (idNames.test(bareName(name)) || bareIdNames.test(bareName(name))) &&
        namesPeople(texts, id.texts.length),
    ) ?? null
  );
}

/** Some have several rows, and there are more people than groups. */
function namesPeople(texts: readonly string[], rows: number): boolean {
  const people = new Set(texts.filter((text) => text !== '')).size;
  return (
    people < rows && people >= fewestPeople && people >= rows / mostRowsOfOne && texts.every((text) => text !== '')
  );
}

function isUnique(texts: readonly string[]): boolean {
  return texts.length > 0 && texts.every((text) => text !== '') && new Set(texts).size === texts.length;
}

/** 1, 2, 3, … or 0, 1, 2, …: the number of the row. */
function isCounter({ cells }: TableColumn): boolean {
  const [first] = cells;
  return cells.length > 2 && typeof first === 'number' && cells.every((cell, row) => cell === first + row);
}

/** R and pandas write the names of the rows first, in a column without a name. */
function isUnnamed({ name, cells }: TableColumn): boolean {
  return /^(column 1|unnamed: 0)$/i.test(name) && cells.every((cell) => Number.isInteger(cell));
}

/** The number of each subject is part of the subject's id: it names the subject, and often tells the group. */
export function repeatsId(cells: readonly (number | string | null)[], ids: readonly string[]): boolean {
  let seen = 0;
  for (const [row, cell] of cells.entries()) {
    if (cell === null) continue;
    const digits = ids[row]?.match(/\d+/g)?.map(Number) ?? [];
    if (typeof cell !== 'number' || !digits.includes(cell)) return false;
    seen++;
  }
  return seen > 2 && new Set(cells).size > cells.length / 2;
}

export interface Recognition {
  id: string | null;
  file: string | null;
  /** Numbers of this table are measurements to learn from, not facts about the subjects. */
  numbersAreFeatures: boolean;
}

/** Roles and meanings of all columns of a table. At most one column has each meaning. */
export function recogniseColumns(table: Table, { id, file, numbersAreFeatures }: Recognition): Column[] {
  const ids = table.columns.find(({ name }) => name === id)?.texts ?? [];
  const meaningOf = findMeanings(table, [id, file]);
  return table.columns.map((column) => {
    const meaning = meaningOf.get(column.name) ?? null;
    return {
      name: column.name,
      type: column.name === id || column.name === file ? 'text' : column.type,
      role: roleOf(column, meaning, { id, file, numbersAreFeatures }, ids),
      meaning,
      levels: {},
      description: '',
    };
  });
}

function findMeanings(table: Table, taken: readonly (string | null)[]): Map<string, NonNullable<Column['meaning']>> {
  const found = new Map<string, NonNullable<Column['meaning']>>();
  const free = table.columns.filter(({ name }) => !taken.includes(name));
  for (const [meaning, pattern] of meanings) {
    const column = free.find(({ name }) => pattern.test(bareName(name)));
    if (column !== undefined) found.set(column.name, meaning);
  }
  for (const pattern of groupNames) {
    const column = free.find(
      (candidate) => pattern.test(bareName(candidate.name)) && !found.has(candidate.name) && hasClasses(candidate),
    );
    if (column === undefined) continue;
    found.set(column.name, 'group');
    break;
  }
  return found;
}

function hasClasses({ cells, type }: TableColumn): boolean {
  const distinct = new Set(cells.filter((cell) => cell !== null));
  if (distinct.size < 2 || distinct.size > mostClasses) return false;
  return type === 'category' || !areMeasurements(cells);
}

/**
 * Whether the numbers of a column measure something, rather than being the codes of classes: fractions, more different
 * numbers than classes can be, or hardly any number that occurs twice.
 */
export function areMeasurements(cells: readonly Cell[]): boolean {
  const numbers = cells.filter((cell) => typeof cell === 'number');
  if (numbers.length === 0 || cells.some((cell) => typeof cell === 'string')) return false;
  const distinct = new Set(numbers);
  const rarelyTwice = distinct.size > fewClasses && distinct.size > numbers.length / 2;
  return rarelyTwice || distinct.size > mostClasses || numbers.some((value) => !Number.isInteger(value));
}

function roleOf(
  column: TableColumn,
  meaning: Column['meaning'],
  { id, file, numbersAreFeatures }: Recognition,
  ids: readonly string[],
): Column['role'] {
  if (column.name === id) return 'id';
  if (column.name === file) return 'file';
  if (meaning !== null) return 'covariate';
  const distinct = new Set(column.cells.filter((cell) => cell !== null));
  if (distinct.size < 2) return 'ignored';
  if (column.type === 'category') return 'covariate';
  if (column.type === 'text') return 'ignored';
  const namesSubjects =
    isCounter(column) || repeatsId(column.cells, ids) || (counterNames.test(column.name) && isUnique(column.texts));
  if (namesSubjects || idNames.test(bareName(column.name))) return 'ignored';
  if (isIntracranialVolume(column.name)) return 'covariate';
  return numbersAreFeatures ? 'feature' : 'covariate';
}
