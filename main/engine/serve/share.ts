/** Copies of sessions without identifiers. */
import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { inputError } from '#app/contract/errors.ts';
import type { ShareAnswer } from '#app/contract/share.ts';
import { t } from '#app/text/text.ts';
import type { SessionReader } from '../session/reader.ts';
import type { Known } from '../session/view.ts';
import { refuseTaken, writtenAside } from './export.ts';
import { pathOf } from './file-path.ts';
import type { Call, ParsedInput } from './handlers.ts';

/** @param reader answers previews */
export function shareHandler(
  known: (session: string) => Known,
  reader: SessionReader,
): (input: ParsedInput<'session.share'>, call: Call) => Promise<ShareAnswer> {
  return async ({ session, options, file }, call) => {
    const of = known(session);
    if (file === null) return await reader.ask('share', of, { options, file: null });
    const target = pathOf(file);
    const name = basename(target);
    refuseTaken(target, false);
    if (resolve(of.file) === target) {
      throw inputError(
        'export-exists',
        t('{name} is the session itself: choose another name for the copy.', { name }),
        {
          file: name,
          expected: t('another file'),
        },
      );
    }
    const title = t('Copying to share');
    const answer = await writtenAside(target, call.signal, title, async (partial, own) =>
      own.ask('share', of, { options, file: partial }, (done, total) => call.progress(title, done, total, name)),
    );
    return { ...answer, bytes: statSync(target).size };
  };
}
