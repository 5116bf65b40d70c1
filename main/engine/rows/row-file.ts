/** Writes the one file of prepared scans, and opens it: every row is checked by its hash. */
import { createHash } from 'node:crypto';
import {
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  statfs,
  utimes,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import { cancelled, settingError } from '#app/contract/errors.ts';
import type { Box } from '#app/data/bounding-box.ts';
import { formatBytes } from '#app/data/bytes.ts';
import { t } from '#app/text/text.ts';
import { decodeBox, encodeRow } from './row-codec.ts';
import { bytesOfRow, planesOfBox, widthOf, type Moments, type RowLayout, type StoredRows } from './stored-rows.ts';

/** Changes whenever the same scan would come out with other bytes. */
const version = 1;
const suffix = '.rows';
/** Files of other studies and preparations that stay, so that going back to one costs nothing. */
const mostOthers = 3;

const triple = v.tuple([v.number(), v.number(), v.number()]);
const sidecarSchema = v.object({
  version: v.literal(version),
  box: v.object({ from: triple, to: triple }),
  exponents: v.array(v.number()),
  hashes: v.array(v.string()),
  /** What was said when the scans were prepared. */
  warnings: v.array(v.string()),
});
type Sidecar = v.InferOutput<typeof sidecarSchema>;

export interface OpenedRows {
  stored: StoredRows;
  warnings: string[];
}

interface Watch {
  signal: AbortSignal;
  progress(done: number): void;
}

export class RowFile {
  private readonly folder: string;
  private readonly path: string;
  private readonly layout: RowLayout;
  private readonly rows: number;

  /**
   * @param folder made if absent
   * @param parts everything that the rows depend on
   */
  constructor(folder: string, parts: readonly unknown[], layout: RowLayout, rows: number) {
    const key = createHash('sha256')
      .update(JSON.stringify([version, parts, layout, rows]))
      .digest('hex');
    this.folder = folder;
    this.path = join(folder, `${key}${suffix}`);
    this.layout = layout;
    this.rows = rows;
  }

  /** @returns null when there is no whole file whose every row has its hash */
  async open(watch: Watch): Promise<OpenedRows | null> {
    const sidecar = await this.sidecar();
    if (sidecar === null) return null;
    const { box, exponents, hashes, warnings } = sidecar;
    const stored = { ...this.layout, path: this.path, box, exponents, hashes, moments: [] };
    const moments = await this.checkedMoments(stored, watch);
    if (moments === null) return null;
    const now = new Date();
    // Only keeps the file young; another process may have removed it meanwhile.
    await utimes(this.path, now, now).catch(() => undefined);
    return { stored: { ...stored, moments }, warnings };
  }

  /** @throws SpectroscopeError (setting) 'disk-full' when the disk has no room for it */
  async begin(): Promise<RowFileWriter> {
    await mkdir(this.folder, { recursive: true });
    const bytes = bytesOfRow(this.layout) * this.rows;
    await this.makeRoom(bytes);
    await this.removeBeside(this.path);
    return new RowFileWriter(this.path, await open(this.path, 'w'), this.layout, this.rows);
  }

  /** What is known of the rows of a file, and what was fitted on them. */
  private async removeBeside(path: string): Promise<void> {
    const names = await readdir(this.folder);
    const beside = names.filter((name) => name.startsWith(`${basename(path)}.`));
    for (const name of beside) await rm(join(this.folder, name), { force: true }).catch(() => undefined);
  }

  private async sidecar(): Promise<Sidecar | null> {
    try {
      const found = v.parse(sidecarSchema, JSON.parse(await readFile(`${this.path}.json`, 'utf8')));
      const { size } = await stat(this.path);
      const isWhole = size === bytesOfRow(this.layout) * this.rows && found.hashes.length === this.rows;
      return isWhole ? found : null;
    } catch {
      // Absent, unreadable or of another version: the scans are prepared again.
      return null;
    }
  }

  private async checkedMoments(stored: StoredRows, { signal, progress }: Watch): Promise<Moments[] | null> {
    const file = await open(this.path, 'r');
    try {
      const bytes = new Uint8Array(bytesOfRow(stored));
      const values = new Float32Array(widthOf(stored));
      const planes = planesOfBox(stored);
      const moments: Moments[] = [];
      for (let row = 0; row < this.rows; row++) {
        if (signal.aborted) throw cancelled(t('Reading the prepared scans'));
        await file.read(bytes, 0, bytes.length, row * bytes.length);
        if (hashOf(bytes) !== stored.hashes[row]) return null;
        const exponent = stored.exponents[row] ?? 0;
        decodeBox(bytes.subarray(planes.first, planes.first + planes.bytes), { ...stored, exponent }, values, 0);
        moments.push(momentsOf(values));
        progress(row + 1);
      }
      return moments;
    } finally {
      await file.close();
    }
  }

  /** Removes prepared files of other runs, those not used for longest first, until few are left and this one fits. */
  private async makeRoom(bytes: number): Promise<void> {
    const others = [];
    for (const name of (await readdir(this.folder)).filter((each) => each.endsWith(suffix))) {
      const path = join(this.folder, name);
      const found = await stat(path).catch(() => null);
      if (found !== null) others.push({ path, used: found.mtimeMs });
    }
    others.sort((a, b) => a.used - b.used);
    for (;;) {
      const { bavail, bsize } = await statfs(this.folder);
      const free = bavail * bsize;
      if (bytes <= free && others.length <= mostOthers) return;
      const oldest = others.shift();
      if (oldest === undefined) throw noRoom(bytes, free);
      // One that is in use may not be removable: then it stays.
      await rm(oldest.path, { force: true }).catch(() => undefined);
      await this.removeBeside(oldest.path);
    }
  }
}

export class RowFileWriter {
  private readonly path: string;
  private readonly file: FileHandle;
  private readonly layout: RowLayout;
  private readonly exponents: number[];
  private readonly hashes: string[];

  constructor(path: string, file: FileHandle, layout: RowLayout, rows: number) {
    this.path = path;
    this.file = file;
    this.layout = layout;
    this.exponents = new Array<number>(rows).fill(0);
    this.hashes = new Array<string>(rows).fill('');
  }

  /** @param values on the grid, x fastest */
  async put(row: number, values: Float32Array): Promise<void> {
    const { bytes, exponent } = encodeRow(values, this.layout);
    this.exponents[row] = exponent;
    this.hashes[row] = hashOf(bytes);
    await this.file.write(bytes, 0, bytes.length, row * bytes.length);
  }

  async finish(box: Box, warnings: readonly string[]): Promise<void> {
    await this.file.close();
    const { exponents, hashes } = this;
    const sidecar: Sidecar = { version, box, exponents, hashes, warnings: [...warnings] };
    await writeFile(`${this.path}.json.part`, JSON.stringify(sidecar));
    await rename(`${this.path}.json.part`, `${this.path}.json`);
  }

  async discard(): Promise<void> {
    await this.file.close().catch(() => undefined);
    await rm(this.path, { force: true });
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function momentsOf(values: Float32Array): Moments {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, squares };
}

function noRoom(bytes: number, free: number) {
  return settingError(
    'disk-full',
    t(
      'The prepared scans do not fit in memory, and take {bytes} on disk where {free} are free. Free some, choose float16 or a larger voxel size.',
      { bytes: formatBytes(bytes), free: formatBytes(free) },
    ),
    { field: 'preparation.targetSpacingMm', expected: t('{bytes} of free disk', { bytes: formatBytes(bytes) }) },
  );
}
