/** What a test says beside its numbers: English in the session and for scripts, in the reader's language in a window. */
import { afterEach, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { spokenNotes, testAnswerSchema, toldNotes } from '#app/inference/test-options.ts';
import { messagesOf } from '#app/text/messages/messages-of.ts';
import { sentence } from '#app/text/sentence.ts';
import { speak } from '#app/text/text.ts';

const few = sentence('Fewer than three runs: folds and repeats are the replicates of the test over runs.');
const numbers = { rows: [], groups: [], steps: 3, permutations: 19, smallestP: 0.05, strata: 'none' };

describe('the notes of a test', () => {
  afterEach(() => speak('en', {}));

  it('are kept in English where German is spoken, and said in German', async () => {
    speak('de', await messagesOf('de'));
    const kept = v.parse(testAnswerSchema, JSON.parse(JSON.stringify({ ...numbers, ...toldNotes([few]) })));
    expect(kept.notes).toEqual([few.text]);
    expect(spokenNotes(kept)).toEqual([
      'Weniger als drei Läufe: Folds und Wiederholungen sind die Replikate des Tests über Läufe.',
    ]);
  });

  it('of an older version are left as they are', async () => {
    speak('de', await messagesOf('de'));
    const kept = v.parse(testAnswerSchema, { ...numbers, notes: ['Something that no version says any more.'] });
    expect(spokenNotes(kept)).toEqual(['Something that no version says any more.']);
  });
});
