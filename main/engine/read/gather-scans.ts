/** The subjects and their scans, of what a person pointed at: each scan an image, or a series that an atlas makes of it. */
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { inputError } from '#app/contract/errors.ts';
import { parseBids } from '#app/data/bids.ts';
import { noChoices, type ImportChoices } from '#app/data/import-choices.ts';
import { globPattern } from '#app/study/membership.ts';
import { told } from '#app/study/problem-words.ts';
import type { Problem, Subject } from '#app/study/study.ts';
import { sentence } from '#app/text/sentence.ts';
import { t } from '#app/text/text.ts';
import type { Call } from '../serve/handlers.ts';
import type { ScanOf } from './compare-scans.ts';
import { gather, type Gathered } from './gather.ts';
import { headerOf } from './header-of.ts';
import type { ImportRequest } from './import.ts';
import { findSources, type Sources } from './import-sources.ts';
import { inParallel } from './in-parallel.ts';
import { filesOf } from './scan-files.ts';

export interface GatheredScans {
  sources: Sources;
  gathered: Gathered;
}

/** @throws SpectroscopeError (kind 'input': nothing of use, a damaged table; 'setting': no such column or choice; 'cancelled') */
export async function gatherScans(
  request: ImportRequest,
  call: Pick<Call, 'signal' | 'progress'>,
): Promise<GatheredScans> {
  const { paths, table, idColumn, fileColumn, atlas = null } = request;
  const given = request.choices ?? noChoices;
  const own = atlas === null ? [] : [atlas.labels, atlas.names, atlas.mask].filter((path) => path !== null);
  const sources = await findSources({
    paths: paths.filter((path) => paths.length === 1 || !own.includes(path)),
    table,
    wanted: [idColumn, fileColumn].filter((name) => name !== null),
    // The names of regions are no table of subjects.
    choices: { ...given, leave: [...given.leave, ...own.map((path) => basename(path))] },
    signal: call.signal,
    dicom: (folder, found) => dicomOf(request, given.rows, folder, found, call),
  });
  sources.left = sources.left.filter((name) => given.leave.includes(name));
  const choices = atlas === null ? given : await seriesChoices(sources, request, given, own, call);
  const gathered = await gather(sources, { idColumn, fileColumn, choices });
  return { sources, gathered: atlas === null ? gathered : { ...gathered, kind: 'series' } };
}

/** Leaves among the scans those that can be series, and asks a BIDS tree for its bold scans where nothing else was asked for. */
async function seriesChoices(
  sources: Sources,
  { series }: ImportRequest,
  choices: ImportChoices,
  own: readonly string[],
  call: Pick<Call, 'signal' | 'progress'>,
): Promise<ImportChoices> {
  const { root } = sources;
  const scans = (sources.scans ?? []).filter((path) => !own.includes(join(root, path)));
  const pattern = series?.files ?? null;
  const fitting = pattern === null ? scans : matching(scans, pattern, root);
  const bids = fitting.map(parseBids).filter((file) => file !== null);
  if (bids.length > 0) {
    sources.scans = fitting;
    const hasBold = bids.some(({ suffix }) => suffix === 'bold');
    const suffix = choices.scans.suffix ?? (hasBold ? 'bold' : null);
    return { ...choices, scans: { ...choices.scans, suffix } };
  }
  sources.scans = sources.scans === null ? null : await seriesAmong(root, fitting, sources.problems, call);
  return choices;
}

/** @throws SpectroscopeError (kind 'input') when no scan fits */
function matching(scans: readonly string[], pattern: string, root: string): string[] {
  const glob = globPattern(pattern);
  const fitting = scans.filter((path) => glob.test(pattern.includes('/') ? path : basename(path)));
  if (fitting.length > 0) return fitting;
  throw inputError(
    'series-not-found',
    sentence("No scan of {root} is called '{pattern}'. Correct the pattern.", { root: basename(root), pattern }),
    {
      file: basename(root),
      field: 'files',
      expected: sentence('a pattern such as *_bold.nii.gz'),
    },
  );
}

const headersAtOnce = 8;

/** Where a folder holds images of one volume beside 4-D ones, the 4-D ones are meant; one that cannot be read is told of later. */
async function seriesAmong(
  root: string,
  scans: readonly string[],
  problems: Problem[],
  { signal }: Pick<Call, 'signal'>,
): Promise<string[]> {
  const volumes = await inParallel(scans, headersAtOnce, { what: t('The import'), signal }, async (path) => {
    const header = await headerOf(filesOf(join(root, path)).header).catch(() => null);
    return header?.volumes ?? null;
  });
  const single = scans.filter((_, i) => volumes[i] === 1);
  if (single.length === 0 || !volumes.some((count) => count !== null && count > 1)) return [...scans];
  problems.push({
    code: 'scans-of-one-volume',
    severity: 'note',
    file: single[0] ?? null,
    subject: null,
    field: null,
    ...told({
      message: sentence('{single} scans of one volume ({files}) are left out beside the 4-D ones.', {
        single: single.length,
        files: single.slice(0, 3).join(', '),
      }),
    }),
  });
  return scans.filter((_, i) => volumes[i] !== 1);
}

/** Where the scans of the subjects are: images of DICOM lie converted elsewhere. Who has none that could be is excluded. */
export function scansOnDisk(
  { converted, problems }: Sources,
  subjects: readonly Subject[],
  files: readonly (string | null)[],
): ScanOf[] {
  return subjects.flatMap((subject, row) => {
    const file = files[row] ?? null;
    const path = file === null ? null : (converted.get(file) ?? (converted.has(file) ? null : file));
    if (file !== null && path === null) {
      // The problems say why.
      subject.excluded ??= problems.find((problem) => problem.file === file)?.message ?? null;
    }
    return file === null || path === null ? [] : [{ subject, file, path }];
  });
}

/** Images are converted into the cache; where there is none, into a folder that the system clears. */
async function dicomOf(
  { dicomSeries, cache }: Pick<ImportRequest, 'dicomSeries' | 'cache'>,
  rows: ImportChoices['rows'],
  folder: string,
  files: readonly string[],
  call: Pick<Call, 'signal' | 'progress'>,
) {
  const { dicomScans } = await import('./dicom/dicom-scans.ts');
  const choice = { wanted: dicomSeries ?? null, rows };
  return await dicomScans(folder, files, choice, cache ?? join(tmpdir(), 'spectroscope-dicom'), call);
}
