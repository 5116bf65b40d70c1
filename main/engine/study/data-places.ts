/**
 * Where the scans of a study lie on this computer, for sessions to be gone on with: a session itself names no folder. Kept in
 * the cache, which is a person's own: a file for each study, named by its id.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Study } from '#app/study/study.ts';

const placeSchema = v.object({ root: v.string() });

/** @param cache absolute folder */
export function rememberPlace(cache: string, { id }: Pick<Study, 'id'>, root: string): void {
  const file = fileOf(cache, id);
  if (file === null) return;
  mkdirSync(join(cache, folderName), { recursive: true, mode: 0o700 });
  writeFileSync(file, JSON.stringify({ root }), { mode: 0o600 });
}

/** @returns the folder, where it is known and is still there; null otherwise */
export function rememberedPlace(cache: string, id: string): string | null {
  const file = fileOf(cache, id);
  if (file === null || !existsSync(file)) return null;
  const parsed = v.safeParse(placeSchema, parsedJson(readFileSync(file, 'utf8')));
  return parsed.success && existsSync(parsed.output.root) ? parsed.output.root : null;
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
