/** Seconds from one volume to the next: from the scan's own header and from the JSON sidecars of a BIDS tree. */
import { access } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import * as v from 'valibot';
import { parseBids } from '#app/data/bids.ts';
import type { ScanProblem } from '#app/data/volume.ts';
import { told } from '#app/study/problem-words.ts';
import { sentence } from '#app/text/sentence.ts';
import { isGzip } from '../gzip.ts';
import { readBytes, readWhole } from '../read-file.ts';
import { contentBytes, type StoredHeader } from '../stored-header.ts';

const sidecarSchema = v.object({ RepetitionTime: v.pipe(v.number(), v.gtValue(0)) });
/** Writers round: times that are closer are the same. */
const sameWithinS = 0.002;

export interface FoundTime {
  /** null: neither says. */
  repetitionTimeS: number | null;
  problems: ScanProblem[];
}

/**
 * The sidecar is believed where both say something else: it is written by who made the tree, headers lose their units.
 * @param root absolute folder; sidecars above a scan count for it, the nearest first (BIDS' inheritance)
 * @param file of the scan, relative to the root
 */
export async function repetitionTime(root: string, file: string, header: StoredHeader): Promise<FoundTime> {
  const own = header.format === 'mgh' ? await footerTime(join(root, file), header) : header.repetitionTimeS;
  const sidecar = await sidecarTime(root, file);
  const name = basename(file);
  if (sidecar === null || own === null || Math.abs(own - sidecar.seconds) <= sameWithinS) {
    return { repetitionTimeS: sidecar?.seconds ?? own, problems: [] };
  }
  const problem: ScanProblem = {
    code: 'repetition-time-disagrees',
    severity: 'warning',
    field: 'RepetitionTime',
    ...told({
      found: sentence('{own} s in the header', { own }),
      expected: sentence('{seconds} s as in {file}', { seconds: sidecar.seconds, file: sidecar.file }),
      message: sentence(
        '{name}: the header gives a repetition time of {own} s, {file} gives {seconds} s; the sidecar was believed. Correct the one that is wrong.',
        { name, own, file: sidecar.file, seconds: sidecar.seconds },
      ),
    }),
  };
  return { repetitionTimeS: sidecar.seconds, problems: [problem] };
}

async function sidecarTime(root: string, file: string): Promise<{ seconds: number; file: string } | null> {
  for (const candidate of candidates(file)) {
    const path = join(root, candidate);
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (!there) continue;
    const seconds = timeIn(await readWhole(path).catch(() => Buffer.alloc(0)));
    if (seconds !== null) return { seconds, file: basename(candidate) };
  }
  return null;
}

/** The sidecar of the file itself; then, folder by folder upwards, those whose name is part of its own. */
function candidates(file: string): string[] {
  const stem = basename(file).replace(/\.(nii|img|hdr|mgh|mgz)(\.gz)?$/i, '');
  const folder = dirname(file);
  const own = join(folder, `${stem}.json`);
  const bids = parseBids(file);
  if (bids === null) return [own];
  const { suffix, entities } = bids;
  const named = ['task', 'acq', 'rec', 'dir', 'run'].flatMap((entity) =>
    entities[entity] === undefined ? [] : [`${entity}-${entities[entity]}`],
  );
  const { subject } = bids;
  const task = named.slice(0, 1);
  const names = [
    [subject, ...(entities['ses'] === undefined ? [] : [`ses-${entities['ses']}`]), ...named],
    [subject, ...named],
    [subject, ...task],
    named,
    task,
    [],
  ].map((parts) => `${[...parts, suffix].join('_')}.json`);
  const folders: string[] = [];
  for (let above = folder; ; above = dirname(above)) {
    folders.push(above);
    if (above === '.' || above === dirname(above)) break;
  }
  return [own, ...folders.flatMap((above) => names.map((name) => join(above, name)))];
}

function timeIn(content: Uint8Array): number | null {
  try {
    const parsed = v.safeParse(sidecarSchema, JSON.parse(Buffer.from(content).toString('utf8')));
    return parsed.success ? parsed.output.RepetitionTime : null;
  } catch {
    return null;
  }
}

/** FreeSurfer writes it behind the values, in milliseconds; null where nothing follows them. */
async function footerTime(path: string, header: StoredHeader): Promise<number | null> {
  const end = contentBytes(header);
  const zipped = isGzip(await readBytes(path, 0, 2));
  const footer = zipped ? await bytesAfter(path, end) : await readBytes(path, end, 4);
  if (footer.length < 4) return null;
  const milliseconds = footer.readFloatBE(0);
  return Number.isFinite(milliseconds) && milliseconds > 0 ? Number((milliseconds / 1000).toPrecision(6)) : null;
}

async function bytesAfter(path: string, end: number): Promise<Buffer> {
  let [read, kept] = [0, Buffer.alloc(0)];
  try {
    const content = pipeline(createReadStream(path), createGunzip(), () => undefined);
    for await (const piece of content as AsyncIterable<Buffer>) {
      if (read + piece.length > end) kept = Buffer.concat([kept, piece.subarray(Math.max(0, end - read))]);
      read += piece.length;
      if (kept.length >= 4) break;
    }
  } catch {
    // Damaged data are told of where the values are read.
    return Buffer.alloc(0);
  }
  return kept;
}
