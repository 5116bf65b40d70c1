/**
 * Prepared scans on disk, so that a study is decoded once. An entry is named by what it was made from; one that is
 * damaged is made again. The folder is bounded: what was not used for longest goes first.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Changes whenever the same scan would come out with other values. */
const version = 1;
const mostBytes = 2 * 1024 ** 3;
const hashBytes = 32;
const suffix = '.prepared';

export class PreparedCache {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** @param parts everything that the values depend on */
  key(parts: readonly unknown[]): string {
    return createHash('sha256')
      .update(JSON.stringify([version, ...parts]))
      .digest('hex');
  }

  /** @returns null when there is no whole entry of `length` values */
  async read(key: string, length: number): Promise<Float32Array | null> {
    const path = this.pathOf(key);
    let content: Buffer<ArrayBuffer>;
    try {
      content = await readFile(path);
    } catch {
      // Absent or unreadable: either way the scan is decoded again.
      return null;
    }
    const values = content.subarray(hashBytes);
    if (values.length !== length * 4 || !hashOf(values).equals(content.subarray(0, hashBytes))) return null;
    const now = new Date();
    // Only keeps the entry young; another process may have removed it meanwhile.
    await utimes(path, now, now).catch(() => undefined);
    return new Float32Array(new Uint8Array(values).buffer);
  }

  /** A cache that cannot be written (full disk, no permission) costs time, not the run. */
  async write(key: string, values: Float32Array): Promise<void> {
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    const staged = join(this.folder, `${key}.${randomUUID()}.part`);
    try {
      await mkdir(this.folder, { recursive: true });
      await writeFile(staged, Buffer.concat([hashOf(bytes), bytes]));
      await rename(staged, this.pathOf(key));
    } catch {
      await rm(staged, { force: true }).catch(() => undefined);
    }
  }

  /** Removes the entries that were not used for longest until the rest fits. */
  async trim(limitBytes: number = mostBytes): Promise<void> {
    const names = await readdir(this.folder).catch(() => []);
    const entries = [];
    for (const name of names.filter((name) => name.endsWith(suffix) || name.endsWith('.part'))) {
      const path = join(this.folder, name);
      const found = await stat(path).catch(() => null);
      if (found !== null) entries.push({ path, bytes: found.size, used: found.mtimeMs });
    }
    let total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
    entries.sort((a, b) => a.used - b.used);
    for (const { path, bytes } of entries) {
      if (total <= limitBytes) return;
      await rm(path, { force: true });
      total -= bytes;
    }
  }

  private pathOf(key: string): string {
    return join(this.folder, `${key}${suffix}`);
  }
}

function hashOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
