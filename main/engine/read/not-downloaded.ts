/** Files of which git-annex or Git LFS keeps the content elsewhere. */
import { lstat, readFile, readlink, stat } from 'node:fs/promises';

/** A pointer is a line or three. */
const longestPointer = 1024;

/** A link into the objects of git-annex that leads to nothing, or a pointer in place of the content. */
export async function isNotDownloaded(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return false;
  if (found.isSymbolicLink()) {
    const target = (await readlink(path)).replaceAll('\\', '/');
    return target.includes('.git/annex/objects/') && (await stat(path).catch(() => null)) === null;
  }
  if (!found.isFile() || found.size > longestPointer) return false;
  const text = await readFile(path, 'latin1').catch(() => '');
  return text.includes('/annex/objects/') || text.startsWith('version https://git-lfs');
}
