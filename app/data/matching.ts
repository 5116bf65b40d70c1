/** Which scan belongs to which subject, by the subject's id in the scan's path. */

export type FileMatch =
  /** `loosely`: only the number agreed, written with other zeros or after other letters. */
  { file: string; loosely: boolean } | { file: null; candidates: string[] };

interface Key {
  /** Lower is more certain. */
  level: number;
  text: string;
}

const levels = 5;
/** From here on only the number agrees. */
const loose = 3;
/** Longest run of parts of a file name that is compared with an id. */
const longestRun = 6;

/** 'sub-014' and 'SUB_014' and '014' are the same subject. */
export function idKey(id: string): string {
  const lower = id.trim().toLowerCase();
  const bare = lower.replace(/^(sub|subj|subject)[-_ ]?(?=[a-z0-9])/, '');
  return (bare === '' ? lower : bare).replace(/[^\p{L}\p{N}]/gu, '');
}

/** The longest run of digits without leading zeros, the last of equally long ones; '' where there is none. */
export function numberIn(text: string): string {
  const runs = text.match(/\d+/g) ?? [];
  const longest = runs.reduce((best, run) => (run.length >= best.length ? run : best), '');
  return longest.replace(/^0+(?=\d)/, '');
}

/** File name without folder and without the ending of a scan or of a series. */
export function fileStem(path: string): string {
  return path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/\.((nii|img|hdr|mgh)(\.gz)?|mgz|1d|npy|npz|mat|csv|tsv|txt)$/i, '');
}

/**
 * The most certain kind of agreement decides; within it a subject needs exactly one file (or exactly one T1-weighted
 * one) and a file exactly one subject. What is not unique is not guessed.
 * @param files paths with forward slashes, relative to the folder of the study
 * @param byNumber whether ids agree also where the letters differ: 'Caltech_0051456' and 'sub-51456'
 * @returns one match for each id, in the same order
 */
export function matchFiles(ids: readonly string[], files: readonly string[], byNumber = false): FileMatch[] {
  const index = indexFiles(files);
  const found = ids.map((id) => candidatesOf(id, index, byNumber ? levels : levels - 1));
  const claims = new Map<string, { row: number; level: number }[]>();
  found.forEach(({ files: candidates, level }, row) => {
    const [only] = candidates;
    if (only === undefined || candidates.length > 1) return;
    claims.set(only, [...(claims.get(only) ?? []), { row, level }]);
  });
  return found.map(({ files: candidates, level }, row): FileMatch => {
    const [only] = candidates;
    if (only === undefined || candidates.length > 1) return { file: null, candidates: [...candidates] };
    const rivals = (claims.get(only) ?? []).filter((claim) => claim.row !== row && claim.level <= level);
    return rivals.length > 0 ? { file: null, candidates: [only] } : { file: only, loosely: level >= loose };
  });
}

function indexFiles(files: readonly string[]): Map<string, Set<string>>[] {
  const index = Array.from({ length: levels }, () => new Map<string, Set<string>>());
  for (const file of files) {
    for (const { level, text } of keysOfFile(file)) {
      const map = index[level];
      if (map === undefined || text === '') continue;
      const known = map.get(text);
      if (known === undefined) map.set(text, new Set([file]));
      else known.add(file);
    }
  }
  return index;
}

function keysOfFile(file: string): Key[] {
  const stem = fileStem(file);
  const folders = file.split('/').slice(0, -1);
  const label = /(?:^|\/|_)(sub-[a-z0-9]+)/i.exec(file)?.[1];
  const whole = [stem, ...folders, ...(label === undefined ? [] : [label])];
  const parts = stem.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== '');
  return [
    ...whole.map((text) => ({ level: 0, text })),
    ...whole.map((text) => ({ level: 1, text: idKey(text) })),
    ...runs(parts).map((text) => ({ level: 2, text: idKey(text) })),
    ...runs(parts).map((text) => ({ level: 3, text: numberKey(idKey(text)) })),
    { level: 4, text: numberIn(label ?? stem) },
  ];
}

function runs(parts: readonly string[]): string[] {
  return parts.flatMap((_, start) =>
    parts.slice(start, start + longestRun).map((_part, length) => parts.slice(start, start + length + 1).join('-')),
  );
}

/** 'p007' and 'p7' agree; '' where there is no number at the end. */
function numberKey(key: string): string {
  const match = /^(\p{L}*)0*(\d+)$/u.exec(key);
  return match === null ? '' : `${match[1] ?? ''}#${match[2] ?? ''}`;
}

function candidatesOf(
  id: string,
  index: readonly Map<string, Set<string>>[],
  upTo: number,
): { level: number; files: string[] } {
  const keys = [id.trim(), idKey(id), idKey(id), numberKey(idKey(id)), numberIn(id)].slice(0, upTo);
  for (const [level, key] of keys.entries()) {
    const files = [...(index[level]?.get(key) ?? [])];
    if (key === '' || files.length === 0) continue;
    const anatomical = files.filter((file) => /_T1w\./i.test(file));
    return { level, files: anatomical.length === 1 ? anatomical : files };
  }
  return { level: levels, files: [] };
}
