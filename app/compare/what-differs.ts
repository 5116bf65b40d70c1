/** What sessions have in common and what not: data, configuration, provenance. */
import type { DifferingRow } from '#app/contract/compare.ts';
import type { SessionView } from '#app/contract/session.ts';
import { targetWords } from '#app/run/target-words.ts';
import { t } from '#app/text/text.ts';

export interface MemberFacts {
  letter: string;
  view: Pick<
    SessionView,
    'session' | 'study' | 'studyGroups' | 'target' | 'classes' | 'inputShape' | 'configuration' | 'provenance'
  >;
  /** The run that is compared; null: all of the session. */
  run: number | null;
  /** Name of the group, or null. */
  subjects: readonly { id: string; group: string | null }[];
  /** null: of a session that does not know it. */
  dataSha256: string | null;
}

const hashDigits = 12;
/** What was so at the moment, and says nothing of a training. */
const passing = ['free memory'];

export function whatDiffers(members: readonly MemberFacts[]): DifferingRow[] {
  return [
    ...dataRows(members),
    ...differing(
      'configuration',
      members.map(({ view }) => flattened(view.configuration)),
    ),
    ...differing(
      'provenance',
      members.map(({ view }) => new Map(Object.entries(view.provenance).filter(([name]) => !passing.includes(name)))),
    ),
  ];
}

function dataRows(members: readonly MemberFacts[]): DifferingRow[] {
  const row = (name: string, valueOf: (member: MemberFacts) => string): DifferingRow => {
    const values = members.map(valueOf);
    return { section: 'data', name, values, same: values.every((value) => value === values[0]) };
  };
  const shareRow = (name: string, shareOf: (member: MemberFacts) => Share): DifferingRow & { isAll: boolean } => {
    const shares = members.map(shareOf);
    return {
      ...row(name, (member) => shareWords(shareOf(member))),
      isAll: shares.every(({ some, of }) => some === of),
    };
  };
  const first = members[0];
  if (first === undefined) return [];
  const groupsOfFirst = new Map(first.subjects.map(({ id, group }) => [id, group]));
  const shared = (member: MemberFacts): MemberFacts['subjects'] =>
    member.subjects.filter(({ id }) => groupsOfFirst.has(id));
  const [sharedRow, labelledRow] = [
    shareRow(t('subjects that {letter} has', { letter: first.letter }), (member) => ({
      some: shared(member).length,
      of: member.subjects.length,
    })),
    shareRow(t('of these in the group that they have in {letter}', { letter: first.letter }), (member) => {
      const both = shared(member);
      return { some: both.filter(({ id, group }) => groupsOfFirst.get(id) === group).length, of: both.length };
    }),
  ];
  const hashes = row(t('data that networks are fed (SHA-256)'), ({ dataSha256 }) =>
    dataSha256 === null ? t('not known') : dataSha256.slice(0, hashDigits),
  );
  return [
    row(t('study'), ({ view }) => view.study),
    row(t('subjects'), ({ subjects }) => String(subjects.length)),
    told(sharedRow, sharedRow.same && sharedRow.isAll),
    told(labelledRow, labelledRow.isAll),
    // Two that are not known are not known to be the same.
    { ...hashes, same: hashes.same && first.dataSha256 !== null },
    row(t('groups'), ({ view }) => view.studyGroups.map(({ name, subjects }) => `${name} (${subjects})`).join(', ')),
    row(t('target'), ({ view }) => targetWords(view.target)),
    row(t('classes'), ({ view }) => (view.classes.length === 0 ? '–' : view.classes.join(', '))),
    row(t('input'), ({ view }) => view.inputShape.join(' x ')),
  ];
}

interface Share {
  some: number;
  of: number;
}

function shareWords({ some, of }: Share): string {
  return some === of ? t('all {n}', { n: of }) : t('{some} of {n}', { some, n: of });
}

function told({ section, name, values }: DifferingRow, same: boolean): DifferingRow {
  return { section, name, values, same };
}

/** What is not the same in all; absent is '–'. */
function differing(section: DifferingRow['section'], maps: readonly ReadonlyMap<string, string>[]): DifferingRow[] {
  const names = new Set(maps.flatMap((map) => [...map.keys()]));
  return [...names].flatMap((name) => {
    const values = maps.map((map) => map.get(name) ?? '–');
    return values.every((value) => value === values[0]) ? [] : [{ section, name, values, same: false }];
  });
}

/** Settings by their path in words: 'early stopping, patience'. */
function flattened(value: unknown, path: readonly string[] = []): Map<string, string> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return new Map(Object.entries(value).flatMap(([key, part]) => [...flattened(part, [...path, words(key)])]));
  }
  return new Map([[path.join(', '), textOf(value)]]);
}

function words(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'boolean') return value ? t('yes') : t('no');
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Settings that change nothing of how a network learns, and the seed. */
const withoutEffect = ['seed', 'device', 'checkpoint minutes', 'capture, grams', 'capture, replay'];

/** Whether members are one network on the same data that differ in their seed alone: their runs are then replicates. */
export function differInSeedAlone(members: readonly MemberFacts[]): boolean {
  const [first] = members;
  if (first === undefined || first.dataSha256 === null) return false;
  const same = members.every(({ dataSha256 }) => dataSha256 === first.dataSha256);
  const settings = differing(
    'configuration',
    members.map(({ view }) => flattened(view.configuration)),
  );
  const matters = settings.some(
    ({ name }) => !withoutEffect.some((each) => name === each || name.startsWith(`${each},`)),
  );
  // The same run twice is no replicate: of other sessions the seed tells, of one session its runs.
  const trainings = members.map(({ view, run }) =>
    run === null ? String(view.configuration.seed) : `${view.configuration.seed} ${run}`,
  );
  return same && !matters && new Set(trainings).size === members.length;
}
