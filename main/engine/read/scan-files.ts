/** Which files a scan consists of, and whether its name says what it is. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { ScanProblem } from '#app/data/volume.ts';
import { told } from '#app/study/problem-words.ts';
import { sentence, type Sentence } from '#app/text/sentence.ts';
import type { StoredHeader } from './stored-header.ts';

/** Enough of a file for any header, even where gzip holds a name or a comment before it. */
export const startBytes = 4096;

/** Header and image of a pair may both be named, each compressed or not; a single file is both. */
export function filesOf(path: string): { header: string; image: string } {
  return { header: beside(path, /\.img(\.gz)?$/i, '.hdr'), image: beside(path, /\.hdr(\.gz)?$/i, '.img') };
}

function beside(path: string, ending: RegExp, other: '.hdr' | '.img'): string {
  const found = ending.exec(path);
  if (found === null) return path;
  const stem = path.slice(0, found.index);
  const written = found[0] === found[0].toUpperCase() ? other.toUpperCase() : other;
  const zipped = found[1] ?? '';
  const candidates = [written + zipped, zipped === '' ? `${written}.gz` : written].map((end) => stem + end);
  return candidates.find((candidate) => existsSync(candidate)) ?? stem + written + zipped;
}

/** A file that is read for what it is, though other programs would go by its name. */
export function namedOtherwise(path: string, format: StoredHeader['format'], zipped: boolean): ScanProblem[] {
  const name = basename(path);
  const isMgh = /\.(mgh|mgz|mgh\.gz)$/i.test(name);
  const packed = /\.(gz|mgz)$/i.test(name);
  if (isMgh === (format === 'mgh') && packed === zipped) return [];
  const kind = (ofMgh: boolean, isZipped: boolean): Sentence => {
    const values = { format: ofMgh ? 'MGH' : 'NIfTI' };
    return isZipped ? sentence('{format}, compressed', values) : sentence('{format}, not compressed', values);
  };
  const [claims, is] = [kind(isMgh, packed), kind(format === 'mgh', zipped)];
  return [
    {
      code: 'scan-named-otherwise',
      severity: 'warning',
      field: null,
      ...told({
        found: is,
        expected: claims,
        message: sentence(
          '{name}: by its name {claims}, by its content {is}; it was read as what it is. Other programs may refuse it: rename it.',
          { name, claims, is },
        ),
      }),
    },
  ];
}
