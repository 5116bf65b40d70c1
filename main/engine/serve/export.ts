/** Exports: written under another name first, so that nothing half-written is ever seen. */
import { randomUUID } from 'node:crypto';
import { readdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { cancelled, inputError } from '#app/contract/errors.ts';
import { writesFolder, type ExportAnswer } from '#app/contract/export.ts';
import { t } from '#app/text/text.ts';
import { writing } from '../export/output-file.ts';
import { SessionReader } from '../session/reader.ts';
import type { Known } from '../session/view.ts';
import { pathOf } from './file-path.ts';
import type { Call, ParsedInput } from './handlers.ts';

export function exportHandler(
  known: (session: string) => Known,
): (input: ParsedInput<'session.export'>, call: Call) => Promise<ExportAnswer> {
  return async ({ session, what, format, file }, call) => {
    const target = pathOf(file);
    const name = basename(target);
    const isFolder = writesFolder(format, what);
    refuseTaken(target, isFolder);
    const title = t('Exporting {what}', { what });
    return await writtenAside(target, call.signal, title, async (partial, reader) => {
      const request = { what, format, file: partial, name };
      return await reader.ask('export', known(session), request, (done, total) =>
        call.progress(title, done, total, name),
      );
    });
  };
}

/**
 * Runs `work` on a name beside the target, which takes the target's when all is written and goes when it is not.
 * `work` is given a reader of its own: charts go on being answered, and to cancel is to end it.
 */
export async function writtenAside<T>(
  target: string,
  signal: AbortSignal,
  title: string,
  work: (partial: string, reader: SessionReader) => Promise<T>,
): Promise<T> {
  const partial = `${target}.${randomUUID().slice(0, 8)}.partial`;
  const reader = new SessionReader();
  const stop = (): void => void reader.close();
  signal.addEventListener('abort', stop);
  try {
    if (signal.aborted) throw cancelled(title);
    const answer = await work(partial, reader);
    writing(basename(target), () => renameSync(partial, target));
    return answer;
  } catch (error) {
    throw signal.aborted ? cancelled(title) : error;
  } finally {
    signal.removeEventListener('abort', stop);
    await reader.close();
    rmSync(partial, { force: true, recursive: true });
  }
}

/** A file takes the place of a file; a folder that holds something is left alone. */
export function refuseTaken(target: string, isFolder: boolean): void {
  const found = statSync(target, { throwIfNoEntry: false });
  if (found === undefined) return;
  const name = basename(target);
  if (!isFolder && found.isFile()) return;
  if (isFolder && found.isDirectory() && readdirSync(target).length === 0) return rmdirSync(target);
  throw inputError(
    'export-exists',
    isFolder
      ? t('{name} is there already: name a folder that is not, since the export is a folder of its own.', { name })
      : t('{name} is a folder: name a file in it.', { name }),
    { file: name, expected: isFolder ? t('a new folder') : t('a file') },
  );
}
