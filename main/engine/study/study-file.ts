/** Study files: plain JSON with the history of the study, written whole or not at all. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import * as v from 'valibot';
import { inputError } from '#app/contract/errors.ts';
import { noHistory, savedHistorySchema, type SavedHistory } from '#app/study/history.ts';
import { studySchema, type Study } from '#app/study/study.ts';
import { t } from '#app/text/text.ts';
import { countLines, readLines } from './read-lines.ts';
import { studyText } from './study-text.ts';

/** What can be undone is no reason to refuse a study: a history that makes no sense is none. */
const fileSchema = v.object({
  ...studySchema.entries,
  history: v.fallback(v.optional(savedHistorySchema, noHistory), noHistory),
});

export interface StudyFile {
  study: Study;
  history: SavedHistory;
}

/**
 * The root is written relative to the file where both lie below a common folder, so that a study can be moved with
 * its data.
 * @param study with an absolute root
 * @throws SpectroscopeError (kind 'input') when the file cannot be written
 */
export async function saveStudy(path: string, study: Study, history: SavedHistory = noHistory): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, studyText({ ...study, root: storedRoot(path, study.root) }, history));
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true });
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw inputError(
      'study-not-written',
      t('{path}: the study could not be saved ({reason}). Choose another place or free some space.', {
        path: basename(path),
        reason,
      }),
      {
        file: basename(path),
        cause,
      },
    );
  }
}

function storedRoot(path: string, root: string): string {
  const between = relative(dirname(path), root);
  // From far away (another disk, the library in the home folder) the absolute path lasts longer.
  const steps = between.split(sep).filter((part) => part === '..').length;
  return isAbsolute(between) || steps > 4 ? root : between === '' ? '.' : between.split(sep).join('/');
}

/** As `loadStudyFile`, without the history. */
export async function loadStudy(path: string): Promise<Study> {
  return (await loadStudyFile(path)).study;
}

/**
 * @returns the study with an absolute root
 * @throws SpectroscopeError (kind 'input') naming the field that is wrong
 */
export async function loadStudyFile(path: string): Promise<StudyFile> {
  const file = basename(path);
  const bytes = await read(path);
  const { history, ...study } = (await inLines(file, bytes)) ?? asOne(file, bytes);
  checkConsistency(file, study);
  return { study: { ...study, root: resolve(dirname(path), study.root) }, history };
}

/**
 * What a list of studies says of one: of a large one nothing else is read.
 *
 * @throws SpectroscopeError (kind 'input') as `loadStudyFile`; what is wrong with a subject is told when it is opened
 */
export async function studyInShort(path: string): Promise<{ name: string; subjects: number }> {
  const lines = countLines(await read(path));
  const parsed = v.safeParse(fileSchema, lines === null ? null : parseJson(basename(path), lines.rest));
  if (lines !== null && parsed.success) return { name: parsed.output.name, subjects: lines.subjects };
  const { name, subjects } = await loadStudy(path);
  return { name, subjects: subjects.length };
}

type Stored = v.InferOutput<typeof fileSchema>;

/** @returns null where the file is laid out in another way, or something in it is wrong */
async function inLines(file: string, bytes: Buffer): Promise<Stored | null> {
  const lines = await readLines(bytes);
  if (lines === null) return null;
  const parsed = v.safeParse(fileSchema, parseJson(file, lines.rest));
  if (!parsed.success || parsed.output.subjects.length > 0) return null;
  return { ...parsed.output, subjects: lines.subjects };
}

/** @throws SpectroscopeError (kind 'input') naming the field that is wrong */
function asOne(file: string, bytes: Buffer): Stored {
  const parsed = v.safeParse(fileSchema, parseJson(file, bytes.toString('utf8')));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const field = v.getDotPath(issue) ?? '';
    // A check of our own says in its message what it wants.
    const expected = issue.type === 'custom' ? issue.message : issue.expected;
    const what =
      field === '' || field === 'format'
        ? t('is not a study file of Spectroscope')
        : t("field '{field}' is {received}, expected {expected}", {
            field,
            received: issue.received,
            expected: expected ?? 'another value',
          });
    throw inputError(
      'study-invalid',
      t('{file}: {what}. Open another file, or import the data again.', { file, what }),
      {
        file,
        field,
        ...(expected === null ? {} : { expected }),
      },
    );
  }
  return parsed.output;
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const what = missing ? t('there is no such file') : t('the file could not be read');
    throw inputError('study-not-read', `${basename(path)}: ${what}.`, { file: basename(path), cause });
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw inputError(
      'study-not-json',
      t('{file}: the file is not valid JSON ({reason}). Open another file, or import the data again.', {
        file,
        reason,
      }),
      {
        file,
        cause,
      },
    );
  }
}

/** What the schema cannot say: ids and names of columns and groups are unique. */
function checkConsistency(file: string, study: Study): void {
  const wrong = (field: string, what: string) =>
    inputError('study-invalid', t('{file}: {what}. Correct the file, or import the data again.', { file, what }), {
      file,
      field,
    });
  const id = firstTwice(study.subjects.map((subject) => subject.id));
  if (id !== undefined) throw wrong('subjects', t("field 'subjects' has the id '{id}' twice", { id }));
  const column = firstTwice(study.columns.map(({ name }) => name));
  if (column !== undefined) throw wrong('columns', t("field 'columns' has the name '{column}' twice", { column }));
  for (const [field, labelling] of Object.entries({ groups: study.groups, target: study.target })) {
    const group = labelling === null ? undefined : firstTwice(labelling.groups.map(({ name }) => name));
    if (group !== undefined) throw wrong(field, t("field '{field}' has the group '{group}' twice", { field, group }));
  }
}

function firstTwice(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}
