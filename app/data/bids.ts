/** Names of files in a BIDS tree, and which scans of each subject are taken. */
import { groupedBy } from './grouped-by.ts';

export interface BidsFile {
  /** Relative to the root of the study, with forward slashes. */
  path: string;
  /** 'sub-01'. */
  subject: string;
  /** 'anat', 'func', … ; '' where the file lies in the subject's folder itself. */
  datatype: string;
  /** 'T1w', 'bold', …, without the ending. */
  suffix: string;
  /** By their short names: { ses: '1', task: 'rest', space: 'MNI152NLin2009cAsym' }. */
  entities: Readonly<Record<string, string>>;
}

/** What is asked for; null and absent: chosen here. */
export interface BidsChoice {
  suffix: string | null;
  /** '' asks for files without the entity. */
  entities: Readonly<Record<string, string>>;
}

/** What the files of a tree offer for one part of their names. */
export interface BidsFacet {
  /** 'suffix' or the short name of an entity. */
  entity: string;
  values: { value: string; subjects: number; files: number }[];
  /** null: whatever there is, the first of each subject (or all). */
  chosen: string | null;
}

/** In the functional and diffusion folders lie series, which are not what a volume network learns from unasked. */
const seriesTypes = new Set(['func', 'dwi', 'fmap', 'perf', 'meg', 'eeg']);
/** These make images of another kind, grid or contrast: within a study there is one of each. */
const alike = ['task', 'space', 'desc', 'res', 'den', 'label', 'hemi', 'part', 'echo', 'seg', 'atlas'];
/** These are repetitions of the same: the first of a subject is taken, or all are. */
export const repetitions = ['ses', 'acq', 'rec', 'dir', 'run'] as const;

/** @returns null for a path that no subject's folder leads to */
export function parseBids(path: string): BidsFile | null {
  const match = /(?:^|\/)(sub-[^/_]+)\/(?:ses-[^/]+\/)?(?:([^/]+)\/)?(?:.*\/)?([^/]+)$/.exec(path);
  const [, subject, datatype = '', name] = match ?? [];
  if (subject === undefined || name === undefined) return null;
  const parts = name.replace(/\.((nii|img|hdr|mgh)(\.gz)?|mgz|tsv|csv|txt|1d|npy|npz|mat)$/i, '').split('_');
  const entities: Record<string, string> = {};
  for (const part of parts.slice(0, -1)) {
    const [key, ...value] = part.split('-');
    if (key !== undefined && key !== 'sub' && value.length > 0) entities[key] = value.join('-');
  }
  const session = /\/ses-([^/]+)\//.exec(path)?.[1];
  if (session !== undefined) entities['ses'] ??= session;
  return { path, subject, datatype, suffix: parts.at(-1) ?? '', entities };
}

export interface ChosenBids {
  /** By subject, then in the order of sessions and runs; one a subject unless all repetitions are kept. */
  scans: BidsFile[];
  facets: BidsFacet[];
  /** Of the subjects, in folders that were looked at, and not taken. */
  left: BidsFile[];
  /** Subjects with several such scans, of which one is taken or all are. */
  several: number;
}

/** @param keepAll whether every session and run of a subject is taken, or the first */
export function chooseBids(files: readonly BidsFile[], choice: BidsChoice, keepAll: boolean): ChosenBids {
  const still = files.filter(({ datatype }) => !seriesTypes.has(datatype));
  const looked = still.length > 0 && choice.suffix === null ? still : files;
  const suffixes = countValues(files, ({ suffix }) => suffix);
  const suffix = choice.suffix ?? preferredSuffix(countValues(looked, (file) => file.suffix));
  const facets: BidsFacet[] = [{ entity: 'suffix', values: suffixes, chosen: suffix }];
  let pool = (choice.suffix === null ? looked : files).filter((file) => file.suffix === suffix);
  for (const entity of [...alike, ...repetitions]) {
    const values = countValues(pool, (file) => file.entities[entity] ?? '');
    const asked = choice.entities[entity];
    const repeats = repetitions.some((each) => each === entity);
    const chosen = asked ?? (repeats || values.length < 2 ? null : preferredValue(entity, values));
    if (values.length > 1 || asked !== undefined) facets.push({ entity, values, chosen });
    if (chosen !== null) pool = pool.filter((file) => (file.entities[entity] ?? '') === chosen);
  }
  const bySubject = groupedBy(pool.toSorted(inOrder), ({ subject }) => subject);
  const scans = [...bySubject.values()].flatMap((own) => (keepAll ? own : own.slice(0, 1)));
  const taken = new Set(scans);
  return {
    scans,
    facets,
    left: looked.filter((file) => !taken.has(file)),
    several: [...bySubject.values()].filter((own) => own.length > 1).length,
  };
}

function countValues(files: readonly BidsFile[], valueOf: (file: BidsFile) => string): BidsFacet['values'] {
  return [...groupedBy(files, valueOf)]
    .map(([value, own]) => ({ value, files: own.length, subjects: new Set(own.map(({ subject }) => subject)).size }))
    .sort((a, b) => b.subjects - a.subjects || natural(a.value, b.value));
}

function preferredSuffix(values: BidsFacet['values']): string {
  return (values.find(({ value }) => value === 'T1w') ?? values[0])?.value ?? '';
}

/** Images in a template's space lie over one another, and preprocessed ones are meant where both are there. */
function preferredValue(entity: string, values: BidsFacet['values']): string {
  const preferred = entity === 'space' ? /^MNI/ : entity === 'desc' ? /^preproc$/ : /^$/;
  return (values.find(({ value }) => preferred.test(value)) ?? values[0])?.value ?? '';
}

function inOrder(a: BidsFile, b: BidsFile): number {
  if (a.subject !== b.subject) return natural(a.subject, b.subject);
  for (const entity of repetitions) {
    const order = natural(a.entities[entity] ?? '', b.entities[entity] ?? '');
    if (order !== 0) return order;
  }
  return natural(a.path, b.path);
}

/** 'run-2' before 'run-10', the same in every locale. */
function natural(a: string, b: string): number {
  const [numberA, numberB] = [Number(a), Number(b)];
  if (a !== '' && b !== '' && Number.isFinite(numberA) && Number.isFinite(numberB) && numberA !== numberB) {
    return numberA - numberB;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Entities that tell the scans of one subject apart, in the order of BIDS. */
export function varying(scans: readonly BidsFile[]): string[] {
  const groups = [...groupedBy(scans, ({ subject }) => subject).values()];
  return repetitions.filter((entity) =>
    groups.some((own) => new Set(own.map(({ entities }) => entities[entity] ?? '')).size > 1),
  );
}

/** What is added to a subject's id to name one of its scans: 'ses-1_run-2'. */
export function tagOf({ entities }: BidsFile, by: readonly string[]): string {
  return by.flatMap((entity) => (entities[entity] === undefined ? [] : [`${entity}-${entities[entity]}`])).join('_');
}
