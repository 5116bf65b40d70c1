/** What was unpacked into a folder, with sizes: what is empty or missing later is seen before it is loaded. */
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const listName = 'contents.json';

/** Writes the list of a folder's files into it. @param {string} folder */
export function writeContents(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => [name, statSync(join(folder, name))])
    .filter(([, stats]) => stats.isFile());
  const contents = Object.fromEntries(files.map(([name, { size }]) => [name, size]));
  writeFileSync(join(folder, listName), JSON.stringify(contents));
}

/**
 * @param {string} folder
 * @returns {boolean} whether it is there with every file in its size. A computer that lost its power, or a person who made room,
 *   leaves empty and missing files in a folder that was whole.
 */
export function isWhole(folder) {
  if (!existsSync(folder)) return false;
  const list = join(folder, listName);
  // Earlier versions wrote no list.
  if (!existsSync(list)) return true;
  try {
    const contents = Object.entries(JSON.parse(readFileSync(list, 'utf8')));
    return contents.every(([name, size]) => statSync(join(folder, name), { throwIfNoEntry: false })?.size === size);
  } catch {
    return false;
  }
}
