/** Writes the report of a session. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cancelled, inputError } from '#app/contract/errors.ts';
import type { FileReference } from '#app/contract/file-reference.ts';
import { findings } from '#app/report/findings.ts';
import type { ReportedTest, ReportMaterial } from '#app/report/material.ts';
import { reportPage } from '#app/report/page.ts';
import { inEnglish } from '#app/text/text.ts';
import { programVersion } from '#app/version.ts';
import { validityParts, type ValidityPart } from '#app/report/validity.ts';
import { t } from '#app/text/text.ts';
import { SessionReader } from '../session/reader.ts';
import { keepCalibration, keptCalibration } from '../session/kept-calibration.ts';
import { keptTests, requireWritable } from '../session/kept-tests.ts';
import type { Known } from '../session/view.ts';
import type { Call, Handlers, ParsedInput } from './handlers.ts';

const title = t('Writing the report');

export function reportHandlers(
  known: (session: string) => Known,
): Handlers<'session.report' | 'session.keep-calibration'> {
  return {
    'session.keep-calibration': ({ session, result }) => {
      const { file } = known(session);
      if (result === null) requireWritable(file);
      else keepCalibration(file, { created: new Date().toISOString(), program: programVersion, result });
      return {};
    },
    'session.report': async (input, call) => {
      const material = await materialOf(known(input.session), input, call);
      const html = inEnglish(() => reportPage(material));
      if (input.file !== null) writeWhole(input.file, html);
      return {
        html: input.file === null ? html : null,
        bytes: Buffer.byteLength(html),
        findings: findings(material),
        data: JSON.stringify(material),
      };
    },
  };
}

async function materialOf(of: Known, input: ParsedInput<'session.report'>, call: Call): Promise<ReportMaterial> {
  const kept = input.calibration === null ? keptCalibration(of.file) : null;
  const tests: ReportedTest[] = keptTests(of.file).map(({ created, sessions, options, answer }) => ({
    kept: created,
    sessions,
    options,
    answer,
  }));
  if (input.test !== null) {
    const { test } = input;
    // It loads TensorFlow's binding: no report without a test waits for that.
    const { testSessions } = await import('../inference/test-sessions.ts');
    const job = {
      signal: call.signal,
      progress: (done: number, total: number) => call.progress(t('Testing'), done, total, t('batches')),
    };
    tests.unshift({ kept: null, sessions: [], options: test, answer: await testSessions([of.file], test, job) });
  }
  call.progress(title, 0, null, basename(of.file));
  const gathered = await gathering(of, call);
  return {
    ...gathered,
    written: new Date().toISOString(),
    program: programVersion,
    session: { ...gathered.session, bytes: statSync(of.file).size, sha256: await sha256Of(of.file, call.signal) },
    tests,
    calibration: input.calibration ?? kept?.result ?? null,
    calibrationKept: kept?.created ?? null,
    validity: documentedValidity(),
  };
}

/** A reader of its own: charts go on being answered, and to cancel is to end it. */
async function gathering(of: Known, { signal }: Call) {
  const reader = new SessionReader();
  const stop = (): void => void reader.close();
  signal.addEventListener('abort', stop);
  try {
    if (signal.aborted) throw cancelled(title);
    return await reader.ask('report', of, null);
  } catch (error) {
    throw signal.aborted ? cancelled(title) : error;
  } finally {
    signal.removeEventListener('abort', stop);
    await reader.close();
  }
}

async function sha256Of(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash, { signal });
  } catch (error) {
    throw signal.aborted ? cancelled(title) : error;
  }
  return hash.digest('hex');
}

// In a package it stands beside the engine's one folder of modules.
const validityFile = import.meta.url.endsWith('.ts')
  ? join(import.meta.dirname, '..', '..', '..', 'docs', 'validity.md')
  : join(import.meta.dirname, 'validity.md');

function documentedValidity(): ValidityPart[] {
  return existsSync(validityFile) ? validityParts(readFileSync(validityFile, 'utf8')) : [];
}

/** Under another name first: what was there stays until all is written, and half a page is never seen. */
function writeWhole(reference: FileReference, html: string): void {
  if (!('path' in reference)) {
    throw inputError('unknown-file', t('The file is not known any more: choose it again.'));
  }
  const file = resolve(reference.path);
  const partial = `${file}.${randomUUID().slice(0, 8)}.partial`;
  try {
    writeFileSync(partial, html);
    renameSync(partial, file);
  } catch (cause) {
    rmSync(partial, { force: true });
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === 'ENOSPC' ? t('the disk is full') : t('its folder does not exist or may not be written to');
    throw inputError(
      'report-failed',
      t('{file} cannot be written: {reason}. Choose another place.', { file: basename(file), reason }),
      {
        file: basename(file),
        cause,
      },
    );
  }
}
