/** A study without what tells who its subjects are: ids as codes in another order, no files, no notes, few columns. */
import { settingError } from '#app/contract/errors.ts';
import { findIdentifying, highestAge } from '#app/data/identifying.ts';
import { spoken } from '#app/text/sentence.ts';
import { t } from '#app/text/text.ts';
import { membersOf } from './membership.ts';
import type { Cell, Column, Labelling, Study, Subject } from './study.ts';

export interface SharedStudyOptions {
  /** Columns whose values stay. */
  columns: readonly string[];
  /** Whether the study's name, description and attribution stay. */
  names: boolean;
  /** Of the copy, random. */
  id: string;
  /** Place of each subject of the copy in the study: a permutation, random. */
  order: readonly number[];
}

/** Why a subject took no part: reasons are free text. */
const excludedReason = 'excluded';

/**
 * Groups and target are told by assignment alone: a rule can hold an id, a file name or a value of a dropped column.
 *
 * @returns the study, and the code of each id
 * @throws SpectroscopeError (kind 'setting') 'no-column', 'identifying-column'
 */
export function sharedStudy(
  study: Study,
  { columns, names, id, order }: SharedStudyOptions,
): { study: Study; codeOf: ReadonlyMap<string, string> } {
  const kept = columns.map((name) => keptColumn(study, name));
  const width = String(study.subjects.length).length;
  const shuffled = order.map((place) => study.subjects[place]).filter((subject) => subject !== undefined);
  const codeOf = new Map(shuffled.map((subject, place) => [subject.id, `S${String(place + 1).padStart(width, '0')}`]));
  const shared: Study = {
    format: study.format,
    version: study.version,
    id,
    // English, whoever makes the copy.
    // eslint-disable-next-line spectroscope/bare-text
    name: names ? study.name : 'Shared study',
    description: names ? study.description : '',
    attribution: names ? study.attribution : '',
    kind: study.kind,
    root: '',
    tables: [],
    columns: kept.map((column) => ({ ...column, description: '' })),
    subjects: shuffled.map((subject) => sharedSubject(subject, codeOf, kept)),
    groups: sharedLabelling(study, study.groups, codeOf, columns),
    target: study.target === null ? null : sharedLabelling(study, study.target, codeOf, columns),
    problems: [],
  };
  return { study: shared, codeOf };
}

/** Columns that a copy can keep: those that hold no ids, files or names of people. */
export function keepableColumns(study: Study): string[] {
  return study.columns.filter((column) => identifies(study, column) === null).map(({ name }) => name);
}

/** What of a person a column names, or null. */
function identifies({ subjects }: Study, { name, role, meaning }: Column): string | null {
  if (role === 'file') return t('file names');
  if (role === 'id' || meaning === 'person') return t('identifiers');
  const [found] = findIdentifying([{ name, cells: subjects.map(({ values }) => values[name] ?? null) }]);
  return found === undefined ? null : spoken(found.what);
}

function keptColumn(study: Study, name: string): Column {
  const column = study.columns.find((each) => each.name === name);
  if (column === undefined) {
    throw settingError(
      'no-column',
      t('The study has no column {name}; it has {columns}.', { name, columns: listOf(study) }),
      {
        field: name,
        expected: t('a column of the study'),
      },
    );
  }
  const what = identifies(study, column);
  if (what !== null) {
    throw settingError(
      'identifying-column',
      t('The column {name} holds {what}: a copy to share cannot keep it. Leave it out.', { name, what }),
      { field: name, expected: t('a column that names nobody') },
    );
  }
  return column;
}

function listOf({ columns }: Study): string {
  return columns.map(({ name }) => name).join(', ');
}

function sharedSubject(
  { id, values, excluded }: Subject,
  codeOf: ReadonlyMap<string, string>,
  columns: readonly Column[],
): Subject {
  return {
    id: codeOf.get(id) ?? '',
    scan: null,
    values: Object.fromEntries(columns.map((column) => [column.name, sharedCell(values[column.name] ?? null, column)])),
    excluded: excluded === null ? null : excludedReason,
  };
}

function sharedCell(cell: Cell, { meaning }: Column): Cell {
  return meaning === 'age' && typeof cell === 'number' ? Math.min(cell, highestAge) : cell;
}

function sharedLabelling(
  study: Study,
  labelling: Labelling,
  codeOf: ReadonlyMap<string, string>,
  columns: readonly string[],
): Labelling {
  const members = membersOf(study, labelling);
  const { column, groups } = labelling;
  return {
    column: column !== null && columns.includes(column) ? column : null,
    groups: groups.map(({ name, colour }) => ({ name, colour, rule: null })),
    assigned: Object.fromEntries(study.subjects.map(({ id }, place) => [codeOf.get(id) ?? '', members[place] ?? null])),
  };
}
