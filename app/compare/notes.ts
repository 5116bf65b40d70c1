/** What a reader of a comparison must know beside its numbers. */
import type { Alignment, CompareAnswer, CompareInput } from '#app/contract/compare.ts';
import { settingError } from '#app/contract/errors.ts';
import type { SessionLayer } from '#app/contract/session.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { t } from '#app/text/text.ts';
import type { MemberFacts } from './what-differs.ts';

export const fewestMembers = 2;
export const mostMembers = 8;

/** @throws SpectroscopeError (setting) 'compare-count', 'same-twice' */
export function checkMembers(members: CompareInput['members']): void {
  if (members.length < fewestMembers || members.length > mostMembers) {
    throw settingError(
      'compare-count',
      t('{count} sessions are named: a comparison takes {fewest} to {most} sessions or runs.', {
        count: members.length,
        fewest: fewestMembers,
        most: mostMembers,
      }),
      {
        field: 'sessions',
        found: String(members.length),
        expected: t('{low} to {high}', { low: fewestMembers, high: mostMembers }),
      },
    );
  }
  const keys = members.map(({ session, run }) => `${session}#${run ?? ''}`);
  if (new Set(keys).size < keys.length) {
    throw settingError('same-twice', t('A session is named twice: name another one, or two different runs of it.'), {
      field: 'sessions',
      expected: t('different sessions or runs'),
    });
  }
}

/** @throws SpectroscopeError (setting) 'losses-differ': losses of different kinds do not compare */
export function checkLosses(members: readonly { letter: string; configuration: RunConfiguration }[]): void {
  const lossOf = ({ task }: RunConfiguration): string =>
    task.kind === 'classification' ? t('cross-entropy') : `${task.kind} (${task.loss})`;
  const [first] = members;
  const other = members.find(({ configuration }) => first && lossOf(configuration) !== lossOf(first.configuration));
  if (first === undefined || other === undefined) return;
  throw settingError(
    'losses-differ',
    t(
      '{first} is trained by {firstLoss} and {other} by {otherLoss}, whose losses do not compare: align by step or epoch.',
      {
        first: first.letter,
        firstLoss: lossOf(first.configuration),
        other: other.letter,
        otherLoss: lossOf(other.configuration),
      },
    ),
    { field: 'align', expected: t('step or epoch') },
  );
}

export function alignmentWords(align: Alignment): string {
  switch (align) {
    case 'step':
      return t('Aligned by iteration: the same number of batches.');
    case 'epoch':
      return t('Aligned by epoch: each subject was shown as often.');
    case 'loss':
      return t(
        'Aligned by training loss, smoothed over a twentieth of the run and never rising: the same loss for the first time.',
      );
  }
}

export interface NoteFacts {
  groupNotes: readonly string[];
  members: readonly (MemberFacts & { targetIsGroups: boolean; runs: number })[];
  layers: CompareAnswer['layers'];
  /** Of each member. */
  layersOf: readonly (readonly Pick<SessionLayer, 'index' | 'inputShape' | 'outputShape'>[])[];
  isCommon: boolean;
  areReplicates: boolean;
}

export function compareNotes(facts: NoteFacts): string[] {
  const { members } = facts;
  const notes = [...facts.groupNotes];
  const few = members.filter(({ runs }) => runs < 3).map(({ letter }) => letter);
  if (few.length > 0) {
    notes.push(
      t(
        'Fewer than three runs in {sessions}: intervals need folds or repeats as replicates, so differences stand without one.',
        { sessions: few.join(', ') },
      ),
    );
  }
  if (!facts.isCommon) {
    notes.push(t('No position is common to all runs, so nothing is averaged: choose another alignment.'));
  }
  if (members.some(({ targetIsGroups }) => targetIsGroups)) {
    notes.push(
      t(
        'Where the groups are what a network learns, their gradients differ by construction: a difference says that the network tells them apart, not that their data do.',
      ),
    );
  }
  if (sharesSubjects(members)) {
    notes.push(
      t(
        'Sessions share subjects, so their estimates are not independent: an interval over sessions speaks of networks and seeds on these subjects, not of other subjects.',
      ),
    );
  }
  if (!facts.areReplicates) {
    notes.push(
      t(
        'Sessions differ in more than their seed, so their runs are not pooled as replicates; over sessions stands the random-effects mean.',
      ),
    );
  }
  if (sizesDiffer(facts)) {
    notes.push(
      t(
        'Layers that are compared have different sizes, which bound their ranks: a difference between networks can be one of size; the differences between groups do not depend on it as much.',
      ),
    );
  }
  return notes;
}

function sharesSubjects(members: readonly MemberFacts[]): boolean {
  const seen = new Set<string>();
  for (const { subjects } of members) {
    if (subjects.some(({ id }) => seen.has(id))) return true;
    for (const { id } of subjects) seen.add(id);
  }
  return false;
}

function sizesDiffer({ layers, layersOf }: NoteFacts): boolean {
  return layers.some(({ layers: matched }) => {
    const sizes = matched.flatMap((each, member) => {
      const layer = layersOf[member]?.find(({ index }) => index === each?.index);
      return layer === undefined ? [] : [JSON.stringify([layer.inputShape.at(-1), layer.outputShape.at(-1)])];
    });
    return new Set(sizes).size > 1;
  });
}
