/** What a sharing copy holds of what a session says of itself, and what it leaves out, in words. */
import type { ShareAnswer, ShareItem, ShareOptions } from '#app/contract/share.ts';
import { keepableColumns, sharedStudy } from '#app/study/shared-study.ts';
import type { Study } from '#app/study/study.ts';
import type { SessionBody, SessionCard } from '../../session/header.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { inWriting, sentence } from '#app/text/sentence.ts';
import { t } from '#app/text/text.ts';

export interface SharedContents {
  card: SessionCard;
  body: SessionBody;
  /** Place in the copy of each subject that took part. */
  placeOf: readonly number[];
}

/** Draws a number from 0 to n - 1. */
export type Draw = (n: number) => number;

/** What the file itself says is English, whoever makes it. */
// eslint-disable-next-line spectroscope/bare-text
export const sharedTitle = 'Shared session';

/** Of where and with what was trained, only what tells of the arithmetic. */
const keptProvenance = ['device', 'tensorflow', 'tfjs-node-gpu', 'node'];

const sharedWords = sentence('a copy without identifiers');

function kept<T>(provenance: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(provenance).filter(([name]) => keptProvenance.includes(name)));
}

/**
 * @param id of the copy's study
 * @throws SpectroscopeError (kind 'setting') as `sharedStudy`
 */
export function sharedContents(
  card: SessionCard,
  body: SessionBody,
  options: ShareOptions,
  { id, draw }: { id: string; draw: Draw },
): SharedContents {
  const { columns, names } = options;
  const order = shuffled(body.study.subjects.length, draw);
  const { study, codeOf } = sharedStudy(body.study, { columns, names, id, order });
  const places = new Map(body.subjects.map((subject, place) => [codeOf.get(subject.id), { subject, place }]));
  const present = study.subjects.flatMap((subject) => places.get(subject.id) ?? []);
  const placeOf: number[] = [];
  present.forEach(({ place }, at) => (placeOf[place] = at));
  return {
    card: {
      ...card,
      title: names ? card.title : sharedTitle,
      studyName: study.name,
      created: startOfMonth(card.created),
      writer: null,
    },
    body: {
      notes: '',
      study,
      classes: body.classes,
      targetIsGroups: body.targetIsGroups,
      subjects: present.map(({ subject }) => ({ ...subject, id: codeOf.get(subject.id) ?? '' })),
      configuration: sharedConfiguration(body.configuration),
      provenance: { ...kept(body.provenance), shared: inWriting(sharedWords) },
      provenanceSaid: { ...kept(body.provenanceSaid ?? {}), shared: sharedWords },
      inputShape: body.inputShape,
      scalars: body.scalars,
      // Names of inputs serve the weights alone.
      ...(options.weights && body.features !== undefined ? { features: body.features } : {}),
    },
    placeOf,
  };
}

function shuffled(length: number, draw: Draw): number[] {
  const order = Array.from({ length }, (_, place) => place);
  for (let last = length - 1; last > 0; last--) {
    const other = draw(last + 1);
    [order[last], order[other]] = [order[other] as number, order[last] as number];
  }
  return order;
}

function startOfMonth(iso: string): string {
  return `${iso.slice(0, 7)}-01T00:00:00.000Z`;
}

/** Settings of the preparation can name files: masks, atlases, tables of confounds. */
function sharedConfiguration(configuration: RunConfiguration): RunConfiguration {
  return { ...configuration, preparation: withoutFiles(configuration.preparation) as RunConfiguration['preparation'] };
}

const namesFile = /[/\\*?]|\.[a-z][a-z0-9]{1,4}$/i;

function withoutFiles(value: unknown): unknown {
  if (typeof value === 'string') return namesFile.test(value) ? 'not shared' : value;
  if (Array.isArray(value)) return value.map(withoutFiles);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withoutFiles(each)]));
}

/** What the copy says of itself and what is left out of that. */
export function describeContents(
  original: SessionBody,
  { card, body }: SharedContents,
  options: ShareOptions,
): Pick<ShareAnswer, 'contains' | 'dropped' | 'available' | 'columns' | 'subjects'> {
  const { study } = body;
  const groups = card.groups.map(({ name, subjects }) => `${name} (${subjects})`).join(', ');
  const contains: ShareItem[] = [
    {
      what: t('Subjects'),
      detail: t('{subjects} that took part, as codes in a random order', { subjects: body.subjects.length }),
    },
    { what: t('Groups'), detail: groups },
    { what: t('Target'), detail: targetWords(body) },
    { what: t('Table values'), detail: options.columns.length === 0 ? t('none') : options.columns.join(', ') },
    {
      what: t('Model and settings'),
      detail: t('{model}, {epochs} epochs, seeds', { model: card.model, epochs: body.configuration.epochs }),
    },
    { what: t('Names'), detail: options.names ? `${card.title}; ${study.name}` : t('none') },
    { what: t('Date'), detail: card.created.slice(0, 7) },
  ];
  return {
    contains,
    dropped: droppedWords(original, options),
    available: keepableColumns(original.study),
    columns: [...options.columns],
    subjects: study.subjects.slice(0, 5).map(({ id, values }) => ({
      code: id,
      group: study.groups.assigned[id] ?? '',
      values: options.columns.map((name) => values[name] ?? null),
    })),
  };
}

function targetWords({ configuration: { task }, classes, targetIsGroups }: SessionBody): string {
  if (task.kind === 'regression')
    return t('the number {column} of each subject that took part', { column: task.column });
  if (task.kind === 'reconstruction') return t('none');
  return targetIsGroups ? t('the groups') : classes.join(', ');
}

function droppedWords({ study, notes, provenance, dataSha256 }: SessionBody, options: ShareOptions): ShareItem[] {
  const columns = study.columns.map(({ name }) => name).filter((name) => !options.columns.includes(name));
  const reasons = study.subjects.filter(({ excluded }) => excluded !== null).length;
  const items: (ShareItem & { is: boolean })[] = [
    {
      is: true,
      what: t('Identifiers'),
      detail: t('{subjects} ids; no list that leads back to them is kept', { subjects: study.subjects.length }),
    },
    { is: columns.length > 0, what: t('Table columns'), detail: columns.join(', ') },
    { is: true, what: t('Files'), detail: t('{files} names, paths and content hashes', { files: filesOf(study) }) },
    { is: notes !== '', what: t('Notes'), detail: t('{notes} characters', { notes: notes.length }) },
    {
      is: reasons > 0,
      what: t('Reasons for exclusion'),
      detail: t('of {count} subjects', { count: reasons }),
    },
    { is: study.problems.length > 0, what: t('Problems of the data'), detail: `${study.problems.length}` },
    { is: hasRules(study), what: t('Rules of groups'), detail: t('who is in which group is kept') },
    { is: !options.names, what: t('Title and study'), detail: t('title, name, description, attribution') },
    {
      is: true,
      what: t('Computer and time'),
      detail: Object.keys(provenance)
        .filter((name) => !keptProvenance.includes(name))
        .concat(t('day and time'))
        .join(', '),
    },
    { is: dataSha256 !== undefined, what: t('Hash of the data'), detail: t('it would tell who has the same data') },
  ];
  return items.filter(({ is }) => is).map(({ what, detail }) => ({ what, detail }));
}

function filesOf({ tables, subjects }: Study): number {
  const files = subjects.reduce(
    (sum, { scan, series, confounds }) => sum + (scan === null ? 0 : 1) + (series ? 1 : 0) + (confounds ? 1 : 0),
    0,
  );
  return tables.length + files;
}

function hasRules({ groups, target }: Study): boolean {
  return [...groups.groups, ...(target?.groups ?? [])].some(({ rule }) => rule !== null);
}
