/** Columns of the list of sessions. */
import type { LibraryEntry } from '#app/contract/library.ts';
import { t } from '#app/text/text.ts';
import type { TableColumn } from '../../components/table-column.ts';
import { formatBytes, formatCount, formatNumber } from '../../charts/format.ts';
import { statusNames, statusOf, type SortKey } from '../../state/find-sessions.ts';
import { statusWords } from '../../charts/words.ts';
import { modelTitle } from '../compare/compare-sets.ts';

const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** '–' for a file that does not tell. */
export function dateOf({ created }: Pick<LibraryEntry, 'created'>): string {
  const date = new Date(created);
  return Number.isNaN(date.getTime()) ? '–' : day.format(date);
}

export function statusText(entry: LibraryEntry, isTraining: boolean): string {
  if (isTraining) return t('training now');
  return entry.damaged === null ? statusWords[entry.status] : statusNames.damaged;
}

type Column = TableColumn & { id: SortKey | 'curves' };

/**
 * @param entryOf the session of a row's key
 * @param isTraining whether this computer trains it now
 */
export function sessionColumns(
  entryOf: (row: number) => LibraryEntry | undefined,
  isTraining: (entry: LibraryEntry) => boolean,
): Column[] {
  const text = (of: (entry: LibraryEntry) => string) => (row: number) => {
    const entry = entryOf(row);
    return entry === undefined ? '' : of(entry);
  };
  const readable = (of: (entry: LibraryEntry) => string) => text((entry) => (entry.damaged === null ? of(entry) : '–'));
  const column = (id: Column['id'], title: string, width: number, words: (row: number) => string): Column => ({
    id,
    title,
    width,
    text: words,
  });
  // What the panel beside the list or the title says too comes last, and goes first where there is little room.
  return [
    {
      ...column(
        'title',
        t('Session'),
        290,
        text(({ title }) => title),
      ),
      least: 190,
      grows: true,
      frozen: true,
    },
    { ...column('curves', t('Loss, effective rank'), 150, () => ''), note: t('largest layer, by group') },
    column('created', t('Made'), 150, text(dateOf)),
    {
      ...column(
        'status',
        t('Status'),
        92,
        text((entry) => statusText(entry, isTraining(entry))),
      ),
      spare: 1,
      tone: (row) => {
        const entry = entryOf(row);
        if (entry === undefined || statusOf(entry) === 'finished') return 'soft';
        return entry.damaged === null ? '' : 'error';
      },
    },
    {
      ...column(
        'model',
        t('Model'),
        150,
        readable(({ model }) => modelTitle(model)),
      ),
      least: 120,
      spare: 3,
    },
    {
      ...column(
        'groups',
        t('Groups'),
        160,
        readable(({ groups }) => groups.join(', ')),
      ),
      least: 110,
      spare: 4,
    },
    {
      ...column(
        'auc',
        t('AUC'),
        76,
        readable(({ validation }) => formatNumber(validation.auc)),
      ),
      spare: 2,
      note: t('validation'),
      align: 'right',
    },
    {
      ...column(
        'study',
        t('Study'),
        150,
        readable(({ study }) => study),
      ),
      least: 100,
      spare: 5,
    },
    {
      ...column(
        'tags',
        t('Tags'),
        150,
        text(({ tags }) => tags.join(', ')),
      ),
      least: 90,
      spare: 6,
    },
    {
      ...column(
        'folder',
        t('Folder'),
        120,
        text(({ folder }) => folder),
      ),
      least: 90,
      spare: 7,
    },
    {
      ...column(
        'runs',
        t('Folds'),
        64,
        readable(({ runs }) => formatCount(runs)),
      ),
      spare: 8,
      align: 'right',
    },
    {
      ...column(
        'bytes',
        t('Size'),
        84,
        text(({ bytes }) => formatBytes(bytes)),
      ),
      spare: 9,
      align: 'right',
    },
  ];
}
