/** Says what an import would do, without reading scans and without keeping anything. */
import { join } from 'node:path';
import type { ImportProposal, MatchProposal } from '#app/contract/import-proposal.ts';
import { findIdColumn } from '#app/data/columns.ts';
import type { FreeSurferTable } from '#app/data/freesurfer.ts';
import { groupedBy } from '#app/data/grouped-by.ts';
import { idForms, type IdForm } from '#app/data/id-forms.ts';
import { agesTooHigh, findIdentifying } from '#app/data/identifying.ts';
import { noChoices } from '#app/data/import-choices.ts';
import { inWriting } from '#app/text/sentence.ts';
import { t } from '#app/text/text.ts';
import type { Call } from '../serve/handlers.ts';
import type { Cohort, SourceMatch, TableSource } from './cohort.ts';
import { confirmations } from './confirmations.ts';
import { proposeVolumes } from './fmri/propose-volumes.ts';
import { gather, joinedCohort, type Gathered, type GatherRequest } from './gather.ts';
import { gatherScans } from './gather-scans.ts';
import type { ImportRequest } from './import.ts';
import type { Sources } from './import-sources.ts';
import { findSeries, type FoundSeries } from './series/find-series.ts';
import { proposeOneFile } from './series/propose-one-file.ts';
import { isNotDownloaded } from './not-downloaded.ts';

/** So many ids are shown of each kind. */
const mostExamples = 3;

/**
 * @throws SpectroscopeError (kind 'input': nothing of use, a damaged table; 'setting': a choice that is not there; 'cancelled')
 */
export async function proposeImport(
  request: ImportRequest,
  call: Pick<Call, 'signal' | 'progress'>,
): Promise<ImportProposal> {
  call.progress(t('Import'), 0, null, t('Looking for tables and scans'));
  const { choices = noChoices } = request;
  // What would be withheld is still shown, so that the choice can be taken back.
  const shown = { ...request, choices: { ...choices, drop: [], capAges: false } };
  const series: FoundSeries =
    (request.atlas ?? null) === null
      ? await findSeries(request.paths, request.table, request.series ?? null, choices, call.signal)
      : { sources: null, tasks: [], notes: [] };
  const { sources, gathered, oneFile }: GatheredSeries =
    series.sources === null
      ? { ...(await gatherScans(shown, call)), oneFile: null }
      : await gatherSeries(series.sources, shown);
  const { cohort, kind } = gathered;
  const taking = cohort.rows.filter(({ excluded }) => excluded === null);
  const proposal = {
    name: sources.name,
    kind,
    rows: oneFile?.by === 'itself' ? oneFile.subjects : taking.length,
    people: oneFile?.by === 'itself' ? oneFile.subjects : new Set(taking.map(({ person }) => person)).size,
    excluded: cohort.rows.length - taking.length,
    tables: tablesOf(sources, cohort),
    scans: kind === 'table' ? null : await scansOf(sources, gathered),
    oneFile,
    volumes:
      series.sources === null ? await proposeVolumes(sources, gathered, request.atlas ?? null, call.signal) : null,
    events: series.tasks,
    bids: bidsOf(sources, gathered, choices.scans.derivative),
    several: { people: severalOf(gathered, sources), rows: choices.rows },
    identifying: identifyingOf(cohort),
    agesOver89: agesOf(cohort),
    problems: [...series.notes, ...sources.problems, ...cohort.problems],
  };
  return { ...proposal, confirm: confirmations(proposal) };
}

type Shown = ImportRequest & Pick<GatherRequest, 'choices'>;

/** Files of series or matrices are given to the subjects as scans are; what is in them is not looked at yet. */
async function gatherSeries(sources: Sources, request: Shown): Promise<GatheredSeries> {
  const files = sources.scans ?? [];
  const kind = request.series?.kind ?? 'series';
  const [only] = files;
  if (files.length === 1 && only !== undefined) {
    // One file may hold the series of all, which are named in it.
    const cohort = joinedCohort(sources, request);
    const oneFile = await proposeOneFile(sources.root, only, cohort);
    if (cohort !== null && oneFile !== null) {
      return { sources, gathered: { cohort, files: [], kind, bids: null }, oneFile };
    }
    return { sources, gathered: { ...(await gather(sources, request)), kind }, oneFile };
  }
  return { sources, gathered: { ...(await gather(sources, request)), kind }, oneFile: null };
}

interface GatheredSeries {
  sources: Sources;
  gathered: Gathered;
  oneFile: ImportProposal['oneFile'];
}

function tablesOf({ main, more, left }: Sources, { matches }: Cohort): ImportProposal['tables'] {
  const described = (source: TableSource, use: 'subjects' | 'joined') => {
    const { table } = source;
    const match = matches.find(({ source: name }) => name === table.file);
    return {
      file: table.file,
      use,
      rows: table.lines.length,
      columns: table.columns.length,
      idColumn: findIdColumn(table)?.name ?? null,
      sheet: table.sheet,
      sheets: table.sheets,
      freeSurfer: table.freeSurfer === null ? null : wordsOf(table.freeSurfer),
      match: match === undefined || use === 'subjects' ? null : matchOf(match),
    };
  };
  return [
    ...(main === null ? [] : [described(main, 'subjects')]),
    ...more.map((source) => described(source, 'joined')),
    ...left.map((file) => ({
      file,
      use: 'left out' as const,
      rows: 0,
      columns: 0,
      idColumn: null,
      sheet: null,
      sheets: [],
      freeSurfer: null,
      match: null,
    })),
  ];
}

function wordsOf({ program, hemisphere, parcellation, measure }: FreeSurferTable): string {
  if (program === 'asegstats2table') return t('{measure} of subcortical structures', { measure });
  const isLeft = hemisphere === 'lh';
  if (parcellation === null)
    return isLeft
      ? t('{measure} of the left hemisphere', { measure })
      : t('{measure} of the right hemisphere', { measure });
  return isLeft
    ? t('{measure} of the left hemisphere ({parcellation})', { measure, parcellation })
    : t('{measure} of the right hemisphere ({parcellation})', { measure, parcellation });
}

export function matchOf({ ids, subjects, applied, possible, limit }: SourceMatch): MatchProposal {
  const rows = [...ids.keys()].filter((row) => ids[row] !== '');
  const allowed = new Set<IdForm>(idForms.slice(0, idForms.indexOf(limit) + 1));
  const forms = idForms.flatMap((form) => {
    const examples = rows.flatMap((row) => {
      const match = possible.rows[row];
      return typeof match === 'object' && match.form === form
        ? [{ id: ids[row] ?? '', subject: subjects[match.subject] ?? '' }]
        : [];
    });
    if (examples.length === 0) return [];
    return [{ form, ids: examples.length, applied: allowed.has(form), examples: examples.slice(0, mostExamples) }];
  });
  const named = new Set(applied.rows.map((match) => (typeof match === 'object' ? match.subject : -1)));
  const counted = (names: readonly string[]) => ({ count: names.length, examples: names.slice(0, mostExamples) });
  return {
    ids: rows.length,
    forms,
    limit,
    ambiguous: counted(rows.filter((row) => applied.rows[row] === 'ambiguous').map((row) => ids[row] ?? '')),
    unknown: counted(rows.filter((row) => applied.rows[row] === 'unknown').map((row) => ids[row] ?? '')),
    subjectsWithout: counted(subjects.filter((_, subject) => !named.has(subject))),
  };
}

async function scansOf({ root, scans }: Sources, { cohort, files }: Gathered): Promise<ImportProposal['scans']> {
  const used = files.filter((file, row) => file !== null && cohort.rows[row]?.excluded === null);
  const absent = await Promise.all(used.map((file) => isNotDownloaded(join(root, file ?? ''))));
  const match = cohort.matches.find(({ source }) => source === 'scans');
  return {
    found: scans?.length ?? used.length,
    used: used.length,
    notDownloaded: absent.filter(Boolean).length,
    match: match === undefined ? null : matchOf(match),
  };
}

function bidsOf({ derivatives }: Sources, { bids }: Gathered, derivative: string | null): ImportProposal['bids'] {
  return bids === null ? null : { derivatives, derivative, facets: bids.facets };
}

/** People with more than one row, kept or excluded for it, with more than one scan of the chosen kind, or examination. */
function severalOf({ cohort, bids }: Gathered, { examinations }: Sources): number {
  const byScans = bids === null ? 0 : bids.several;
  const byRows = [...groupedBy(cohort.rows, ({ person }) => person).values()].filter((own) => own.length > 1).length;
  const byVisits = [...examinations.values()].filter((own) => own.length > 1).length;
  return Math.max(byRows, byScans, byVisits);
}

function identifyingOf({ columns, rows }: Cohort): ImportProposal['identifying'] {
  const looked = columns.map(({ name }) => ({ name, cells: rows.map(({ values }) => values[name] ?? null) }));
  return findIdentifying(looked).map(({ column, what }) => ({
    column,
    what: inWriting(what),
    canDrop: !columns.some(({ name, role }) => name === column && (role === 'id' || role === 'file')),
  }));
}

function agesOf({ columns, rows }: Cohort): number {
  const age = columns.find(({ meaning }) => meaning === 'age')?.name;
  return age === undefined ? 0 : agesTooHigh(rows.map(({ values }) => values[age] ?? null));
}
