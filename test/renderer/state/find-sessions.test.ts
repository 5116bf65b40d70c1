import { describe, expect, it } from 'vitest';
import type { LibraryEntry } from '#app/contract/library.ts';
import {
  foldersInUse,
  found,
  newestFirst,
  searchText,
  sorted,
  tagsInUse,
  type Wanted,
} from '../../../renderer/state/find-sessions.ts';

const none = { loss: null, accuracy: null, auc: null };
function session(title: string, created: string, change: Partial<LibraryEntry> = {}): LibraryEntry {
  const known = {
    session: `${title}.spectra`,
    bytes: 1,
    study: 'UCLA CNP',
    model: 'mlp',
    target: 'diagnosis',
    runs: 5,
  };
  const labels = { notes: '', tags: [], folder: '', groups: ['control', 'schizophrenia'] };
  return { ...known, ...labels, title, created, status: 'finished', validation: none, damaged: null, ...change };
}

const sessions = [
  session('first try', '2026-11-20T10:00:00Z', {
    tags: ['pilot'],
    folder: 'thesis/first',
    notes: 'Stopped by Early rule',
  }),
  session('lesions', '2026-11-22T10:00:00Z', {
    groups: ['low score', 'high score'],
    folder: 'thesis',
    status: 'stopped',
  }),
  session('second try', '2026-11-21T10:00:00Z', { tags: ['pilot', 'final'], status: 'running' }),
  session('cut', '', { damaged: 'cut.spectra is damaged', status: 'failed', folder: 'thesis2' }),
];
const all: Wanted = { search: '', folder: null, tag: null, status: null };
function titles(wanted: Partial<Wanted>): string[] {
  return found(sessions, sessions.map(searchText), { ...all, ...wanted }).map(({ title }) => title);
}

describe('finding a session', () => {
  it('wants every word, anywhere, in any case', () => {
    expect(titles({ search: 'Schizo FIRST' })).toEqual(['first try']);
    expect(titles({ search: 'lesions schizophrenia' })).toEqual([]);
    expect(titles({ search: '2026-11-21' })).toEqual(['second try']);
  });
  it('looks in tags, folders and notes, and in the file name of a damaged one', () => {
    expect(titles({ search: 'pilot' })).toEqual(['first try', 'second try']);
    expect(titles({ search: 'thesis/first early' })).toEqual(['first try']);
    expect(titles({ search: 'cut.spectra' })).toEqual(['cut']);
    expect(titles({ search: 'lesions.spectra' })).toEqual([]);
  });
  it('takes a folder with those below it, and not one whose name begins alike', () => {
    expect(titles({ folder: 'thesis' })).toEqual(['first try', 'lesions']);
    expect(titles({ folder: 'thesis/first' })).toEqual(['first try']);
    expect(titles({ folder: '' })).toEqual(['second try']);
  });
  it('takes a tag and a status', () => {
    expect(titles({ tag: 'final' })).toEqual(['second try']);
    expect(titles({ status: 'in hand' })).toEqual(['second try']);
    expect(titles({ status: 'not finished' })).toEqual(['lesions']);
    expect(titles({ status: 'damaged' })).toEqual(['cut']);
  });
});

describe('sorting sessions', () => {
  const by = (...order: [Parameters<typeof sorted>[1]['by'], boolean]): string[] =>
    sorted(sessions, { by: order[0], descending: order[1] }).map(({ title }) => title);
  it('puts the newest first unless told otherwise', () => {
    expect(sorted(sessions, newestFirst).map(({ title }) => title)).toEqual([
      'lesions',
      'second try',
      'first try',
      'cut',
    ]);
  });
  it('reads numbers in titles as numbers', () => {
    const numbered = ['run 10', 'run 9', 'run 100'].map((title) => session(title, ''));
    expect(sorted(numbered, { by: 'title', descending: false }).map(({ title }) => title)).toEqual([
      'run 9',
      'run 10',
      'run 100',
    ]);
  });
  it('puts what has no value last, whichever way', () => {
    expect(by('tags', false)).toEqual(['first try', 'second try', 'lesions', 'cut']);
    expect(by('tags', true)).toEqual(['second try', 'first try', 'lesions', 'cut']);
    expect(by('folder', false)).toEqual(['lesions', 'first try', 'cut', 'second try']);
  });
});

describe('tags and folders in use', () => {
  it('are counted, folders with those above them', () => {
    expect(tagsInUse(sessions)).toEqual([
      { name: 'final', sessions: 1 },
      { name: 'pilot', sessions: 2 },
    ]);
    expect(foldersInUse(sessions)).toEqual([
      { name: 'thesis', sessions: 2 },
      { name: 'thesis/first', sessions: 1 },
      { name: 'thesis2', sessions: 1 },
    ]);
  });
});
