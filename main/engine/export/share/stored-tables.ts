/** The tables of a session file and what becomes of each in a sharing copy. What is not named here is left out. */
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { ShareItem, ShareOptions } from '#app/contract/share.ts';
import { t } from '#app/text/text.ts';
import { blobOf, int32Of } from '../../session/blob.ts';
import { loadCard } from '../../session/header.ts';
import type { SessionStore } from '../../session/store.ts';
import { sharedTitle } from './contents.ts';

type Row = Record<string, SQLOutputValue>;
type SharedRow = Record<string, SQLInputValue>;

export interface CopiedTable {
  name: string;
  /** The row as it is in the copy. */
  row(stored: Row): SharedRow;
}

/** @param placeOf place in the copy of each subject that took part */
export function copiedTables(
  store: SessionStore,
  options: ShareOptions,
  placeOf: readonly number[],
): readonly CopiedTable[] {
  const { title, studyName } = loadCard(store.database, true);
  const titles = options.names ? [] : [title, studyName];
  const asIs = (row: Row): SharedRow => row;
  const subject = (place: SQLOutputValue | undefined): number => placeOf[Number(place)] ?? -1;
  const tables: (CopiedTable & { kept: boolean })[] = [
    { name: 'layer', kept: true, row: asIs },
    // Means and deviations of inputs, effects of sites: values of the table in another form.
    { name: 'run', kept: true, row: (row) => (options.weights ? row : { ...row, preparation: null }) },
    {
      name: 'step',
      kept: true,
      row: (row) => ({ ...row, subjects: blobOf(int32Of(row['subjects']).map(subject)) }),
    },
    { name: 'spectra', kept: true, row: asIs },
    { name: 'summary', kept: true, row: asIs },
    { name: 'overview', kept: true, row: asIs },
    { name: 'epoch', kept: true, row: asIs },
    { name: 'prediction', kept: options.predictions, row: (row) => ({ ...row, subject: subject(row['subject']) }) },
    { name: 'gram', kept: options.grams, row: asIs },
    { name: 'sample_norm', kept: options.grams, row: asIs },
    { name: 'checkpoint', kept: options.weights, row: asIs },
    { name: 'preparation_array', kept: options.weights, row: asIs },
    { name: 'test', kept: true, row: (row) => sharedTest(row, titles) },
  ];
  const present = tableNames(store);
  return tables.filter(({ name, kept }) => kept && present.includes(name));
}

/** A kept test result tells when, and names the sessions that were tested together by their titles, also in its notes. */
function sharedTest(row: Row, titles: readonly string[]): SharedRow {
  const sessions: unknown = JSON.parse(String(row['sessions']));
  const others = Array.isArray(sessions) ? sessions.map(String) : [];
  const answer = [...titles, ...others]
    .filter((name) => name !== '')
    .reduce((text, name) => text.replaceAll(JSON.stringify(name).slice(1, -1), sharedTitle), String(row['answer']));
  return {
    ...row,
    created: `${String(row['created']).slice(0, 7)}-01T00:00:00.000Z`,
    sessions: JSON.stringify(others.map(() => sharedTitle)),
    answer,
  };
}

const words: Readonly<Record<string, { kept: string; dropped: string }>> = {
  spectra: { kept: t('Singular values'), dropped: '' },
  gram: { kept: t('Products of samples'), dropped: t('Products of samples (tests and regrouping need them)') },
  sample_norm: { kept: t('Norms of samples’ gradients'), dropped: t('Norms of samples’ gradients') },
  prediction: { kept: t('Predictions'), dropped: t('Predictions') },
  checkpoint: { kept: t('Weights of the networks'), dropped: t('Weights of the networks') },
  test: { kept: t('Test results'), dropped: t('Test results') },
  annotation: { kept: '', dropped: t('Remarks on steps') },
  replay_weights: { kept: '', dropped: t('Weights for replay') },
  progress: { kept: '', dropped: t('States to resume from') },
};

/** Rows of the tables that are kept and of those that are not, where there are any. */
export function describeTables(
  store: SessionStore,
  tables: readonly CopiedTable[],
): { contains: ShareItem[]; dropped: ShareItem[] } {
  const contains: ShareItem[] = [];
  const dropped: ShareItem[] = [];
  const known = new Set([
    'meta',
    'layer',
    'run',
    'step',
    'summary',
    'overview',
    'epoch',
    'progress_array',
    'preparation_array',
    'replay',
  ]);
  if (store.database.prepare("SELECT 1 FROM meta WHERE name = 'calibration'").get() !== undefined) {
    dropped.push({ what: t('Calibration of the tests'), detail: t('what calibrate --keep found') });
  }
  for (const name of tableNames(store)) {
    const rows = rowsOf(store, name);
    if (rows === 0 || known.has(name)) continue;
    const isKept = tables.some((table) => table.name === name);
    const what = isKept ? words[name]?.kept : words[name]?.dropped;
    (isKept ? contains : dropped).push({
      what: what ?? t('Table {name}', { name }),
      detail: t('{count} rows', { count: rows }),
    });
  }
  return { contains, dropped };
}

export function rowsOf(store: SessionStore, table: string): number {
  return Number(store.database.prepare(`SELECT count(*) AS rows FROM "${table}"`).get()?.['rows']);
}

function tableNames(store: SessionStore): string[] {
  return store.database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    .all()
    .map(({ name }) => String(name));
}
