import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase, removeSession } from '../../../main/engine/session/database.ts';
import { loadCard } from '../../../main/engine/session/header.ts';
import { replacementOf } from '../../../main/engine/session/replace.ts';
import type { SessionWriter } from '../../../main/engine/session/types.ts';
import { createSession } from '../../../main/engine/session/writer.ts';
import { exampleHeader, exampleStep } from '../../fixtures/sessions/example.ts';
import { temporaryFolder } from './temporary.ts';

const folder = temporaryFolder();

/** A session of that title with one step, which is still being written. */
function writing(file: string, title: string): SessionWriter {
  const header = { ...exampleHeader(), title };
  const writer = createSession({ file }, header);
  writer.step(exampleStep(header, 0, 0));
  return writer;
}

function titleOf(file: string): string {
  const database = openDatabase(file, 'read');
  const { title } = loadCard(database, false);
  database.close();
  return title;
}

const besideOf = (file: string): string[] => readdirSync(folder).filter((name) => name.startsWith(basename(file)));
const code = (expected: string): Error => expect.objectContaining({ code: expected }) as Error;

describe('a session that is to take the place of another one', () => {
  it('is refused where its folder is missing, which is named, before anything is done', () => {
    const missing = join(folder, 'not there');
    expect(() => replacementOf(join(missing, 'new.spectra'), false)).toThrow(
      expect.objectContaining({
        code: 'session-folder',
        message: `new.spectra cannot be written: there is no folder ${missing}. Make it, or choose another place.`,
      }),
    );
    // It may be taken away meanwhile; the name is that which a person chose.
    expect(() => createSession({ file: join(missing, 'new.spectra.partial') }, exampleHeader())).toThrow(
      /^new\.spectra cannot be opened: check that its folder exists/,
    );
  });

  it('leaves it there until it is whole', () => {
    const file = join(folder, 'old.spectra');
    writing(file, 'before').close('finished');
    const replacement = replacementOf(file, true);
    replacement.begin();
    const writer = writing(replacement.file, 'after');
    expect(titleOf(file)).toBe('before');
    writer.close('finished');
    // As SQLite would leave it beside a file whose writer died.
    writeFileSync(`${file}-wal`, 'a log of the old file');
    replacement.finish();
    expect(titleOf(file)).toBe('after');
    expect(besideOf(file)).toEqual(['old.spectra']);
  });

  it('is refused while another one for the same place is written, which is not touched', () => {
    const file = join(folder, 'two.spectra');
    const [first, second] = [replacementOf(file, false), replacementOf(file, false)];
    first.begin();
    const writer = writing(first.file, 'first');
    expect(() => second.begin()).toThrow(code('session-running'));
    expect(() => second.begin()).toThrow(/^two\.spectra is being written/);
    writer.step(exampleStep(exampleHeader(), 0, 1));
    writer.close('finished');
    first.finish();
    expect(titleOf(file)).toBe('first');
  });

  it('takes the place of one that was left half-done, but not of a file that is no session', () => {
    const file = join(folder, 'half.spectra');
    const replacement = replacementOf(file, false);
    writeFileSync(replacement.file, '');
    replacement.begin();
    expect(existsSync(replacement.file)).toBe(false);
    writeFileSync(replacement.file, 'notes of a person, which nobody meant to lose');
    expect(() => replacement.begin()).toThrow(code('not-a-session'));
    expect(readFileSync(replacement.file, 'utf8')).toContain('notes');
  });

  it('gives way to one that was begun there meanwhile', () => {
    const file = join(folder, 'taken.spectra');
    for (const overwrite of [false, true]) {
      const replacement = replacementOf(file, overwrite);
      replacement.begin();
      writing(replacement.file, 'late').close('finished');
      const other = writing(file, 'in time');
      expect(() => replacement.finish()).toThrow(code(overwrite ? 'session-running' : 'session-exists'));
      other.close('finished');
      expect(titleOf(file)).toBe('in time');
      expect(besideOf(file)).toEqual(['taken.spectra']);
      removeSession(file);
    }
  });
});
