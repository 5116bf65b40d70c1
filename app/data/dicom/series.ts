/** Images sorted into subjects and series; which of a subject's series is the scan, and why the others are not. */
import type { DicomHeader } from './header.ts';
import { sentence, type Sentence } from '#app/text/sentence.ts';

export interface DicomImage {
  /** Relative to the folder of the study, with forward slashes. */
  path: string;
  bytes: number;
  header: DicomHeader;
}

export interface DicomSeries {
  /** What the subject is called. */
  subject: string;
  /** Where its folder lies, '' on top: what the folders above it say (a group) stays known. */
  above: string;
  description: string;
  number: number;
  images: DicomImage[];
  /** Slices: of a multi-frame image its frames. */
  slices: number;
  /** Why it is no scan of a whole head, as the end of a sentence; null: it may be one. */
  aside: Sentence | null;
}

const scout =
  /(^|[^a-z])(scouts?|locali[sz]ers?|survey|3[- ]?plane|aahead|topogram|scanogram|smartbrain|plan scan|loc)($|[^a-z])/i;
const anatomical = /mp-?rage|mp2rage|\bt1|_t1|t1w|spgr|bravo|\btfl|vibe|\b3d[-_ ]?t1/i;
const manyVolumes = /bold|fmri|\brest|dti|dwi|diff|\basl\b|perf|field.?map|\bb0\b|ep2d/i;
/** X-rays through the body (PS3.3, section C.7.3.1.1.1): no slices, unless of several frames. */
const radiograph = /^(CR|DR|DX|IO|MG|PX|RF|XA)$/;
const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7';

export function sortSeries(images: readonly DicomImage[], root: string): DicomSeries[] {
  const bySubject = groupBy(images, subjectKeys(images));
  const places = placesOf(bySubject, root);
  const series: DicomSeries[] = [];
  for (const [key, ofSubject] of bySubject) {
    const { subject, above } = places.get(key) ?? { subject: key, above: '' };
    const keys = ofSubject.map(({ path, header }) => header.seriesUid || folderOf(path));
    for (const [, ofSeries] of groupBy(ofSubject, keys)) {
      const sorted = [...ofSeries].sort(
        (a, b) => (a.header.instanceNumber ?? 0) - (b.header.instanceNumber ?? 0) || (a.path < b.path ? -1 : 1),
      );
      const { description = '', seriesNumber } = sorted[0]?.header ?? {};
      const slices = sorted.reduce((sum, { header }) => sum + header.frames, 0);
      const number = seriesNumber ?? 0;
      series.push({ subject, above, description, number, images: sorted, slices, aside: asideOf(sorted, description) });
    }
  }
  return series;
}

function groupBy<T>(items: readonly T[], keys: readonly string[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  items.forEach((item, index) => {
    const key = keys[index] ?? '';
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  });
  return groups;
}

/** By patient; where all have the same (or none, after anonymising) by examination, as far as folders keep them apart. */
function subjectKeys(images: readonly DicomImage[]): string[] {
  const top = ({ path }: DicomImage): string => (path.includes('/') ? (path.split('/')[0] ?? '') : '');
  const patients = new Set(images.map(({ header }) => header.patientId).filter((id) => id !== ''));
  if (patients.size > 1) return images.map((image) => image.header.patientId || top(image));
  const tops = new Map<string, Set<string>>();
  for (const image of images) {
    const { studyUid } = image.header;
    tops.set(studyUid, (tops.get(studyUid) ?? new Set()).add(top(image)));
  }
  if (tops.size <= 1) return images.map(() => [...patients][0] ?? '');
  const apart = [...tops.values()].every((folders) => folders.size === 1 && !folders.has(''));
  return images.map((image) => (apart ? top(image) : image.header.studyUid));
}

/** A subject is called as its folder where each has one of its own, otherwise as its patient. */
function placesOf(bySubject: ReadonlyMap<string, DicomImage[]>, root: string) {
  const folders = [...bySubject.values()].map((images) => commonFolder(images.map(({ path }) => path)));
  // A subject with one series has its images in the folder of the series: one with several shows where subjects divide.
  let depth = bySubject.size > 1 ? Math.min(...folders.map((folder) => folder.split('/').filter(Boolean).length)) : 0;
  const namesAt = (level: number): string[] => folders.map((folder) => folder.split('/')[level - 1] ?? '');
  while (depth > 0 && new Set(namesAt(depth)).size < folders.length) depth--;
  return new Map(
    [...bySubject.keys()].map((key, index) => {
      const subject = depth > 0 ? namesAt(depth)[index] : clean(key);
      const above =
        folders[index]
          ?.split('/')
          .slice(0, Math.max(0, depth - 1))
          .join('/') ?? '';
      return [key, { subject: subject || root, above }];
    }),
  );
}

function folderOf(path: string): string {
  return path.split('/').slice(0, -1).join('/');
}

function commonFolder(paths: readonly string[]): string {
  let common = folderOf(paths[0] ?? '').split('/');
  for (const path of paths) {
    const parts = path.split('/').slice(0, -1);
    const differs = common.findIndex((part, index) => parts[index] !== part);
    if (differs !== -1) common = common.slice(0, differs);
  }
  return common.join('/');
}

/** Of a text what can stand in the name of a file. */
export function clean(text: string): string {
  return text
    .replace(/[^\p{L}\p{N}._-]+/gu, '_')
    .replace(/^[._]+|_+$/g, '')
    .slice(0, 80);
}

function asideOf(images: readonly DicomImage[], description: string): Sentence | null {
  const [first] = images;
  if (first === undefined) return sentence('it holds no images');
  const { header } = first;
  if (images.every((image) => image.header.rows === 0 || image.header.pixels === null)) {
    return header.modality === ''
      ? sentence('it holds no images')
      : sentence('it holds no images ({modality})', { modality: header.modality });
  }
  if (header.imageType.includes('LOCALIZER') || scout.test(description)) return sentence('it is a localiser');
  if (new Set(images.map((image) => image.header.direction)).size >= 3) {
    return sentence('its images lie in several directions: it is a localiser');
  }
  if (radiograph.test(header.modality) && header.frames === 1) {
    return sentence('its images are radiographs ({modality})', { modality: header.modality });
  }
  if (header.samplesPerPixel > 1) return sentence('it is in colour');
  if (header.sopClass.startsWith(secondaryCapture)) return sentence('it is a picture of a screen');
  const derived = header.imageType.find((part) =>
    /^(MPR|MIP|PROJECTION IMAGE|ADC|FA|TRACEW|COLFA|CSA REPORT)$/.test(part),
  );
  return derived === undefined ? null : sentence('it was computed from another series ({derived})', { derived });
}

/**
 * @param series of one subject
 * @returns those of each examination, the earliest first; those that could be no scan are in none
 */
export function examinationsOf(series: readonly DicomSeries[]): DicomSeries[][] {
  const usable = series.filter(({ aside }) => aside === null);
  const uids = usable.map(({ images }) => images[0]?.header.studyUid ?? '');
  const whenOf = ([uid, own]: [string, DicomSeries[]]): [string, string] => [
    own.map(({ images }) => images[0]?.header.studyTime ?? '').sort()[0] ?? '',
    uid,
  ];
  return [...groupBy(usable, uids)]
    .map((examination) => ({ own: examination[1], when: whenOf(examination) }))
    .sort(({ when: a }, { when: b }) => (a[0] === b[0] ? (a[1] < b[1] ? -1 : 1) : a[0] < b[0] ? -1 : 1))
    .map(({ own }) => own);
}

/**
 * @param wanted part of the description, or a pattern with * and ? for all of it; null: T1-weighted ones first, then the one
 *   with the most slices
 * @returns the series of one subject that fit, the best first
 */
export function rankSeries(series: readonly DicomSeries[], wanted: string | null): DicomSeries[] {
  const usable = series.filter(({ aside, description }) =>
    wanted === null ? aside === null : descriptionFits(description, wanted),
  );
  return [...usable].sort(
    (a, b) => likelihood(b, wanted) - likelihood(a, wanted) || b.slices - a.slices || a.number - b.number,
  );
}

function likelihood({ description }: DicomSeries, wanted: string | null): number {
  return wanted !== null ? 0 : Number(anatomical.test(description)) - Number(manyVolumes.test(description));
}

/** A scan with a smaller part of the best one's slices was broken off. */
const wholePart = 0.5;

/**
 * Of several examinations the earliest that has as good a series as any, as a BIDS tree's first session is taken.
 *
 * @param series and `wanted` as of `rankSeries`
 * @returns null where none fits
 */
export function bestSeries(series: readonly DicomSeries[], wanted: string | null): DicomSeries | null {
  const [best] = rankSeries(series, wanted);
  if (best === undefined) return null;
  const isAsGood = (each: DicomSeries): boolean =>
    likelihood(each, wanted) === likelihood(best, wanted) && each.slices >= wholePart * best.slices;
  const ofEach = examinationsOf(series).flatMap((own) => rankSeries(own, wanted)[0] ?? []);
  return ofEach.find(isAsGood) ?? best;
}

export function descriptionFits(description: string, wanted: string): boolean {
  const [text, part] = [description.toLowerCase(), wanted.trim().toLowerCase()];
  if (!/[*?]/.test(part)) return text.includes(part);
  const pattern = part
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern}$`).test(text);
}
