/**
 * Where the data of a study lie on this computer, for sessions to be gone on with: a session itself names no folder. Kept in
 * the cache, which is a person's own: a file for each study, named by its id.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import * as v from 'valibot';
import type { Study } from '#app/study/study.ts';
import { relocated, sourceFiles } from './moved-files.ts';

const placeSchema = v.object({
  /** Absolute folder that the study's paths start from. */
  root: v.string(),
  /** Absolute paths of files outside of it, as an atlas on another disk, by the hash of their content. */
  elsewhere: v.optional(v.record(v.string(), v.string()), {}),
});
export type DataPlace = v.InferOutput<typeof placeSchema>;

/** @param root absolute folder that the study's paths start from */
export function placeOf(study: Study, root: string): DataPlace {
  const outside = sourceFiles(study).filter(({ path }) => isAbsolute(path) || path.startsWith('..'));
  return { root, elsewhere: Object.fromEntries(outside.map(({ path, sha256 }) => [sha256, resolve(root, path)])) };
}

/**
 * A study as a session holds it, with the files outside of its root where they lie now; those that are not there stay as the
 * session has them. Readers compare the hash of what they find.
 */
export function atPlace(study: Study, { root, elsewhere }: DataPlace): Study {
  const moved = new Map(
    sourceFiles(study).flatMap(({ path, sha256 }): [string, string][] => {
      const place = elsewhere[sha256];
      return place === undefined || !existsSync(place) ? [] : [[path, place]];
    }),
  );
  return moved.size === 0 ? study : { ...relocated({ ...study, root }, moved, false, root), root: study.root };
}

/** @param cache absolute folder */
export function rememberPlace(cache: string, study: Study, root: string): void {
  const file = fileOf(cache, study.id);
  if (file === null) return;
  mkdirSync(join(cache, folderName), { recursive: true, mode: 0o700 });
  writeFileSync(file, JSON.stringify(placeOf(study, root)), { mode: 0o600 });
}

/** @returns null where it is not known; its folder may be gone since */
export function rememberedPlace(cache: string, id: string): DataPlace | null {
  const file = fileOf(cache, id);
  if (file === null || !existsSync(file)) return null;
  const parsed = v.safeParse(placeSchema, parsedJson(readFileSync(file, 'utf8')));
  return parsed.success ? parsed.output : null;
}

const folderName = 'places';

/** @returns null for what cannot be the id of a study */
function fileOf(cache: string, id: string): string | null {
  return /^[0-9a-zA-Z-]+$/.test(id) ? join(cache, folderName, `${id}.json`) : null;
}

/** A file that was cut short is as none. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
